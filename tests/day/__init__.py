"""A day of a shop on the real window, the real store, a real centre and printers that jam: `python -m tests.day`."""
