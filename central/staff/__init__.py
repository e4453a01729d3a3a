"""The people of the centre: who they are, what they may do, where they are signed in."""
