"""Tests of `kiosk.upkeep`."""
