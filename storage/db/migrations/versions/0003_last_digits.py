"""The last four digits of a national ID as a key, and the catalogue that holds the form of a draft.

What lists show of an ID is what people read out. The column is computed, so no row is rewritten and none can differ.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    ALTER TABLE request ADD COLUMN national_id_end VARCHAR GENERATED ALWAYS AS (substr(national_id, -4)) VIRTUAL
    """,
    "CREATE INDEX ix_request_national_id_end ON request (national_id_end)",
    "ALTER TABLE draft ADD COLUMN catalogue INTEGER DEFAULT 0 NOT NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
