"""The first schema: the journal and everything that stands beside it, as `schema.models` says it.

The index of names holds ``"  " + name`` with two spaces between words: any three letters of a name are in it, and so
are the first one ("  م") and two (" مح") of each word. It keeps no text and no positions (a third of the size, and a
sale pays for each page it touches); what is found is compared with the row. `undecided` holds what the centre has not
decided: reading back through a million decided requests finds none in time. A request comes into both, and into the
indices for a search, behind its sale (`storage.db.request_index`): it is `listed` then.
"""

from alembic import op

revision = "0001"
down_revision = None
COMPATIBLE_WITH = "0001"

TABLES = (
    """CREATE TABLE enrolment (epoch INTEGER NOT NULL, statement BLOB NOT NULL, root_public BLOB NOT NULL,
       keyset BLOB NOT NULL, PRIMARY KEY (epoch))""",
    """CREATE TABLE journal (id INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
       entry_hash BLOB NOT NULL, header BLOB NOT NULL, signature BLOB NOT NULL, body BLOB NOT NULL,
       wall_ms INTEGER NOT NULL, money_pt INTEGER, count INTEGER NOT NULL, sum_pt INTEGER NOT NULL, PRIMARY KEY (id),
       CONSTRAINT entry CHECK (id = (epoch << 32 | seq)), CONSTRAINT seq CHECK (seq BETWEEN 1 AND 4294967295),
       CONSTRAINT header CHECK (hex(substr(header, 33, 8)) = printf('%016X', seq)),
       FOREIGN KEY(epoch) REFERENCES enrolment (epoch))""",
    """CREATE TABLE frame (id INTEGER NOT NULL, frame BLOB NOT NULL, PRIMARY KEY (id),
       FOREIGN KEY(id) REFERENCES journal (id))""",
    """CREATE TABLE named (id INTEGER NOT NULL, national_id VARCHAR NOT NULL, PRIMARY KEY (id),
       FOREIGN KEY(id) REFERENCES journal (id))""",
    """CREATE TABLE request (id INTEGER NOT NULL, request_id VARCHAR NOT NULL, visit VARCHAR NOT NULL,
       line INTEGER NOT NULL, lines INTEGER NOT NULL, service_id VARCHAR NOT NULL, service_version INTEGER NOT NULL,
       catalogue INTEGER NOT NULL, date VARCHAR NOT NULL, day_number INTEGER NOT NULL, created_ms INTEGER NOT NULL,
       operator VARCHAR NOT NULL, total_pt INTEGER NOT NULL, service_pt INTEGER NOT NULL, vat_pt INTEGER NOT NULL,
       commission_pt INTEGER NOT NULL, tendered_pt INTEGER NOT NULL, method VARCHAR NOT NULL,
       reference VARCHAR NOT NULL, code VARCHAR NOT NULL, name VARCHAR NOT NULL, name_key VARCHAR NOT NULL,
       national_id VARCHAR NOT NULL,
       national_id_end VARCHAR GENERATED ALWAYS AS (substr(national_id, -4)) VIRTUAL,
       mobile VARCHAR NOT NULL, listed INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (id),
       FOREIGN KEY(id) REFERENCES journal (id), UNIQUE (request_id))""",
    """CREATE TABLE print_job (n INTEGER NOT NULL, job_id VARCHAR NOT NULL, entry INTEGER NOT NULL,
       copy_number INTEGER NOT NULL, receipt BLOB NOT NULL, state VARCHAR NOT NULL, created_ms INTEGER NOT NULL,
       PRIMARY KEY (n), UNIQUE (job_id))""",
    """CREATE TABLE day (date VARCHAR NOT NULL, number INTEGER NOT NULL, operator VARCHAR NOT NULL,
       opening_pt INTEGER NOT NULL, opened_ms INTEGER NOT NULL, opened_seq INTEGER NOT NULL, closed_ms INTEGER,
       closed_seq INTEGER DEFAULT 0 NOT NULL, expected_pt INTEGER DEFAULT 0 NOT NULL,
       counted_pt INTEGER DEFAULT 0 NOT NULL, grand_total_pt INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (date, number))""",
    """CREATE TABLE movement (id INTEGER NOT NULL, kind VARCHAR NOT NULL, date VARCHAR NOT NULL,
       day_number INTEGER NOT NULL, at_ms INTEGER NOT NULL, operator VARCHAR NOT NULL, amount_pt INTEGER NOT NULL,
       reason VARCHAR NOT NULL, cash INTEGER NOT NULL, approver VARCHAR NOT NULL, party VARCHAR NOT NULL,
       reference VARCHAR NOT NULL, of_entry INTEGER, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES journal (id),
       FOREIGN KEY(of_entry) REFERENCES request (id), UNIQUE (of_entry))""",
    """CREATE TABLE elsewhere (id INTEGER NOT NULL, state VARCHAR NOT NULL, till INTEGER NOT NULL,
       at_ms INTEGER NOT NULL, PRIMARY KEY (id))""",
    """CREATE TABLE paid_for (id INTEGER NOT NULL, of_request VARCHAR NOT NULL, PRIMARY KEY (id),
       FOREIGN KEY(id) REFERENCES movement (id), UNIQUE (of_request))""",
    """CREATE TABLE draft (id VARCHAR NOT NULL, operator VARCHAR NOT NULL, service_id VARCHAR NOT NULL,
       service_version INTEGER NOT NULL, catalogue INTEGER NOT NULL, visit VARCHAR NOT NULL, corrects VARCHAR NOT NULL,
       raw VARCHAR NOT NULL, updated_ms INTEGER NOT NULL, PRIMARY KEY (id))""",
    """CREATE TABLE evidence (n INTEGER NOT NULL, request_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,
       sha256 BLOB NOT NULL, length INTEGER NOT NULL, media VARCHAR NOT NULL, file VARCHAR NOT NULL, key BLOB NOT NULL,
       taken_ms INTEGER NOT NULL, state VARCHAR NOT NULL, PRIMARY KEY (n), UNIQUE (request_id, kind, sha256))""",
    """CREATE TABLE document (n INTEGER NOT NULL, kind VARCHAR NOT NULL, version INTEGER NOT NULL,
       envelope BLOB NOT NULL, PRIMARY KEY (n))""",
    """CREATE TABLE pin (operator VARCHAR NOT NULL, verifier VARCHAR NOT NULL, activation VARCHAR NOT NULL,
       PRIMARY KEY (operator))""",
    """CREATE TABLE attempts (operator VARCHAR NOT NULL, failed INTEGER NOT NULL, last_wall_ms INTEGER NOT NULL,
       last_mono_ms INTEGER NOT NULL, boot_id BLOB NOT NULL, PRIMARY KEY (operator))""",
    """CREATE TABLE ack (epoch INTEGER NOT NULL, device BLOB NOT NULL, hwm INTEGER NOT NULL, entry_hash BLOB NOT NULL,
       server_ms INTEGER NOT NULL, wire BLOB NOT NULL, PRIMARY KEY (epoch))""",
    """CREATE TABLE decision (id INTEGER NOT NULL, status VARCHAR NOT NULL, code VARCHAR NOT NULL,
       reason_ar VARCHAR NOT NULL, reason_en VARCHAR NOT NULL, at_ms INTEGER NOT NULL, seen INTEGER NOT NULL,
       told INTEGER NOT NULL, ready_ms INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (id))""",
    """CREATE TABLE output (id INTEGER NOT NULL, arrived_ms INTEGER NOT NULL, arrived_by VARCHAR NOT NULL,
       handed_ms INTEGER, handed_by VARCHAR NOT NULL, handed_to VARCHAR NOT NULL, PRIMARY KEY (id),
       FOREIGN KEY(id) REFERENCES request (id))""",
    "CREATE TABLE undecided (id INTEGER NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES request (id))",
    "CREATE TABLE fact (name VARCHAR NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name))",
    """CREATE VIRTUAL TABLE fts_name USING fts5(
       parts, content='', columnsize=0, detail='none', tokenize='trigram case_sensitive 1')""",
    "INSERT INTO fts_name(fts_name, rank) VALUES ('secure-delete', 1)",
    "CREATE TABLE request_index (n INTEGER NOT NULL, upto INTEGER NOT NULL, PRIMARY KEY (n))",
    "INSERT INTO request_index (n, upto) VALUES (1, 0)",
)
INDEXES = (
    "CREATE INDEX ix_named_national_id ON named (national_id)",
    "CREATE INDEX ix_request_date ON request (date)",
    "CREATE INDEX ix_request_code ON request (code) WHERE listed = 1",
    "CREATE INDEX ix_request_mobile ON request (mobile) WHERE listed = 1",
    "CREATE INDEX ix_request_national_id ON request (national_id) WHERE listed = 1",
    "CREATE INDEX ix_request_national_id_end ON request (national_id_end) WHERE listed = 1",
    "CREATE INDEX ix_request_operator ON request (operator) WHERE listed = 1",
    "CREATE INDEX ix_request_service_id ON request (service_id) WHERE listed = 1",
    "CREATE INDEX ix_print_job_entry ON print_job (entry)",
    "CREATE INDEX ix_print_job_state ON print_job (state)",
    "CREATE INDEX ix_movement_date ON movement (date)",
    "CREATE INDEX ix_draft_operator ON draft (operator)",
    "CREATE INDEX ix_evidence_state ON evidence (state)",
    "CREATE UNIQUE INDEX ux_document ON document (kind, version)",
    "CREATE INDEX ix_decision_status ON decision (status)",
    "CREATE INDEX ix_decision_tell ON decision (id) WHERE told = 0 AND status <> 'pending'",
    "CREATE INDEX ix_decision_tray ON decision (id) WHERE seen = 0 AND status IN ('rejected', 'sent_back')",
    "CREATE INDEX ix_output_unclaimed ON output (id) WHERE handed_ms IS NULL",
)
TRIGGERS = (
    """CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER request_forgotten AFTER DELETE ON request WHEN old.listed BEGIN
           INSERT INTO fts_name(fts_name, rowid, parts)
           VALUES ('delete', old.id, '  ' || replace(old.name_key, ' ', '  '));
       END""",
    """CREATE TRIGGER request_renamed AFTER UPDATE OF name_key ON request WHEN old.listed BEGIN
           INSERT INTO fts_name(fts_name, rowid, parts)
           VALUES ('delete', old.id, '  ' || replace(old.name_key, ' ', '  '));
           INSERT INTO fts_name(rowid, parts) VALUES (new.id, '  ' || replace(new.name_key, ' ', '  '));
       END""",
    """CREATE TRIGGER decision_said AFTER INSERT ON decision BEGIN
           DELETE FROM undecided WHERE id = new.id;
           INSERT INTO undecided (id) SELECT id FROM request WHERE id = new.id AND listed AND new.status = 'pending';
       END""",
)
STATEMENTS = TABLES + INDEXES + TRIGGERS


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
