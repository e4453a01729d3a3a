"""Tests of `protocol.values`."""
