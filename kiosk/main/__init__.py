"""Puts the parts together: the program, the command line and the self-test."""
