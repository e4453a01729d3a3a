"""Values that are typed and scanned, made fit to store: money, numbers, Arabic, codes."""
