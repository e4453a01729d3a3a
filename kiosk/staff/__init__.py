"""Who is at the counter, and the second pair of eyes on what one person may not do alone."""
