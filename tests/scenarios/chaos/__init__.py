"""A real counter and a real centre, and a line between them that lies."""
