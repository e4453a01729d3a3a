"""From the version that never was to the first schema: what that one has not, the first schema itself makes."""

import re

from alembic import op

from tests.harness.older_version import MIGRATIONS, TODAYS, statements
from tests.harness.older_version import revision as _revision

revision = "0001"
down_revision = "0000"
COMPATIBLE_WITH = "0000"
_FIRST = _revision(TODAYS / "0001_first.py")
_MAKES = re.compile(r"CREATE (?:TABLE|TRIGGER) (\w+)")
_THERE = {_MAKES.findall(statement)[0] for statement in statements(MIGRATIONS / "older.sql")}


def _lacking(made: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(statement for statement in made if _THERE.isdisjoint(_MAKES.findall(statement)))


STATEMENTS = (
    *_lacking(_FIRST.TABLES),
    *statements(MIGRATIONS / "from_older.sql"),
    *_FIRST.INDEXES,
    *_lacking(_FIRST.TRIGGERS),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
