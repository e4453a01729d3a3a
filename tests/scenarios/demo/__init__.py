"""The whole story by itself: a counter, a centre, a line that fails."""
