"""Creates the first schema and its triggers, which forbid some changes and deletions.

Evidence of two histories may lose the citizen's frame, and nothing else.
"""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

revision = "0001"
down_revision = None

METADATA = MetaData()
NUMBER = BigInteger().with_variant(Integer(), "sqlite")
ZERO = text("0")


def table(name: str, *parts: Any, **options: Any) -> None:
    Table(name, METADATA, *parts, sqlite_strict=True, **options)


def partial(name: str, column: str, where: str) -> Index:
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


table(
    "acceptance",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("device", LargeBinary, nullable=False),
    Column("epoch", NUMBER, nullable=False),
    Column("ended_ms", NUMBER, nullable=False),
    Column("result", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    UniqueConstraint("device", "epoch", "ended_ms"),
    sqlite_autoincrement=True,
)
table(
    "account",
    Column("name", Text, primary_key=True),
    Column("name_ar", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("secret", LargeBinary),
    Column("code", LargeBinary),
    Column("code_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("step", NUMBER, nullable=False, server_default=ZERO),
    Column("wrong", NUMBER, nullable=False, server_default=ZERO),
    Column("wrong_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("signed_in_ms", NUMBER, nullable=False, server_default=ZERO),
)
table(
    "account_grant",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("account", Text, ForeignKey("account.name"), nullable=False),
    Column("role", Text, nullable=False),
    Column("authorities", Text, nullable=False),
    Column("services", Text, nullable=False),
    Column("governorates", Text, nullable=False),
    Column("limit_pt", NUMBER, nullable=False),
    Index("account_grant_of", "account"),
    sqlite_autoincrement=True,
)
table(
    "audit",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("at_ms", NUMBER, nullable=False),
    Column("staff", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("audit_subject", "subject", "n"),
    Index("audit_staff", "staff", "n"),
    Index("audit_act", "act", "subject", "n"),
    Index("audit_at", "at_ms", "n"),
    sqlite_autoincrement=True,
)
table(
    "bill",
    Column("reference", Text, primary_key=True),
    Column("device", LargeBinary, nullable=False),
    Column("service", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("amount_pt", NUMBER, nullable=False),
    Column("expiry_ms", NUMBER, nullable=False),
    Column("state", Text, nullable=False),
    Column("fines", Text, nullable=False),
)
table(
    "clock_jump",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("at_ms", NUMBER, nullable=False),
    Index("clock_jump_at", "at_ms"),
)
table(
    "config",
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
table(
    "decision",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("device", LargeBinary, nullable=False),
    Column("epoch", NUMBER, nullable=False),
    Column("seq", NUMBER, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason_ar", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    Column("staff", Text, nullable=False),
    Column("because", Text, nullable=False, server_default=""),
    Index("decision_of", "device", "epoch", "seq"),
    sqlite_autoincrement=True,
)
table(
    "document",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("version", NUMBER, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    UniqueConstraint("kind", "scope", "version"),
    sqlite_autoincrement=True,
)
table(
    "entry",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_ms", NUMBER, nullable=False),
)
table(
    "equivocation",
    Column("hash", LargeBinary, primary_key=True),
    Column("device", LargeBinary, nullable=False),
    Column("epoch", NUMBER, nullable=False),
    Column("seq", NUMBER, nullable=False),
    Column("kept_hash", LargeBinary, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    Column("at_ms", NUMBER, nullable=False),
)
table(
    "erasure",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("id", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    Column("done_ms", NUMBER, nullable=False),
)
table(
    "evidence",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("length", NUMBER, nullable=False),
    Column("received", NUMBER, nullable=False),
    Column("state", Text, nullable=False),
    Column("sealed_key", LargeBinary, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    Column("marked", NUMBER, nullable=False, server_default=ZERO),
    partial("evidence_stored", "state", "state = 'stored'"),
)
table(
    "evidence_piece",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("start", NUMBER, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)
table(
    "fine",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("plate", Text, nullable=False),
    Column("label_ar", Text, nullable=False),
    Column("label_en", Text, nullable=False),
    Column("amount_pt", NUMBER, nullable=False),
    Column("bill", Text, nullable=False),
    Index("fine_plate", "plate"),
    sqlite_autoincrement=True,
)
table(
    "float_used",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("amount_pt", NUMBER, nullable=False),
)
table(
    "missed_receipt",
    Column("device8", Text, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("asked", NUMBER, nullable=False),
    Column("first_ms", NUMBER, nullable=False),
    Column("last_ms", NUMBER, nullable=False),
    Column("state", Text, nullable=False),
    partial("missed_receipt_often", "last_ms", "asked > 1"),
)
table(
    "form_done",
    Column("form", Text, primary_key=True),
    Column("at_ms", NUMBER, nullable=False),
    Index("form_done_at", "at_ms"),
)
table(
    "nonce",
    Column("device", LargeBinary, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("at_ms", NUMBER, nullable=False),
    Index("nonce_at", "at_ms"),
)
table(
    "parked",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("why", Text, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    Column("again_ms", NUMBER, nullable=False),
)
table(
    "personal",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
table(
    "projection",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("done", NUMBER, nullable=False),
    Column("settings_version", NUMBER, nullable=False),
)
table(
    "proposal",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("at_ms", NUMBER, nullable=False),
    Column("ends_ms", NUMBER, nullable=False),
    Column("staff", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_by", Text, nullable=False, server_default=""),
    Index("proposal_of", "act", "subject", "n"),
    partial("proposal_waiting", "ends_ms", "state = 'waiting'"),
    sqlite_autoincrement=True,
)
table(
    "refund_hold",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("holder", LargeBinary, nullable=False),
    Column("holder_epoch", NUMBER, nullable=False),
    Column("hold", Text, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
)
table(
    "rejected_auth",
    Column("why", Text, primary_key=True),
    Column("device", LargeBinary, primary_key=True),
    Column("total", NUMBER, nullable=False),
    Column("recent", NUMBER, nullable=False),
    Column("first_ms", NUMBER, nullable=False),
    Column("last_ms", NUMBER, nullable=False),
)
table(
    "request",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("id", Text, nullable=False),
    Column("visit", Text, nullable=False),
    Column("shop", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("service_version", NUMBER, nullable=False),
    Column("catalogue", NUMBER, nullable=False),
    Column("total_pt", NUMBER, nullable=False),
    Column("wall_ms", NUMBER, nullable=False),
    Column("status", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason_ar", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    Column("voided_by", NUMBER, nullable=False),
    Column("bill", Text, nullable=False),
    Column("refunded_by", NUMBER, nullable=False, server_default=ZERO),
    Column("date", Text, nullable=False, server_default=""),
    Column("refunded_device", LargeBinary),
    Column("refunded_epoch", NUMBER, nullable=False, server_default=ZERO),
    Column("told_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("arrived_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("handed_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("float_pt", NUMBER, nullable=False, server_default=ZERO),
    Column("authority", Text, nullable=False, server_default=""),
    Column("due_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("decisions", NUMBER, nullable=False, server_default=ZERO),
    Column("ready_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("claimed_by", Text, nullable=False, server_default=""),
    Column("claimed_ms", NUMBER, nullable=False, server_default=ZERO),
    Column("listed", LargeBinary),
    Column("papers", NUMBER, nullable=False, server_default=ZERO),
    Column("governorate", Text, nullable=False, server_default=""),
    Column("said_id", Text, nullable=False, server_default=""),
    Index("request_id", "id", unique=True),
    Index("request_due", "authority", "status", "due_ms", "device", "epoch", "seq"),
    Index("request_service", "authority", "service", "status", "due_ms", "device", "epoch", "seq"),
    Index("request_area", "authority", "governorate", "status", "due_ms", "device", "epoch", "seq", "service"),
    partial("request_claimed", "claimed_by", "claimed_by <> ''"),
    Index("request_shop", "shop", "wall_ms"),
    Index("request_status", "status", "wall_ms"),
    Index("request_newest", "wall_ms"),
)
table(
    "request_key",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("mac", LargeBinary, nullable=False),
    Index("request_key_mac", "mac"),
)
table(
    "shop",
    Column("id", Text, primary_key=True),
    Column("name_ar", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("members", Text, nullable=False),
    Column("settings_version", NUMBER, nullable=False),
    Column("operators_version", NUMBER, nullable=False),
    Column("governorate", Text, nullable=False, server_default=""),
    Column("search", Text, nullable=False, server_default=""),
    Index("shop_governorate", "governorate"),
    Index("shop_search", "search"),
)
table(
    "slot",
    Column("slot", Text, primary_key=True),
    Column("shop", Text, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("epoch", NUMBER, nullable=False),
    Column("code_mac", LargeBinary, nullable=False),
    Column("creator", Text, nullable=False),
    Column("expires_ms", NUMBER, nullable=False),
    Column("tries", NUMBER, nullable=False),
    Column("state", Text, nullable=False),
    Column("pub", LargeBinary),
    Column("commitment", LargeBinary),
    Column("ns", LargeBinary),
    Column("nd", LargeBinary),
    Column("number", Text),
    Column("envelope", LargeBinary),
    Column("claimed_ms", NUMBER, nullable=False, server_default=ZERO),
    Index("slot_expires", "expires_ms"),
)
table(
    "staff_session",
    Column("id", LargeBinary, primary_key=True),
    Column("account", Text, ForeignKey("account.name"), nullable=False),
    Column("whole", NUMBER, nullable=False),
    Column("begun_ms", NUMBER, nullable=False),
    Column("seen_ms", NUMBER, nullable=False),
    Column("ends_ms", NUMBER, nullable=False),
    Column("network", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Index("staff_session_of", "account", "ends_ms"),
    Index("staff_session_ends", "ends_ms"),
)
table(
    "till_close",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("day", Text, nullable=False),
    Column("number", NUMBER, nullable=False),
    Column("wall_ms", NUMBER, nullable=False),
    Column("body", Text, nullable=False),
    Column("agreed_by", Text, nullable=False, server_default=""),
    Column("difference_pt", NUMBER, nullable=False, server_default=ZERO),
    Index("till_close_day", "day"),
    partial("till_close_odd", "day", "difference_pt <> 0"),
)
table(
    "till_sum",
    Column("device", LargeBinary, primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("count", NUMBER, nullable=False),
    Column("amount_pt", NUMBER, nullable=False),
    Column("first_seq", NUMBER, nullable=False),
    Index("till_sum_day", "day", "name"),
)
table(
    "device",
    Column("id", LargeBinary, primary_key=True),
    Column("shop", Text, ForeignKey("shop.id"), nullable=False),
    Column("feed_n", NUMBER, nullable=False),
    Column("heard_ms", NUMBER, nullable=False),
    Column("heartbeat", Text, nullable=False),
)
table(
    "feed_item",
    Column("device", LargeBinary, primary_key=True),
    Column("n", NUMBER, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("document", NUMBER, ForeignKey("document.n")),
    Column("read_ms", NUMBER, nullable=False, server_default=ZERO),
    partial("feed_document", "device", "document IS NOT NULL"),
)
table(
    "float_entry",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("shop", Text, ForeignKey("shop.id"), nullable=False),
    Column("amount_pt", NUMBER, nullable=False),
    Column("reference", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    Index("float_shop", "shop"),
    sqlite_autoincrement=True,
)
table(
    "operator",
    Column("id", Text, primary_key=True),
    Column("shop", Text, ForeignKey("shop.id"), nullable=False),
    Column("name_ar", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("active", NUMBER, nullable=False),
    Column("not_after_ms", NUMBER, nullable=False),
    Column("salt", LargeBinary),
    Column("hash", LargeBinary),
    Index("operator_shop", "shop"),
)
table(
    "approval",
    Column("device", LargeBinary, ForeignKey("device.id"), primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("seq", NUMBER, primary_key=True),
    Column("shop", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("of_seq", NUMBER, nullable=False),
    Column("amount_pt", NUMBER, nullable=False),
    Column("op", Text, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    Column("state", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("way", Text, nullable=False),
    Index("approval_state", "state", "at_ms"),
)
table(
    "chain",
    Column("device", LargeBinary, ForeignKey("device.id"), primary_key=True),
    Column("epoch", NUMBER, primary_key=True),
    Column("pub", LargeBinary, nullable=False, unique=True),
    Column("statement", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("hwm", NUMBER, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("server_ms", NUMBER, nullable=False),
    Column("durable", NUMBER, nullable=False),
    Column("shop", Text, nullable=False, server_default=""),
    Column("marked", NUMBER, nullable=False, server_default=ZERO),
    Index("chain_shop", "shop"),
)
table(
    "health",
    Column("device", LargeBinary, ForeignKey("device.id"), primary_key=True),
    Column("at_ms", NUMBER, nullable=False),
    Column("body", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("version_ms", NUMBER, nullable=False),
    Column("phase", Text, nullable=False),
    Column("phase_ms", NUMBER, nullable=False),
    Column("stops", Text, nullable=False),
    Column("stops_ms", NUMBER, nullable=False),
    Column("why", Text, nullable=False),
)
table(
    "support",
    Column("n", NUMBER, Identity(), primary_key=True),
    Column("device", LargeBinary, ForeignKey("device.id"), nullable=False),
    Column("epoch", NUMBER, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("file", LargeBinary, nullable=False),
    Column("at_ms", NUMBER, nullable=False),
    UniqueConstraint("device", "sha256"),
    sqlite_autoincrement=True,
)
table(
    "telephone",
    Column("device", LargeBinary, ForeignKey("device.id"), primary_key=True),
    Column("n", NUMBER, nullable=False),
    Column("used", NUMBER, nullable=False),
)
table(
    "till_number",
    Column("shop", Text, ForeignKey("shop.id"), primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("device", LargeBinary, nullable=False),
    UniqueConstraint("shop", "device"),
)

KEPT = ("entry", "audit", "till_number")
FOREVER = ("entry", "audit", "equivocation", "erasure", "till_number")
EVIDENCE = ("hash", "device", "epoch", "seq", "kept_hash", "header", "signature", "body", "at_ms")
SAME = " AND ".join(f"NEW.{name} = OLD.{name}" for name in EVIDENCE)
SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER {name}_no_{act} BEFORE {act} ON {name}{when} "
    f"BEGIN SELECT raise(ABORT, '{name} is append-only'); END"
    for act, name, when in (
        *(("update", name, "") for name in KEPT),
        ("update", "equivocation", f" WHEN NOT (NEW.sealed IS NULL AND {SAME})"),
        *(("delete", name, "") for name in FOREVER),
    )
)
POSTGRES_GUARDS = (
    """CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$""",
    f"""CREATE FUNCTION only_forgets() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN
            IF NEW.sealed IS NULL AND {SAME} THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'equivocation is append-only';
        END$$""",
    *(
        f"CREATE TRIGGER {name}_no_{act} BEFORE {act} ON {name} FOR EACH ROW EXECUTE FUNCTION {function}()"
        for act, name, function in (
            *(("update", name, "append_only") for name in KEPT),
            ("update", "equivocation", "only_forgets"),
            *(("delete", name, "append_only") for name in FOREVER),
        )
    ),
)


def guard(connection: Connection) -> None:
    for statement in SQLITE_GUARDS if connection.dialect.name == "sqlite" else POSTGRES_GUARDS:
        connection.execute(text(statement))


def upgrade() -> None:
    METADATA.create_all(op.get_bind(), checkfirst=False)
    guard(op.get_bind())
