"""Tests of `kiosk.core`."""
