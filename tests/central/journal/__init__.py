"""Tests of `central.journal`."""
