"""What is kept of a sale and of a day, as frozen values that cross threads; and what is written in one commit."""
