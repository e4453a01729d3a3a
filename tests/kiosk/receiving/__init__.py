"""Tests of `kiosk.receiving`."""
