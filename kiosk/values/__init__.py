"""What is typed, pasted and scanned at a counter, made fit to store, to compare and to say aloud."""
