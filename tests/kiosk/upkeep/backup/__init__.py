"""Tests of `kiosk.upkeep.backup`."""
