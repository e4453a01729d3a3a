"""Tests of `central.documents`."""
