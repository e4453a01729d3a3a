"""A citizen's papers as pictures, read in a process that can do nothing else."""
