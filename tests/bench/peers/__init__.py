"""The same work given to other programs."""
