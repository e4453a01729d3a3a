"""Tests of `central.cli`."""
