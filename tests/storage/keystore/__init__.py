"""Tests of `storage.keystore`."""
