"""Signed documents that rule the counters, and the feed that brings them."""
