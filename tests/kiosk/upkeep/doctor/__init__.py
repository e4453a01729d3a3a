"""Tests of `kiosk.upkeep.doctor`."""
