"""The first start: what a technician sets up and proves at a counter, step by step, before anybody works at it."""
