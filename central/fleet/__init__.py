"""All counters at a glance, and what somebody must be told of. A counter that says nothing is news, not health."""
