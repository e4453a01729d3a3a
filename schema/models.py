"""The tables: what the migrations make, and what every statement is made of (docs/adr/0052).

An entry is named everywhere by `storage.db.entry_ids.entry_id`. What a writer works out stands last in its table. The
rest of the program sees frozen dataclasses, made in `storage.db.rows`. The search index (`fts_…`) and the triggers have
no model; they are made in `storage/db/migrations`.
"""

from __future__ import annotations

import re

from sqlalchemy import CheckConstraint, Column, Computed, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from protocol.override import override


class _Row(SQLModel):
    """A table has the name of its class: `PrintJobRow` is a row of ``print_job``."""

    @declared_attr.directive
    @override
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy hands in the class
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__.removesuffix("Row")).lower()


class EnrolmentRow(_Row, table=True):
    """One for each epoch this store has known; the largest is the current one."""

    epoch: int = Field(primary_key=True)
    statement: bytes
    root_public: bytes
    keyset: bytes


class JournalRow(_Row, table=True):
    """An entry as first written, and the cumulative count and sum of money. Append-only."""

    __table_args__ = (
        CheckConstraint("id = (epoch << 32 | seq)", name="entry"),
        CheckConstraint("seq BETWEEN 1 AND 4294967295", name="seq"),
        CheckConstraint("hex(substr(header, 33, 8)) = printf('%016X', seq)", name="header"),
    )
    id: int = Field(primary_key=True)
    epoch: int = Field(foreign_key="enrolment.epoch")
    seq: int
    entry_hash: bytes
    header: bytes
    signature: bytes
    body: bytes
    wall_ms: int
    money_pt: int | None
    count: int
    sum_pt: int


class FrameRow(_Row, table=True):
    """The personal frame of an entry, apart from it because it is erased one day."""

    id: int = Field(primary_key=True, sa_column_args=[ForeignKey("journal.id")])
    frame: bytes


class NamedRow(_Row, table=True):
    """An entry without a request whose frame names a citizen: what could not be taken, and why."""

    id: int = Field(primary_key=True, sa_column_args=[ForeignKey("journal.id")])
    national_id: str = Field(index=True)


class RequestRow(_Row, table=True):
    """The searchable row of a request; `request_id` was made when the form opened. `listed`: the indices have it."""

    __table_args__ = tuple(
        Index(f"ix_request_{column}", column, sqlite_where=text("listed = 1"))
        for column in ("code", "mobile", "national_id", "national_id_end", "operator", "service_id")
    )
    id: int = Field(primary_key=True, sa_column_args=[ForeignKey("journal.id")])
    request_id: str = Field(unique=True)
    visit: str
    line: int
    lines: int
    service_id: str
    service_version: int
    catalogue: int
    date: str = Field(index=True)
    created_ms: int
    operator: str
    total_pt: int
    tendered_pt: int
    code: str
    name: str
    national_id: str
    mobile: str
    service_pt: int
    vat_pt: int
    commission_pt: int
    method: str
    reference: str
    day_number: int
    name_key: str
    national_id_end: str | None = Field(sa_column=Column(String, Computed("substr(national_id, -4)", persisted=False)))
    listed: int = Field(sa_column_kwargs={"server_default": "0"})


class PrintJobRow(_Row, table=True):
    """A paper to come; the queue is this table, written in the commit of the sale."""

    __table_args__ = (Index("ix_print_job_state", "state"), Index("ix_print_job_entry", "entry"))
    n: int = Field(primary_key=True)
    job_id: str = Field(unique=True)
    entry: int
    copy_number: int
    state: str
    created_ms: int
    receipt: bytes


class DayRow(_Row, table=True):
    """A counter session; the writer lets one be open at a time. `number` counts the openings of its date."""

    date: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    operator: str
    opening_pt: int
    opened_ms: int
    opened_seq: int
    closed_ms: int | None
    closed_seq: int = Field(sa_column_kwargs={"server_default": "0"})
    expected_pt: int = Field(sa_column_kwargs={"server_default": "0"})
    counted_pt: int = Field(sa_column_kwargs={"server_default": "0"})
    grand_total_pt: int = Field(sa_column_kwargs={"server_default": "0"})


class MovementRow(_Row, table=True):
    """Money that moved without a sale: cash in and out, deposits, voids, refunds. A request is reversed once."""

    id: int = Field(primary_key=True, sa_column_args=[ForeignKey("journal.id")])
    kind: str
    date: str = Field(index=True)
    at_ms: int
    operator: str
    amount_pt: int
    reason: str
    cash: int
    approver: str
    party: str
    reference: str
    day_number: int
    of_entry: int | None = Field(unique=True, sa_column_args=[ForeignKey("request.id")])


