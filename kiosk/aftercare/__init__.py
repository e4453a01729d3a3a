"""A request after its sale: followed up, reversed, paid for another, found from another till."""
