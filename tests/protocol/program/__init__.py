"""Tests of `protocol.program`."""
