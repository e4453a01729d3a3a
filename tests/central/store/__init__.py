"""Tests of `central.store`."""
