"""Tests of `storage.backup`."""
