"""Where pictures of papers come from. A source says whether it is there, and brings the bytes; nothing else."""
