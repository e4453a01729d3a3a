"""Tests of `installer`."""
