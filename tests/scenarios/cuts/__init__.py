"""Cut updates and restores at every file operation."""
