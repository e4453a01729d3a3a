"""Whether this program works on this machine: every part in turn, without a counter's data."""
