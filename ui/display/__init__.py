"""How large and strong the screen is, and the citizen's own window."""
