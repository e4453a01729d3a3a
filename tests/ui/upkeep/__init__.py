"""Tests of `ui.upkeep`."""
