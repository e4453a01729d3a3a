"""Tests of `protocol.journal`."""
