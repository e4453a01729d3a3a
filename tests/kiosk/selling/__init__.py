"""Tests of `kiosk.selling`."""
