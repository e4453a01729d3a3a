"""Finding by operator, service and state; and what became of a request: told to the citizen, arrived, handed over.

`undecided` holds what the centre has not decided: reading back through a million decided requests finds none in time.
What was decided before this release counts as told: nobody is to be called about last year.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "CREATE INDEX ix_request_operator ON request (operator)",
    "CREATE INDEX ix_request_service_id ON request (service_id)",
    "ALTER TABLE outcome ADD COLUMN told INTEGER DEFAULT 0 NOT NULL",
    "UPDATE outcome SET told = 1",
    "CREATE INDEX ix_outcome_status ON outcome (status)",
    "CREATE INDEX ix_outcome_tell ON outcome (id) WHERE told = 0 AND status <> 'pending'",
    """
    CREATE TABLE output (
        id INTEGER NOT NULL,
        arrived_ms INTEGER NOT NULL,
        arrived_by VARCHAR NOT NULL,
        handed_ms INTEGER,
        handed_by VARCHAR NOT NULL,
        handed_to VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(id) REFERENCES request (id)
    )
    """,
    "CREATE TABLE undecided (id INTEGER NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES request (id))",
    """
    INSERT INTO undecided SELECT r.id FROM request r LEFT JOIN outcome o ON o.id = r.id
    WHERE coalesce(o.status, 'pending') = 'pending'
    """,
    """
    CREATE TRIGGER request_undecided AFTER INSERT ON request BEGIN
        INSERT INTO undecided VALUES (new.id);
    END
    """,
    """
    CREATE TRIGGER outcome_said AFTER INSERT ON outcome BEGIN
        DELETE FROM undecided WHERE id = new.id;
        INSERT INTO undecided SELECT id FROM request WHERE id = new.id AND new.status = 'pending';
    END
    """,
    "CREATE INDEX ix_output_unclaimed ON output (id) WHERE handed_ms IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
