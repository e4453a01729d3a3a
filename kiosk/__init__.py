"""The counter itself: what is true and what an operator can do, whatever the screen, the store or the wire."""

VERSION = "0.1.0"
