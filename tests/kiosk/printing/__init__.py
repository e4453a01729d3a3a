"""Tests of `kiosk.printing`."""
