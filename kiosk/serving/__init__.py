"""What an operator does for a citizen, from the question he comes with to the answer he is told."""
