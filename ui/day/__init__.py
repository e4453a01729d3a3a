"""The money day on the screen."""
