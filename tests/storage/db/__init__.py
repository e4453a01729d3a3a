"""Tests of `storage.db`."""
