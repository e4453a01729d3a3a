"""The setup program under wine."""
