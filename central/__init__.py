"""The reference central service: the other end of the wire."""
