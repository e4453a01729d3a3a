"""Signed documents: the keyset, settings, operators, and who may sign them."""
