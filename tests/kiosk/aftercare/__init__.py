"""Tests of `kiosk.aftercare`."""
