"""What keeps a counter well: backups, diagnosis, updates, its health, its end."""
