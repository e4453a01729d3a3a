"""Tests of `ui.paper`."""
