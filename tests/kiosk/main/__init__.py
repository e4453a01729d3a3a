"""Tests of `kiosk.main`."""
