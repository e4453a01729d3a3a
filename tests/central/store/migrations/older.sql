-- A centre of a version that never was: fewer tables, fewer columns. The types are those of `older_version`.
CREATE TABLE config (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE shop (
    id TEXT NOT NULL PRIMARY KEY, name_ar TEXT NOT NULL, name_en TEXT NOT NULL, members TEXT NOT NULL,
    settings_version {big} NOT NULL, operators_version {big} NOT NULL
);
CREATE TABLE device (
    id {bytes} NOT NULL PRIMARY KEY, shop TEXT NOT NULL REFERENCES shop (id), feed_n {big} NOT NULL, heard_ms {big} NOT NULL,
    heartbeat TEXT NOT NULL
);
CREATE TABLE chain (
    device {bytes} NOT NULL REFERENCES device (id), epoch {big} NOT NULL, pub {bytes} NOT NULL UNIQUE,
    statement {bytes} NOT NULL, state TEXT NOT NULL, hwm {big} NOT NULL, hash {bytes} NOT NULL,
    server_ms {big} NOT NULL, durable {big} NOT NULL, PRIMARY KEY (device, epoch)
);
CREATE TABLE entry (
    device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL, hash {bytes} NOT NULL, header {bytes} NOT NULL,
    signature {bytes} NOT NULL, body {bytes} NOT NULL, received_ms {big} NOT NULL, PRIMARY KEY (device, epoch, seq)
);
CREATE TABLE float_entry (n {serial}, shop TEXT NOT NULL REFERENCES shop (id), total_pt {big} NOT NULL);
