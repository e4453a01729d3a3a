"""The line to the centre: the only HTTP of the counter."""
