"""What most features work with: the journal's writer, trusted time, documents in force, limits, events."""
