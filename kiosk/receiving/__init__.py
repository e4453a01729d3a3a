"""What arrives from the centre: each kind of the feed, answers, orders."""
