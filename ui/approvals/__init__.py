"""The two-person rule on the screen: a second person, a supervisor, the centre."""
