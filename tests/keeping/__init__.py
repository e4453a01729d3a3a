"""Backups, restoring, moving, retiring."""
