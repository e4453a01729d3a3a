"""Floats of shops, and the money of the tills' days."""
