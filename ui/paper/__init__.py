"""Paper: one painting for the roll, the PDF and the screen, and the printers that take it."""
