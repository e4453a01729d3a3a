"""Benches with their own floors: `python -m tests.bench`."""
