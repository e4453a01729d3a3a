"""A centre to look at: shops, counters and a week of requests that nobody made."""
