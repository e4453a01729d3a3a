"""Tests of `central.requests`."""
