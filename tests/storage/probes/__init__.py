"""Tests of `storage.probes`."""
