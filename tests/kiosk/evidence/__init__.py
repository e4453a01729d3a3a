"""Tests of `kiosk.evidence`."""
