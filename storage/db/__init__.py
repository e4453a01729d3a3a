"""The encrypted database: schema, connections, one writer, readers, search, migrations."""
