"""The first start on an X display, by keys."""
