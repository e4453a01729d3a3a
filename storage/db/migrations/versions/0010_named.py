"""Entries without a request that name a citizen are found by the national ID, to be erased with all else of him."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    """
    CREATE TABLE named (
        id INTEGER NOT NULL,
        national_id VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(id) REFERENCES journal (id)
    )
    """,
    "CREATE INDEX ix_named_national_id ON named (national_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
