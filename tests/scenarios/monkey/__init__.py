"""Anybody presses anything at any moment."""
