"""Tests of `ui.day`."""
