"""What a technician does from a terminal: set up, diagnose, keep, update, carry by stick."""
