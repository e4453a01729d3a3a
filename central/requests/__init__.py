"""What citizens asked for: checked, decided, approved, paid back, found, erased."""
