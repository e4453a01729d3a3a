"""The money day: what moved at the till without a sale, what a closed day came to, and what a fee was made of.

The shares of old requests are read out of their own journal bodies, which nobody has changed since.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE movement (
        id INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        date VARCHAR NOT NULL,
        at_ms INTEGER NOT NULL,
        operator VARCHAR NOT NULL,
        amount_pt INTEGER NOT NULL,
        reason VARCHAR NOT NULL,
        cash INTEGER NOT NULL,
        second VARCHAR NOT NULL,
        party VARCHAR NOT NULL,
        reference VARCHAR NOT NULL,
        of_entry INTEGER,
        PRIMARY KEY (id),
        FOREIGN KEY(id) REFERENCES journal (id),
        FOREIGN KEY(of_entry) REFERENCES request (id),
        UNIQUE (of_entry)
    )
    """,
    "CREATE INDEX ix_movement_date ON movement (date)",
    "ALTER TABLE day ADD COLUMN closed_seq INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE day ADD COLUMN expected_pt INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE day ADD COLUMN counted_pt INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE day ADD COLUMN grand_total_pt INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE request ADD COLUMN service_pt INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE request ADD COLUMN vat_pt INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE request ADD COLUMN commission_pt INTEGER DEFAULT 0 NOT NULL",
    "ALTER TABLE request ADD COLUMN method VARCHAR DEFAULT 'cash' NOT NULL",
    "ALTER TABLE request ADD COLUMN reference VARCHAR DEFAULT '' NOT NULL",
    """
    UPDATE request SET
        vat_pt = coalesce(
            (SELECT json_extract(CAST(body AS TEXT), '$.vat_pt') FROM journal j WHERE j.id = request.id), 0),
        service_pt = coalesce(
            (SELECT sum(json_extract(line.value, '$.amount_pt'))
             FROM journal j, json_each(CAST(body AS TEXT), '$.fees') line
             WHERE j.id = request.id AND json_extract(line.value, '$.kind') = 'service'), 0)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
