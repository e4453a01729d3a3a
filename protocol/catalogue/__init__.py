"""The catalogue: service files, forms and their rules, fees, needs, lint."""
