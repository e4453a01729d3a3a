"""The system's keystore: secrets of a data folder, the journal's mirror, and their end."""
