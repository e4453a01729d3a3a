"""What is handed out, tried in clean systems."""