class ElsewhereRow(_Row, table=True):
    """Another till of the shop pays a request back that was sold here; `id` is the entry's."""

    id: int = Field(primary_key=True)
    state: str
    till: int
    at_ms: int


class PaidForRow(_Row, table=True):
    """What a refund paid back for another till of the shop: ``<device>/<epoch>/<entry>``, once."""

    id: int = Field(primary_key=True, sa_column_args=[ForeignKey("movement.id")])
    of_request: str = Field(unique=True)


class DraftRow(_Row, table=True):
    """A half-typed form."""

    id: str = Field(primary_key=True)
    operator: str = Field(index=True)
    service_id: str
    service_version: int
    updated_ms: int
    catalogue: int
    visit: str
    corrects: str
    raw: str


class EvidenceRow(_Row, table=True):
    """A picture or PDF of a citizen's paper: the name of its encrypted file and the only key to it."""

    __table_args__ = (UniqueConstraint("request_id", "kind", "sha256"),)
    n: int = Field(primary_key=True)
    request_id: str
    kind: str
    sha256: bytes
    length: int
    media: str
    file: str
    key: bytes
    taken_ms: int
    state: str = Field(index=True)


class DocumentRow(_Row, table=True):
    """Signed documents; the largest `n` of a kind is in force."""

    __table_args__ = (Index("ux_document", "kind", "version", unique=True),)
    n: int = Field(primary_key=True)
    kind: str
    version: int
    envelope: bytes


class PinRow(_Row, table=True):
    """A local PIN verifier and the activation it used up."""

    operator: str = Field(primary_key=True)
    verifier: str
    activation: str


class AttemptsRow(_Row, table=True):
    """Failed tries of an operator."""

    operator: str = Field(primary_key=True)
    failed: int
    last_wall_ms: int
    last_mono_ms: int
    boot_id: bytes = Field(sa_type=LargeBinary)


class AckRow(_Row, table=True):
    """The last acknowledgement of each epoch; `wire` is its 140 bytes."""

    epoch: int = Field(primary_key=True)
    device: bytes
    hwm: int
    entry_hash: bytes
    server_ms: int
    wire: bytes


class DecisionRow(_Row, table=True):
    """The centre's decision on a request; `id` is the entry's. `seen`: somebody at the counter has dealt with it;
    `told`: the citizen knows of it; `ready_ms`: since when what was approved can be collected, 0 where it cannot.
    """

    __table_args__ = (
        Index("ix_decision_status", "status"),
        Index("ix_decision_tell", "id", sqlite_where=text("told = 0 AND status <> 'pending'")),
        Index("ix_decision_tray", "id", sqlite_where=text("seen = 0 AND status IN ('rejected', 'sent_back')")),
    )
    id: int = Field(primary_key=True)
    status: str
    code: str
    reason_ar: str
    reason_en: str
    at_ms: int
    seen: int
    told: int
    ready_ms: int = Field(sa_column_kwargs={"server_default": "0"})


class OutputRow(_Row, table=True):
    """What the centre made for a citizen and sent to the shop. `handed_to` may name a person, and is erased."""

    __table_args__ = (Index("ix_output_unclaimed", "id", sqlite_where=text("handed_ms IS NULL")),)
    id: int = Field(primary_key=True, sa_column_args=[ForeignKey("request.id")])
    arrived_ms: int
    arrived_by: str
    handed_ms: int | None
    handed_by: str
    handed_to: str


class UndecidedRow(_Row, table=True):
    """A listed request without a decision; kept by triggers."""

    id: int = Field(primary_key=True, sa_column_args=[ForeignKey("request.id")])


class RequestIndexRow(_Row, table=True):
    """Up to which request the indices go (`storage.db.request_index`); one row."""

    n: int = Field(primary_key=True)
    upto: int


class FactRow(_Row, table=True):
    """A small named value that must survive."""

    name: str = Field(primary_key=True)
    value: bytes


(
    enrolment, journal, frame, named, request, print_job, day, movement, elsewhere, paid_for, draft, evidence, document,
    pin, attempts, ack, decision, output, undecided, request_index, fact,
) = SQLModel.metadata.tables.values()  # fmt: skip
"""As statements name them, in the order of the classes above."""
