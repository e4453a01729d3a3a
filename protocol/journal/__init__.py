"""The journal: header and chain, bodies, personal frames, acknowledgements."""
