"""The other tills of the shop: what they pay back of what was sold here, and what is paid back here for them.

A draft knows the request that it is to replace, so that the fee that was paid for that one is not taken again.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

STATEMENTS = (
    """
    CREATE TABLE elsewhere (
        id INTEGER NOT NULL,
        state VARCHAR NOT NULL,
        device VARCHAR NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE paid_for (
        id INTEGER NOT NULL,
        of_request VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(id) REFERENCES movement (id),
        UNIQUE (of_request)
    )
    """,
    "ALTER TABLE draft ADD COLUMN corrects VARCHAR DEFAULT '' NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
