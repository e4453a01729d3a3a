"""What the commonest tasks take: keys, fields, screens."""
