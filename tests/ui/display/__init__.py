"""Tests of `ui.display`."""
