"""Tables of what citizens asked for, of money, and of what counters tell of themselves."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from central.store.model_base import EMPTY, ZERO, Model, OfEntry, OfEpoch, partial, serial

# ---- what citizens asked for


class Request(OfEntry, table=True):
    """A request as it stands. `id` names it at the centre; its till calls it `said_id`: the same, unless another
    request had it before, or it is none. `voided_by`, `refunded_by` are the entries that reversed it, 0 when none did;
    `decisions` counts those on it; `claimed_by` has it in hand since `claimed_ms`. `listed` is what lists may show of
    the citizen, sealed; `papers` counts the pictures that it names; `governorate` is where its shop is now.
    """

    __table_args__ = (
        Index("request_id", "id", unique=True),
        Index("request_due", "authority", "status", "due_ms", "device", "epoch", "seq"),
        Index("request_service", "authority", "service", "status", "due_ms", "device", "epoch", "seq"),
        Index("request_area", "authority", "governorate", "status", "due_ms", "device", "epoch", "seq", "service"),
        partial("request_claimed", "claimed_by", "claimed_by <> ''"),
        Index("request_status", "status", "wall_ms"),
        Index("request_newest", "wall_ms"),
        Index("request_shop", "shop", "wall_ms"),
    )
    id: str
    visit: str
    shop: str
    service: str
    service_version: int
    catalogue: int
    total_pt: int
    wall_ms: int
    status: str
    code: str
    reason_ar: str
    reason_en: str
    at_ms: int
    voided_by: int
    bill: str
    refunded_by: int = Field(sa_column_kwargs=ZERO)
    date: str = Field(sa_column_kwargs=EMPTY)
    refunded_device: bytes | None
    refunded_epoch: int = Field(sa_column_kwargs=ZERO)
    told_ms: int = Field(sa_column_kwargs=ZERO)
    arrived_ms: int = Field(sa_column_kwargs=ZERO)
    handed_ms: int = Field(sa_column_kwargs=ZERO)
    float_pt: int = Field(sa_column_kwargs=ZERO)
    authority: str = Field(sa_column_kwargs=EMPTY)
    due_ms: int = Field(sa_column_kwargs=ZERO)
    decisions: int = Field(sa_column_kwargs=ZERO)
    ready_ms: int = Field(sa_column_kwargs=ZERO)
    claimed_by: str = Field(sa_column_kwargs=EMPTY)
    claimed_ms: int = Field(sa_column_kwargs=ZERO)
    listed: bytes | None
    papers: int = Field(sa_column_kwargs=ZERO)
    governorate: str = Field(sa_column_kwargs=EMPTY)
    said_id: str = Field(sa_column_kwargs=EMPTY)


class DecisionRow(Model, table=True):
    """A decision on a request, as its device was told it; `because` says why it took another's place."""

    __table_args__ = (Index("decision_of", "device", "epoch", "seq"),)
    n: int = serial()
    device: bytes
    epoch: int
    seq: int
    status: str
    code: str
    reason_ar: str
    reason_en: str
    at_ms: int
    staff: str
    because: str = Field(sa_column_kwargs=EMPTY)


class Fine(Model, table=True):
    """What is owed for a plate or another subject, or was."""

    __table_args__ = (Index("fine_plate", "plate"),)
    n: int = serial()
    plate: str
    label_ar: str
    label_en: str
    amount_pt: int
    bill: str


class Bill(Model, table=True):
    """What was owed when somebody asked, under one reference."""

    reference: str = Field(primary_key=True)
    device: bytes
    service: str
    plate: str
    amount_pt: int
    expiry_ms: int
    state: str
    fines: str


class MissedReceipt(Model, table=True):
    """A question after a receipt that found nothing."""

    __table_args__ = (partial("missed_receipt_often", "last_ms", "asked > 1"),)
    device8: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    asked: int
    first_ms: int
    last_ms: int
    state: str


class Erasure(OfEntry, table=True):
    """Whose data was erased, by whom; `done_ms` is 0 until the device has done it. Never deleted."""

    id: str
    staff: str
    at_ms: int
    done_ms: int


