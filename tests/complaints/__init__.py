"""Complaints about other counters that had no test elsewhere, and the map of all of them (docs/counter.md)."""
