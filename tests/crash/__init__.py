"""A kiosk that is killed at chosen moments, and what is left of it: `python -m tests.crash --kills N`."""
