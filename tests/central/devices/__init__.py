"""Tests of `central.devices`."""
