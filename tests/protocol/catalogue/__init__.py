"""Tests of `protocol.catalogue`."""
