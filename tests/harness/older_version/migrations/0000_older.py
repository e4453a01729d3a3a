"""The schema of a version that never was."""

from alembic import op

from tests.harness.older_version import MIGRATIONS, statements

revision = "0000"
down_revision = None
COMPATIBLE_WITH = "0000"
STATEMENTS = statements(MIGRATIONS / "older.sql")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
