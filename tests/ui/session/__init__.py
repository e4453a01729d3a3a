"""Tests of `ui.session`."""
