"""Papers: what they say, and their queue to the printer."""
