"""Signed releases at the centre: who may sign them, what is published, how far each is let out (docs/adr/0020)."""
