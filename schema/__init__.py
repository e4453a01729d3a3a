"""The tables of the counter's database, and every statement made of them: what the program never imports."""
