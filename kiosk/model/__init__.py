"""What is kept of a sale and of a day, and the changes of one commit: values that everybody reads."""
