"""Tests of `kiosk.upkeep.updates`."""
