"""What the centre keeps: the database behind one interface, its tables, key files, the sealing of personal columns."""
