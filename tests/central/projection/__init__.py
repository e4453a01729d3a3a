"""Tests of `central.projection`."""
