"""The process killed at each file operation of a step; `python -m tests.cuts` and `make cuts`."""
