"""Begin: the journal and everything that stands beside it."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """
    CREATE TABLE ack (
        epoch INTEGER NOT NULL,
        device BLOB NOT NULL,
        hwm INTEGER NOT NULL,
        entry_hash BLOB NOT NULL,
        server_ms INTEGER NOT NULL,
        wire BLOB NOT NULL,
        PRIMARY KEY (epoch)
    )
    """,
    """
    CREATE TABLE attempts (
        operator VARCHAR NOT NULL,
        failed INTEGER NOT NULL,
        last_wall_ms INTEGER NOT NULL,
        last_mono_ms INTEGER NOT NULL,
        boot_id BLOB NOT NULL,
        PRIMARY KEY (operator)
    )
    """,
    """
    CREATE TABLE day (
        date VARCHAR NOT NULL,
        operator VARCHAR NOT NULL,
        opening_pt INTEGER NOT NULL,
        opened_ms INTEGER NOT NULL,
        opened_seq INTEGER NOT NULL,
        closed_ms INTEGER,
        PRIMARY KEY (date)
    )
    """,
    """
    CREATE TABLE document (
        n INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        envelope BLOB NOT NULL,
        PRIMARY KEY (n)
    )
    """,
    """
    CREATE UNIQUE INDEX ux_document ON document (kind, version)
    """,
    """
    CREATE TABLE draft (
        id VARCHAR NOT NULL,
        operator VARCHAR NOT NULL,
        service_id VARCHAR NOT NULL,
        service_version INTEGER NOT NULL,
        raw VARCHAR NOT NULL,
        updated_ms INTEGER NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE INDEX ix_draft_operator ON draft (operator)
    """,
    """
    CREATE TABLE enrolment (
        epoch INTEGER NOT NULL,
        statement BLOB NOT NULL,
        root_public BLOB NOT NULL,
        keyset BLOB NOT NULL,
        PRIMARY KEY (epoch)
    )
    """,
    """
    CREATE TABLE fact (
        name VARCHAR NOT NULL,
        value BLOB NOT NULL,
        PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE outcome (
        id INTEGER NOT NULL,
        status VARCHAR NOT NULL,
        code VARCHAR NOT NULL,
        reason_ar VARCHAR NOT NULL,
        reason_en VARCHAR NOT NULL,
        at_ms INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE INDEX ix_outcome_tray ON outcome (id) WHERE seen = 0 AND status IN ('rejected', 'sent_back')
    """,
    """
    CREATE TABLE pin (
        operator VARCHAR NOT NULL,
        verifier VARCHAR NOT NULL,
        activation VARCHAR NOT NULL,
        PRIMARY KEY (operator)
    )
    """,
    """
    CREATE TABLE print_job (
        n INTEGER NOT NULL,
        job_id VARCHAR NOT NULL,
        entry INTEGER NOT NULL,
        copy_number INTEGER NOT NULL,
        receipt BLOB NOT NULL,
        state VARCHAR NOT NULL,
        created_ms INTEGER NOT NULL,
        PRIMARY KEY (n),
        UNIQUE (job_id)
    )
    """,
    """
    CREATE INDEX ix_print_job_entry ON print_job (entry)
    """,
    """
    CREATE INDEX ix_print_job_state ON print_job (state)
    """,
    """
    CREATE TABLE journal (
        id INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        entry_hash BLOB NOT NULL,
        header BLOB NOT NULL,
        signature BLOB NOT NULL,
        body BLOB NOT NULL,
        wall_ms INTEGER NOT NULL,
        money_pt INTEGER,
        count INTEGER NOT NULL,
        sum_pt INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT entry CHECK (id = (epoch << 32 | seq)),
        CONSTRAINT seq CHECK (seq BETWEEN 1 AND 4294967295),
        FOREIGN KEY(epoch) REFERENCES enrolment (epoch),
        UNIQUE (entry_hash)
    )
    """,
    """
    CREATE TABLE frame (
        id INTEGER NOT NULL,
        frame BLOB NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(id) REFERENCES journal (id)
    )
    """,
    """
    CREATE TABLE request (
        id INTEGER NOT NULL,
        request_id VARCHAR NOT NULL,
        visit VARCHAR NOT NULL,
        line INTEGER NOT NULL,
        lines INTEGER NOT NULL,
        service_id VARCHAR NOT NULL,
        service_version INTEGER NOT NULL,
        catalogue INTEGER NOT NULL,
        date VARCHAR NOT NULL,
        created_ms INTEGER NOT NULL,
        operator VARCHAR NOT NULL,
        total_pt INTEGER NOT NULL,
        tendered_pt INTEGER NOT NULL,
        code VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        national_id VARCHAR NOT NULL,
        mobile VARCHAR NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(id) REFERENCES journal (id),
        UNIQUE (request_id)
    )
    """,
    """
    CREATE INDEX ix_request_date ON request (date)
    """,
    """
    CREATE INDEX ix_request_national_id ON request (national_id)
    """,
)
GUARDS = (
    """
    CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)


def upgrade() -> None:
    for statement in TABLES + GUARDS:
        op.execute(statement)
