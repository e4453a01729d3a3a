"""Versions of the program: looked for, permitted, taken, undone."""
