"""What each paper says, and the queue through which it reaches the printer."""
