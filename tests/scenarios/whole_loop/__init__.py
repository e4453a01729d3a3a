"""From the counter without a line to an officer's browser, and back to counter and citizen."""
