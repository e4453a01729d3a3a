"""Pictures and PDFs of citizens' papers: a row and a key for each encrypted file."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE evidence (
        n INTEGER NOT NULL,
        request_id VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        sha256 BLOB NOT NULL,
        length INTEGER NOT NULL,
        media VARCHAR NOT NULL,
        file VARCHAR NOT NULL,
        key BLOB NOT NULL,
        taken_ms INTEGER NOT NULL,
        state VARCHAR NOT NULL,
        PRIMARY KEY (n),
        UNIQUE (request_id, kind, sha256)
    )
    """,
    "CREATE INDEX ix_evidence_state ON evidence (state)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