class Evidence(OfEntry, table=True):
    """A picture of a paper: how much of its ciphertext has come, its key under the vault's."""

    __table_args__ = (partial("evidence_stored", "state", "state = 'stored'"),)
    sha256: bytes = Field(primary_key=True)
    length: int
    received: int
    state: str
    sealed_key: bytes
    at_ms: int
    marked: int = Field(sa_column_kwargs=ZERO)


class EvidencePiece(OfEntry, table=True):
    """A piece of its ciphertext, in which it came."""

    sha256: bytes = Field(primary_key=True)
    start: int = Field(primary_key=True)
    data: bytes


class RequestKey(OfEntry, table=True):
    """What the other tills of a shop find a request by."""

    __table_args__ = (Index("request_key_mac", "mac"),)
    kind: str = Field(primary_key=True)
    mac: bytes


class RefundHold(OfEntry, table=True):
    """Who of them may pay it back."""

    holder: bytes
    holder_epoch: int
    hold: str
    at_ms: int


class Approval(OfEpoch, table=True):
    """What a counter asks the centre to agree to."""

    __table_args__ = (Index("approval_state", "state", "at_ms"),)
    device: bytes = Field(primary_key=True, foreign_key="device.id")
    seq: int = Field(primary_key=True)
    shop: str
    what: str
    of_seq: int
    amount_pt: int
    op: str
    at_ms: int
    state: str
    staff: str
    way: str


class Telephone(Model, table=True):
    """The chain of telephone codes of a counter, and how many were read out."""

    device: bytes = Field(primary_key=True, foreign_key="device.id")
    n: int
    used: int


# ---- money


class TillSum(OfEpoch, table=True):
    """What the entries of a till's day come to. A date may be opened more than once."""

    __table_args__ = (Index("till_sum_day", "day", "name"),)

    day: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    count: int
    amount_pt: int
    first_seq: int


class TillClose(OfEntry, table=True):
    """What a close said; `difference_pt` stands in its `body`, too."""

    __table_args__ = (Index("till_close_day", "day"), partial("till_close_odd", "day", "difference_pt <> 0"))
    day: str
    number: int
    wall_ms: int
    body: str
    agreed_by: str = Field(sa_column_kwargs=EMPTY)
    difference_pt: int = Field(sa_column_kwargs=ZERO)


class FloatEntry(Model, table=True):
    """A payment into the float of a shop, or a correction of it."""

    __table_args__ = (Index("float_shop", "shop"),)
    n: int = serial()
    shop: str = Field(foreign_key="shop.id")
    amount_pt: int
    reference: str
    staff: str
    at_ms: int


class FloatUsed(OfEpoch, table=True):
    """What the accepted requests of an epoch took of its shop's."""

    amount_pt: int


# ---- what counters tell of themselves


class Acceptance(Model, table=True):
    """What a technician proved at a counter: the report it signed, as it came."""

    __table_args__ = (UniqueConstraint("device", "epoch", "ended_ms"),)
    n: int = serial()
    device: bytes
    epoch: int
    ended_ms: int
    result: str
    document: bytes
    at_ms: int


class Support(Model, table=True):
    """Support files of the counters, sealed as they came."""

    __table_args__ = (UniqueConstraint("device", "sha256"),)
    n: int = serial()
    device: bytes = Field(foreign_key="device.id")
    epoch: int
    sha256: bytes
    file: bytes
    at_ms: int


class Health(Model, table=True):
    """What heartbeats say of a counter's health, since when each part has been so, and why one is missing, if known."""

    device: bytes = Field(primary_key=True, foreign_key="device.id")
    at_ms: int
    body: str
    version: str
    version_ms: int
    phase: str
    phase_ms: int
    stops: str
    stops_ms: int
    why: str


class ClockJump(OfEntry, table=True):
    """That a counter's clock was moved."""

    __table_args__ = (Index("clock_jump_at", "at_ms"),)
    at_ms: int


class RejectedAuth(Model, table=True):
    """Requests whose key is not believed, by why and device: how many ever, how many of late, and when those began and
    ended. The device is empty where its name is not known here.
    """

    why: str = Field(primary_key=True)
    device: bytes = Field(primary_key=True)
    total: int
    recent: int
    first_ms: int
    last_ms: int
