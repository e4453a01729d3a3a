"""Tests of `ui.setup`."""
