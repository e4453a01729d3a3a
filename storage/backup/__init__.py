"""Copies of a store: made, checked, found, put back."""
