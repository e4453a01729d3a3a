"""The schema of a centre that never was."""

from alembic import op

from tests.central.store.older_version import statements

revision = "0000"
down_revision = None


def upgrade() -> None:
    for statement in statements("older.sql", op.get_bind().dialect.name):
        op.execute(statement)
