"""The repository itself: documents, structure, texts, a fresh machine."""
