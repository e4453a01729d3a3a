"""Every screen in every state, drawn."""
