"""Kill the counter at every moment, and look for a lost or doubled request."""
