"""Who says what, and the proof of it: keys, first trust, signed documents, the journal, acknowledgements."""
