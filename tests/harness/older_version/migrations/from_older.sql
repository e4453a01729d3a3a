-- A table that others refer to is made anew, as SQLite wants it: with foreign keys off, the new one takes the name.
CREATE TABLE newer (
    id INTEGER NOT NULL, request_id VARCHAR NOT NULL, visit VARCHAR NOT NULL, line INTEGER NOT NULL,
    lines INTEGER NOT NULL, service_id VARCHAR NOT NULL, service_version INTEGER NOT NULL, catalogue INTEGER NOT NULL,
    date VARCHAR NOT NULL, day_number INTEGER NOT NULL, created_ms INTEGER NOT NULL, operator VARCHAR NOT NULL,
    total_pt INTEGER NOT NULL, service_pt INTEGER NOT NULL, vat_pt INTEGER NOT NULL, commission_pt INTEGER NOT NULL,
    tendered_pt INTEGER NOT NULL, method VARCHAR NOT NULL, reference VARCHAR NOT NULL, code VARCHAR NOT NULL,
    name VARCHAR NOT NULL, name_key VARCHAR NOT NULL, national_id VARCHAR NOT NULL,
    national_id_end VARCHAR GENERATED ALWAYS AS (substr(national_id, -4)) VIRTUAL,
    mobile VARCHAR NOT NULL, listed INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES journal (id), UNIQUE (request_id)
);
-- What the fees were made of is read out of the request's own journal body.
INSERT INTO newer (id, request_id, visit, line, lines, service_id, service_version, catalogue, date, day_number,
    created_ms, operator, total_pt, service_pt, vat_pt, commission_pt, tendered_pt, method, reference, code, name,
    name_key, national_id, mobile)
SELECT r.id, request_id, visit, line, lines, service_id, service_version, catalogue, date, 1, created_ms, operator,
    total_pt,
    coalesce((SELECT sum(json_extract(fee.value, '$.amount_pt')) FROM json_each(CAST(j.body AS TEXT), '$.fees') fee
              WHERE json_extract(fee.value, '$.kind') = 'service'), 0),
    coalesce(json_extract(CAST(j.body AS TEXT), '$.vat_pt'), 0), 0, tendered_pt, 'cash', '', code, name, name_key,
    national_id, mobile
FROM request r JOIN journal j ON j.id = r.id;
DROP TABLE request;
ALTER TABLE newer RENAME TO request;
CREATE TABLE newer (
    date VARCHAR NOT NULL, number INTEGER NOT NULL, operator VARCHAR NOT NULL, opening_pt INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL, opened_seq INTEGER NOT NULL, closed_ms INTEGER, closed_seq INTEGER DEFAULT 0 NOT NULL,
    expected_pt INTEGER DEFAULT 0 NOT NULL, counted_pt INTEGER DEFAULT 0 NOT NULL,
    grand_total_pt INTEGER DEFAULT 0 NOT NULL, PRIMARY KEY (date, number)
);
INSERT INTO newer (date, number, operator, opening_pt, opened_ms, opened_seq, closed_ms)
SELECT date, 1, operator, opening_pt, opened_ms, opened_seq, closed_ms FROM day;
DROP TABLE day;
ALTER TABLE newer RENAME TO day;
ALTER TABLE draft ADD COLUMN catalogue INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE draft ADD COLUMN visit VARCHAR DEFAULT '' NOT NULL;
ALTER TABLE draft ADD COLUMN corrects VARCHAR DEFAULT '' NOT NULL;
ALTER TABLE decision ADD COLUMN ready_ms INTEGER DEFAULT 0 NOT NULL;
