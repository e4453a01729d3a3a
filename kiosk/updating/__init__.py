"""Updates that arrive alone: fetched, tried on copies, waiting for a quiet moment, and undone by the starter if bad."""
