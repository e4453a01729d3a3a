"""Tests of `ui.approvals`."""
