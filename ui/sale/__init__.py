"""A citizen at the counter: home, form, papers, review, done."""
