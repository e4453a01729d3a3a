"""The same records given to what else could be taken: `make bench-peers`. Nothing of it runs in `make test`."""
