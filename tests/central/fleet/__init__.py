"""Tests of `central.fleet`."""
