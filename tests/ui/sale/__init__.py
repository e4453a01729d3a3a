"""Tests of `ui.sale`."""
