"""Alembic's entry: one transaction for each migration, on the connection that `storage.db.upgrade` hands in.

In that transaction it is written down which older programs may open the result (docs/adr/0019).
"""

from typing import Any

from alembic import context


def note_compatible(*, ctx: Any, step: Any, **_: object) -> None:
    """Every revision says ``COMPATIBLE_WITH``."""
    oldest = step.up_revision.module.COMPATIBLE_WITH.encode("ascii")
    ctx.connection.exec_driver_sql("REPLACE INTO fact (name, value) VALUES (':compatible_with', ?)", (oldest,))


context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,
    on_version_apply=note_compatible,
)
context.run_migrations()
