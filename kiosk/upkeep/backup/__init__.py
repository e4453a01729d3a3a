"""Backups: when they are made, which stay, where a second one lies."""
