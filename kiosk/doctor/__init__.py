"""What can be wrong with a counter, in plain words with a remedy. Pure: what it looks at comes through ports."""
