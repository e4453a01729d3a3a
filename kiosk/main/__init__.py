"""Puts the parts together: the program, the command line, the self-test, the demo."""
