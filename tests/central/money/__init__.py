"""Tests of `central.money`."""
