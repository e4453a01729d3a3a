"""Clients written from docs/protocol.md alone, and the page itself."""
