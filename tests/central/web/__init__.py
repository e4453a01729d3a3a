"""Tests of `central.web`."""
