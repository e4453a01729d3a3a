"""Tests of `ui.requests`."""
