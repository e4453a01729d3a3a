-- Fewer tables, fewer columns: what is missing is added, filled, or made anew on the way to the first schema.
CREATE TABLE enrolment (
    epoch INTEGER NOT NULL, statement BLOB NOT NULL, root_public BLOB NOT NULL, keyset BLOB NOT NULL, PRIMARY KEY (epoch)
);
CREATE TABLE journal (
    id INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, entry_hash BLOB NOT NULL, header BLOB NOT NULL,
    signature BLOB NOT NULL, body BLOB NOT NULL, wall_ms INTEGER NOT NULL, money_pt INTEGER, count INTEGER NOT NULL,
    sum_pt INTEGER NOT NULL, PRIMARY KEY (id), CONSTRAINT entry CHECK (id = (epoch << 32 | seq)),
    CONSTRAINT seq CHECK (seq BETWEEN 1 AND 4294967295),
    CONSTRAINT header CHECK (hex(substr(header, 33, 8)) = printf('%016X', seq)), FOREIGN KEY(epoch) REFERENCES enrolment (epoch)
);
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE frame (id INTEGER NOT NULL, frame BLOB NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES journal (id));
CREATE TABLE request (
    id INTEGER NOT NULL, request_id VARCHAR NOT NULL, visit VARCHAR NOT NULL, line INTEGER NOT NULL,
    lines INTEGER NOT NULL, service_id VARCHAR NOT NULL, service_version INTEGER NOT NULL, catalogue INTEGER NOT NULL,
    date VARCHAR NOT NULL, created_ms INTEGER NOT NULL, operator VARCHAR NOT NULL, total_pt INTEGER NOT NULL,
    tendered_pt INTEGER NOT NULL, code VARCHAR NOT NULL, name VARCHAR NOT NULL, name_key VARCHAR NOT NULL,
    national_id VARCHAR NOT NULL, mobile VARCHAR NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES journal (id),
    UNIQUE (request_id)
);
CREATE TABLE output (
    id INTEGER NOT NULL, arrived_ms INTEGER NOT NULL, arrived_by VARCHAR NOT NULL, handed_ms INTEGER,
    handed_by VARCHAR NOT NULL, handed_to VARCHAR NOT NULL, PRIMARY KEY (id), FOREIGN KEY(id) REFERENCES request (id)
);
CREATE TABLE day (
    date VARCHAR NOT NULL, operator VARCHAR NOT NULL, opening_pt INTEGER NOT NULL, opened_ms INTEGER NOT NULL,
    opened_seq INTEGER NOT NULL, closed_ms INTEGER, PRIMARY KEY (date)
);
CREATE TABLE decision (
    id INTEGER NOT NULL, status VARCHAR NOT NULL, code VARCHAR NOT NULL, reason_ar VARCHAR NOT NULL,
    reason_en VARCHAR NOT NULL, at_ms INTEGER NOT NULL, seen INTEGER NOT NULL, told INTEGER NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE draft (
    id VARCHAR NOT NULL, operator VARCHAR NOT NULL, service_id VARCHAR NOT NULL, service_version INTEGER NOT NULL,
    raw VARCHAR NOT NULL, updated_ms INTEGER NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE fact (name VARCHAR NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name));
