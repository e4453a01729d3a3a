"""The money day: open, count, hand over, close, settle."""
