"""The window, who is signed in, and every screen made once: the only place that knows all folders."""
