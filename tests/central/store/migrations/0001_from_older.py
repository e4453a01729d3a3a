"""From the centre that never was to the first schema: what that one has not, the first schema itself makes."""

from alembic import op

from tests.central.store.older_version import TODAYS, statements
from tests.harness.older_version import revision as _revision

revision = "0001"
down_revision = "0000"
_FIRST = _revision(TODAYS / "0001_first.py")


def upgrade() -> None:
    for statement in statements("from_older.sql", op.get_bind().dialect.name):
        op.execute(statement)
    _FIRST.METADATA.create_all(op.get_bind())
    _FIRST.guard(op.get_bind())
