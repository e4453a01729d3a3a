"""A date that was closed can be opened again: days, and what belongs to them, are told apart by the opening, too.

Before this release a date was opened once, so everything that is here belongs to the first opening of its date.
"""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    """
    CREATE TABLE opening (
        date VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        operator VARCHAR NOT NULL,
        opening_pt INTEGER NOT NULL,
        opened_ms INTEGER NOT NULL,
        opened_seq INTEGER NOT NULL,
        closed_ms INTEGER,
        closed_seq INTEGER DEFAULT 0 NOT NULL,
        expected_pt INTEGER DEFAULT 0 NOT NULL,
        counted_pt INTEGER DEFAULT 0 NOT NULL,
        grand_total_pt INTEGER DEFAULT 0 NOT NULL,
        PRIMARY KEY (date, number)
    )
    """,
    """
    INSERT INTO opening SELECT date, 1, operator, opening_pt, opened_ms, opened_seq, closed_ms, closed_seq,
        expected_pt, counted_pt, grand_total_pt FROM day
    """,
    "DROP TABLE day",
    "ALTER TABLE opening RENAME TO day",
    "ALTER TABLE request ADD COLUMN day_number INTEGER DEFAULT 1 NOT NULL",
    "ALTER TABLE movement ADD COLUMN day_number INTEGER DEFAULT 1 NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
