"""Alembic's entry: all migrations in the one transaction of the connection that `central.store.migration` hands in."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
