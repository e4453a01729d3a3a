"""Every screen in every state, drawn from the real window on the fake counter, and judged by code."""
