"""The central service: it enrols shops, takes their journals in, decides requests, publishes what counters work by."""

VERSION = "0.1.0"
