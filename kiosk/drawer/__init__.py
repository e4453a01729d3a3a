"""The day at the till: opened, counted, moved, paid back, closed; each sum read from the rows behind it."""
