"""The page that citizens see, and its style."""
