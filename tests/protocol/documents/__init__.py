"""Tests of `protocol.documents`."""
