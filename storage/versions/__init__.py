"""Versions of the program on the disk, and a migration tried before it is run."""
