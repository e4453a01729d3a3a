"""Tests of `kiosk.cash`."""
