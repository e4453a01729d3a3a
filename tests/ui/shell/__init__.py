"""Tests of `ui.shell`."""
