"""The windows: the only Qt of the product."""
