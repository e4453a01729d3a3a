"""What everybody behind the counter works with: the documents in force, the one hand that writes, limits, time."""
