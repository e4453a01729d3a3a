"""The tables, as ordered steps. What a released centre has run is never changed; `meta` has the number of the last.

Bytes are bytes and never JSON columns: a body may hold what jsonb refuses, and what was signed must come back
bit for bit. Personal frames and evidence have tables of their own, under a key that is not in the database.
"""

from __future__ import annotations

from typing import Final

from central.store.migration import Step

# operator.hash: of the activations whose PINs are good at any counter, 32 bytes each, the newest last; that one's code
# waits to be used while `salt` stands.
_PEOPLE: Final = (
    "CREATE TABLE config (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """CREATE TABLE audit (n {serial}, at_ms {big} NOT NULL, staff TEXT NOT NULL, act TEXT NOT NULL,
       subject TEXT NOT NULL, detail TEXT NOT NULL)""",
    """CREATE TABLE shop (id TEXT PRIMARY KEY, name_ar TEXT NOT NULL, name_en TEXT NOT NULL, members TEXT NOT NULL,
       settings_version {big} NOT NULL, operators_version {big} NOT NULL)""",
    """CREATE TABLE operator (id TEXT PRIMARY KEY, shop TEXT NOT NULL REFERENCES shop, name_ar TEXT NOT NULL,
       name_en TEXT NOT NULL, role TEXT NOT NULL, active {big} NOT NULL, not_after_ms {big} NOT NULL,
       salt {bytes}, hash {bytes})""",
    "CREATE INDEX operator_shop ON operator (shop)",
    """CREATE TABLE document (n {serial}, kind TEXT NOT NULL, scope TEXT NOT NULL, version {big} NOT NULL,
       envelope {bytes} NOT NULL, at_ms {big} NOT NULL, UNIQUE (kind, scope, version))""",
)
# slot.claimed_ms: when a key was laid on it; whoever comes second is told. chain.shop: as the epoch's statement names
# it, the device may have moved since. feed_item.read_ms: when the device first asked for what follows. marked: what
# was here when a copy of the database was begun, until somebody says that the copy is good.
_DEVICES: Final = (
    """CREATE TABLE slot (slot TEXT PRIMARY KEY, shop TEXT NOT NULL, device {bytes} NOT NULL, epoch {big} NOT NULL,
       code_mac {bytes} NOT NULL, creator TEXT NOT NULL, expires_ms {big} NOT NULL, tries {big} NOT NULL,
       state TEXT NOT NULL, pub {bytes}, commitment {bytes}, ns {bytes}, nd {bytes}, number TEXT, envelope {bytes},
       claimed_ms {big} NOT NULL DEFAULT 0)""",
    """CREATE TABLE device (id {bytes} PRIMARY KEY, shop TEXT NOT NULL REFERENCES shop, feed_n {big} NOT NULL,
       heard_ms {big} NOT NULL, heartbeat TEXT NOT NULL)""",
    """CREATE TABLE chain (device {bytes} NOT NULL REFERENCES device, epoch {big} NOT NULL, pub {bytes} NOT NULL UNIQUE,
       statement {bytes} NOT NULL, state TEXT NOT NULL, hwm {big} NOT NULL, hash {bytes} NOT NULL,
       server_ms {big} NOT NULL, durable {big} NOT NULL, shop TEXT NOT NULL DEFAULT '',
       marked {big} NOT NULL DEFAULT 0, PRIMARY KEY (device, epoch))""",
    "CREATE INDEX chain_shop ON chain (shop)",
    """CREATE TABLE nonce (device {bytes} NOT NULL, nonce TEXT NOT NULL, at_ms {big} NOT NULL,
       PRIMARY KEY (device, nonce))""",
    "CREATE INDEX nonce_at ON nonce (at_ms)",
    """CREATE TABLE feed_item (device {bytes} NOT NULL, n {big} NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
       document {big} REFERENCES document, read_ms {big} NOT NULL DEFAULT 0, PRIMARY KEY (device, n))""",
    "CREATE INDEX feed_document ON feed_item (device) WHERE document IS NOT NULL",
)
_JOURNAL: Final = (
    # No foreign key on the hot path: `append` writes here only beside the chain's own row. No index on the hash: it
    # covers device, epoch and seq, so the primary key keeps it unique; at random it would cost a page a record.
    """CREATE TABLE entry (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL, hash {bytes} NOT NULL,
       header {bytes} NOT NULL, signature {bytes} NOT NULL, body {bytes} NOT NULL, received_ms {big} NOT NULL,
       PRIMARY KEY (device, epoch, seq))""",
    """CREATE TABLE personal (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL,
       sealed {bytes} NOT NULL, PRIMARY KEY (device, epoch, seq))""",
    """CREATE TABLE equivocation (hash {bytes} PRIMARY KEY, device {bytes} NOT NULL, epoch {big} NOT NULL,
       seq {big} NOT NULL, kept_hash {bytes} NOT NULL, header {bytes} NOT NULL, signature {bytes} NOT NULL,
       body {bytes} NOT NULL, sealed {bytes}, at_ms {big} NOT NULL)""",
    """CREATE TABLE projection (device {bytes} NOT NULL, epoch {big} NOT NULL, done {big} NOT NULL,
       settings_version {big} NOT NULL, PRIMARY KEY (device, epoch))""",
)
_BUSINESS: Final = (
    """CREATE TABLE request (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL, id TEXT NOT NULL,
       visit TEXT NOT NULL, shop TEXT NOT NULL, service TEXT NOT NULL, service_version {big} NOT NULL,
       catalogue {big} NOT NULL, total_pt {big} NOT NULL, wall_ms {big} NOT NULL, status TEXT NOT NULL,
       code TEXT NOT NULL, reason_ar TEXT NOT NULL, reason_en TEXT NOT NULL, at_ms {big} NOT NULL,
       voided_by {big} NOT NULL, bill TEXT NOT NULL, refunded_by {big} NOT NULL DEFAULT 0,
       date TEXT NOT NULL DEFAULT '', refunded_device {bytes},
       refunded_epoch {big} NOT NULL DEFAULT 0, told_ms {big} NOT NULL DEFAULT 0, arrived_ms {big} NOT NULL DEFAULT 0,
       handed_ms {big} NOT NULL DEFAULT 0, float_pt {big} NOT NULL DEFAULT 0, PRIMARY KEY (device, epoch, seq))""",
    "CREATE INDEX request_id ON request (id)",
    "CREATE INDEX request_status ON request (status, shop)",
    "CREATE INDEX request_shop ON request (shop, wall_ms)",
    """CREATE TABLE outcome (n {serial}, device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL,
       status TEXT NOT NULL, code TEXT NOT NULL, reason_ar TEXT NOT NULL, reason_en TEXT NOT NULL,
       at_ms {big} NOT NULL, staff TEXT NOT NULL)""",
    "CREATE INDEX outcome_of ON outcome (device, epoch, seq)",
    """CREATE TABLE fine (n {serial}, plate TEXT NOT NULL, label_ar TEXT NOT NULL, label_en TEXT NOT NULL,
       amount_pt {big} NOT NULL, bill TEXT NOT NULL)""",
    "CREATE INDEX fine_plate ON fine (plate)",
    """CREATE TABLE bill (reference TEXT PRIMARY KEY, device {bytes} NOT NULL, service TEXT NOT NULL,
       plate TEXT NOT NULL, amount_pt {big} NOT NULL, expiry_ms {big} NOT NULL, state TEXT NOT NULL,
       fines TEXT NOT NULL)""",
    """CREATE TABLE missed_receipt (device8 TEXT NOT NULL, seq {big} NOT NULL, code TEXT NOT NULL, asked {big} NOT NULL,
       first_ms {big} NOT NULL, last_ms {big} NOT NULL, state TEXT NOT NULL, PRIMARY KEY (device8, seq, code))""",
)

_ERASURE: Final = (
    """CREATE TABLE erasure (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL, id TEXT NOT NULL,
       staff TEXT NOT NULL, at_ms {big} NOT NULL, done_ms {big} NOT NULL, PRIMARY KEY (device, epoch, seq))""",
)
# What may not be changed, what may not be deleted. Evidence of two histories may lose the citizen's frame, and nothing
# else.
_KEPT: Final = ("entry", "audit")
_FOREVER: Final = ("entry", "audit", "equivocation", "erasure")
_EVIDENCE: Final = ("hash", "device", "epoch", "seq", "kept_hash", "header", "signature", "body", "at_ms")
_SAME: Final = " AND ".join(f"NEW.{name} = OLD.{name}" for name in _EVIDENCE)
_SQLITE_GUARDS: Final = tuple(
    f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}{when} "
    f"BEGIN SELECT raise(ABORT, '{table} is append-only'); END"
    for act, table, when in (
        *(("update", table, "") for table in _KEPT),
        ("update", "equivocation", f" WHEN NOT (NEW.sealed IS NULL AND {_SAME})"),
        *(("delete", table, "") for table in _FOREVER),
    )
)
_POSTGRES_GUARDS: Final = (
    """CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$""",
    f"""CREATE FUNCTION only_forgets() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN
            IF NEW.sealed IS NULL AND {_SAME} THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'equivocation is append-only';
        END$$""",
    *(
        f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        for act, table, function in (
            *(("update", table, "append_only") for table in _KEPT),
            ("update", "equivocation", "only_forgets"),
            *(("delete", table, "append_only") for table in _FOREVER),
        )
    ),
)

# The money of a till's day: what its entries come to, and what its close said. A date may be opened more than once.
_TILLS: Final = (
    """CREATE TABLE till_sum (device {bytes} NOT NULL, epoch {big} NOT NULL, day TEXT NOT NULL, number {big} NOT NULL,
       name TEXT NOT NULL, count {big} NOT NULL, amount_pt {big} NOT NULL, first_seq {big} NOT NULL,
       PRIMARY KEY (device, epoch, day, number, name))""",
    """CREATE TABLE till_close (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL, day TEXT NOT NULL,
       number {big} NOT NULL, wall_ms {big} NOT NULL, body TEXT NOT NULL, agreed_by TEXT NOT NULL DEFAULT '',
       PRIMARY KEY (device, epoch, seq))""",
)

# Pictures of papers: the ciphertext in the pieces in which it came, its key under the vault's.
_PICTURES: Final = (
    """CREATE TABLE evidence (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL,
       sha256 {bytes} NOT NULL, length {big} NOT NULL, received {big} NOT NULL, state TEXT NOT NULL,
       sealed_key {bytes} NOT NULL, at_ms {big} NOT NULL, marked {big} NOT NULL DEFAULT 0,
       PRIMARY KEY (device, epoch, seq, sha256))""",
    """CREATE TABLE evidence_piece (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL,
       sha256 {bytes} NOT NULL, start {big} NOT NULL, data {bytes} NOT NULL,
       PRIMARY KEY (device, epoch, seq, sha256, start))""",
    "CREATE INDEX evidence_stored ON evidence (state) WHERE state = 'stored'",
)

# Prepaid floats of shops; what the accepted requests of an epoch took of its shop's.
_FLOATS: Final = (
    """CREATE TABLE float_entry (n {serial}, shop TEXT NOT NULL REFERENCES shop, amount_pt {big} NOT NULL,
       reference TEXT NOT NULL, staff TEXT NOT NULL, at_ms {big} NOT NULL)""",
    "CREATE INDEX float_shop ON float_entry (shop)",
    """CREATE TABLE float_used (device {bytes} NOT NULL, epoch {big} NOT NULL, amount_pt {big} NOT NULL,
       PRIMARY KEY (device, epoch))""",
)

# What the other tills of a shop find a request by, who of them may pay it back, and what became of it since.
_NEIGHBOURS: Final = (
    """CREATE TABLE request_key (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL, kind TEXT NOT NULL,
       mac {bytes} NOT NULL, PRIMARY KEY (device, epoch, seq, kind))""",
    "CREATE INDEX request_key_mac ON request_key (mac)",
    """CREATE TABLE refund_hold (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL,
       holder {bytes} NOT NULL, holder_epoch {big} NOT NULL, hold TEXT NOT NULL, at_ms {big} NOT NULL,
       PRIMARY KEY (device, epoch, seq))""",
)

# What counters ask the centre to agree to; the chain of telephone codes of each, and how many were read out.
_APPROVALS: Final = (
    """CREATE TABLE approval (device {bytes} NOT NULL REFERENCES device, epoch {big} NOT NULL, seq {big} NOT NULL,
       shop TEXT NOT NULL, what TEXT NOT NULL, of_seq {big} NOT NULL, amount_pt {big} NOT NULL, op TEXT NOT NULL,
       at_ms {big} NOT NULL, state TEXT NOT NULL, staff TEXT NOT NULL, way TEXT NOT NULL,
       PRIMARY KEY (device, epoch, seq))""",
    "CREATE INDEX approval_state ON approval (state, at_ms)",
    "CREATE TABLE telephone (device {bytes} PRIMARY KEY REFERENCES device, n {big} NOT NULL, used {big} NOT NULL)",
)

# What a technician proved at a counter: the report it signed, as it came.
_ACCEPTANCE: Final = (
    """CREATE TABLE acceptance (n {serial}, device {bytes} NOT NULL, epoch {big} NOT NULL, ended_ms {big} NOT NULL,
       verdict TEXT NOT NULL, document {bytes} NOT NULL, at_ms {big} NOT NULL, UNIQUE (device, epoch, ended_ms))""",
)

# Support files of the counters, sealed as they came.
_SUPPORT: Final = (
    """CREATE TABLE support (n {serial}, device {bytes} NOT NULL REFERENCES device, epoch {big} NOT NULL,
       sha256 {bytes} NOT NULL, file {bytes} NOT NULL, at_ms {big} NOT NULL, UNIQUE (device, sha256))""",
)

# What heartbeats say of a counter's health, since when each part of it has been so, and why one is missing, if known.
_HEALTH: Final = (
    """CREATE TABLE health (device {bytes} PRIMARY KEY REFERENCES device, at_ms {big} NOT NULL, body TEXT NOT NULL,
       version TEXT NOT NULL, version_ms {big} NOT NULL, phase TEXT NOT NULL, phase_ms {big} NOT NULL,
       stops TEXT NOT NULL, stops_ms {big} NOT NULL, why TEXT NOT NULL)""",
    """CREATE TABLE clock_jump (device {bytes} NOT NULL, epoch {big} NOT NULL, seq {big} NOT NULL, at_ms {big} NOT NULL,
       PRIMARY KEY (device, epoch, seq))""",
    "CREATE INDEX clock_jump_at ON clock_jump (at_ms)",
)

# Requests whose key is not believed, by why and device; the device is empty where its name is not known here.
_TURNED_AWAY: Final = (
    """CREATE TABLE rejected_auth (why TEXT NOT NULL, device {bytes} NOT NULL, total {big} NOT NULL,
       recent {big} NOT NULL, first_ms {big} NOT NULL, last_ms {big} NOT NULL, PRIMARY KEY (why, device))""",
)

# Chains that stand at an entry which cannot be projected: why, since when, when it is tried again.
_PARKED: Final = (
    """CREATE TABLE parked (device {bytes} NOT NULL, epoch {big} NOT NULL, why TEXT NOT NULL, at_ms {big} NOT NULL,
       again_ms {big} NOT NULL, PRIMARY KEY (device, epoch))""",
)

_FIRST: Final = Step(
    (
        *_PEOPLE, *_DEVICES, *_JOURNAL, *_BUSINESS, *_ERASURE, *_TILLS, *_PICTURES, *_FLOATS, *_NEIGHBOURS, *_APPROVALS,
        *_ACCEPTANCE, *_SUPPORT, *_HEALTH, *_TURNED_AWAY, *_PARKED,
    ),
    _SQLITE_GUARDS,
    _POSTGRES_GUARDS,
)  # fmt: skip
STEPS: Final = (_FIRST,)
