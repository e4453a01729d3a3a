"""Somebody who presses anything at any moment, and what must be true after each press: `python -m tests.monkey`."""
