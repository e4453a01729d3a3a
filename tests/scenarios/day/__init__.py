"""A whole day at the real window; all sides agree in the evening."""
