"""Signing in, the lock, lockout, the clock, practice."""
