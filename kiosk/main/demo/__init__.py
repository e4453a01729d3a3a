"""A door to `tests.scenarios.demo`."""
