"""Names, focus, contrast, as a screen reader finds them."""
