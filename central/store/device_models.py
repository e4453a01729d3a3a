"""Tables of people, documents, devices and their journals."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from central.store.model_base import EMPTY, ZERO, Model, OfDevice, OfEntry, OfEpoch, partial, serial

# ---- people and documents


class Config(Model, table=True):
    """What the centre was told of itself, by name."""

    name: str = Field(primary_key=True)
    value: str


class Audit(Model, table=True):
    """Append-only."""

    __table_args__ = (
        Index("audit_subject", "subject", "n"), Index("audit_staff", "staff", "n"),
        Index("audit_act", "act", "subject", "n"), Index("audit_at", "at_ms", "n"),
    )  # fmt: skip
    n: int = serial()
    at_ms: int
    staff: str
    act: str
    subject: str
    detail: str


class Shop(Model, table=True):
    """A business, with what its settings say beyond the defaults (`members`, JSON). `governorate` is what they say of
    where it is, else the first part of its id; `search` is what it is found by.
    """

    __table_args__ = (Index("shop_governorate", "governorate"), Index("shop_search", "search"))
    id: str = Field(primary_key=True)
    name_ar: str
    name_en: str
    members: str
    settings_version: int
    operators_version: int
    governorate: str = Field(sa_column_kwargs=EMPTY)
    search: str = Field(sa_column_kwargs=EMPTY)


class Operator(Model, table=True):
    """An operator of a shop. `hash`: of the activations whose PINs are good at any counter, 32 bytes each, the newest
    last; that one's code waits to be used while `salt` stands.
    """

    __table_args__ = (Index("operator_shop", "shop"),)
    id: str = Field(primary_key=True)
    shop: str = Field(foreign_key="shop.id")
    name_ar: str
    name_en: str
    role: str
    active: int
    not_after_ms: int
    salt: bytes | None
    hash: bytes | None


class Document(Model, table=True):
    """A signed document, as its scope (a shop, or all) got it."""

    __table_args__ = (UniqueConstraint("kind", "scope", "version"),)
    n: int = serial()
    kind: str
    scope: str
    version: int
    envelope: bytes
    at_ms: int


class FormDone(Model, table=True):
    """A form of the console that was sent, by account and its own number: what it does is done once."""

    __table_args__ = (Index("form_done_at", "at_ms"),)
    form: str = Field(primary_key=True)
    at_ms: int


# ---- devices


class Slot(Model, table=True):
    """One enrolment under way. What may be null comes as the device tells it; `claimed_ms` is when a key was laid on
    it: whoever comes second is told.
    """

    __table_args__ = (Index("slot_expires", "expires_ms"),)
    slot: str = Field(primary_key=True)
    shop: str
    device: bytes
    epoch: int
    code_mac: bytes
    creator: str
    expires_ms: int
    tries: int
    state: str
    pub: bytes | None
    commitment: bytes | None
    ns: bytes | None
    nd: bytes | None
    number: str | None
    envelope: bytes | None
    claimed_ms: int = Field(sa_column_kwargs=ZERO)


class Device(Model, table=True):
    """A counter's device, and what it said last."""

    id: bytes = Field(primary_key=True)
    shop: str = Field(foreign_key="shop.id")
    feed_n: int
    heard_ms: int
    heartbeat: str


class TillNumber(Model, table=True):
    """What a shop's people call a device: given once, never taken back, so that no receipt's number comes twice."""

    __table_args__ = (UniqueConstraint("shop", "device"),)
    shop: str = Field(primary_key=True, foreign_key="shop.id")
    number: int = Field(primary_key=True)
    device: bytes


class Chain(Model, table=True):
    """One epoch of a device's journal. `shop` as its statement names it: the device may have moved since. `marked`:
    what was here when a copy of the database was begun, until somebody says that the copy is good.
    """

    __table_args__ = (Index("chain_shop", "shop"),)
    device: bytes = Field(primary_key=True, foreign_key="device.id")
    epoch: int = Field(primary_key=True)
    pub: bytes = Field(unique=True)
    statement: bytes
    state: str
    hwm: int
    hash: bytes
    server_ms: int
    durable: int
    shop: str = Field(sa_column_kwargs=EMPTY)
    marked: int = Field(sa_column_kwargs=ZERO)


class Nonce(OfDevice, table=True):
    """What a request was signed with: none is answered twice."""

    __table_args__ = (Index("nonce_at", "at_ms"),)
    nonce: str = Field(primary_key=True)
    at_ms: int


class FeedItem(OfDevice, table=True):
    """An item in the feed of a device. `read_ms`: when the device first asked for what follows."""

    __table_args__ = (partial("feed_document", "device", "document IS NOT NULL"),)
    n: int = Field(primary_key=True)
    kind: str
    body: str
    document: int | None = Field(foreign_key="document.n")
    read_ms: int = Field(sa_column_kwargs=ZERO)


# ---- the journal. No foreign key on the hot path: `append` writes here only beside the chain's own row. No index on
# the hash: it covers device, epoch and seq, so the primary key keeps it unique; at random it would cost a page
# a record.


class Entry(OfEntry, table=True):
    """Append-only."""

    hash: bytes
    header: bytes
    signature: bytes
    body: bytes
    received_ms: int


class Personal(OfEntry, table=True):
    """A citizen's frame, sealed, until it is erased."""

    sealed: bytes


class Equivocation(Model, table=True):
    """Evidence of two histories. It may lose the citizen's frame, and nothing else."""

    hash: bytes = Field(primary_key=True)
    device: bytes
    epoch: int
    seq: int
    kept_hash: bytes
    header: bytes
    signature: bytes
    body: bytes
    sealed: bytes | None
    at_ms: int


class Projection(OfEpoch, table=True):
    """How far a chain has been looked into, and the settings that its device had applied by then."""

    done: int
    settings_version: int


class Parked(OfEpoch, table=True):
    """Chains that stand at an entry which cannot be projected: why, since when, when it is tried again."""

    why: str
    at_ms: int
    again_ms: int
