"""Alembic's entry: one transaction for each migration, on the connection that `storage.db.upgrade` hands in.

In that transaction it is written down which older programs may open the result (docs/adr/0019).
"""

from typing import Any

from alembic import context


def note_compatible(*, ctx: Any, step: Any, **_: object) -> None:
    """A revision says ``COMPATIBLE_WITH``; those up to 0010 were made before that."""
    oldest = getattr(step.up_revision.module, "COMPATIBLE_WITH", None)
    if oldest is not None:
        ctx.connection.exec_driver_sql(
            "REPLACE INTO fact (name, value) VALUES (':compatible_with', ?)", (oldest.encode("ascii"),)
        )


context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
    transaction_per_migration=True,
    on_version_apply=note_compatible,
)
context.run_migrations()
