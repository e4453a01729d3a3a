"""A citizen is served: services offered, forms checked, fees taken, the sale recorded."""
