"""Alembic's entry: one transaction for each migration, on the connection that `storage.upgrade` hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,
)
context.run_migrations()
