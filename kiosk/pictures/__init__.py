"""A citizen's papers as pictures and PDFs: read in a process of their own, kept with the draft, gone in time."""
