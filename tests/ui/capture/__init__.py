"""Tests of `ui.capture`."""
