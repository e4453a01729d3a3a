"""Tests of `storage.versions`."""
