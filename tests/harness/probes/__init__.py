"""Coverage of the product by probes in its modules (docs/adr/0056)."""
