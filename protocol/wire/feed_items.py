"""What the feed carries, page after page: a class for each kind, written by the centre and read by the counter.

A counter passes over a kind that it does not know, and members that no class names: both are of a later centre.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from protocol import members
from protocol.documents.trust import Forged
from protocol.errors import Corrupt
from protocol.members import Hex, Signed
from protocol.strict_json import dumps, loads_object
from protocol.texts import Bilingual


class FeedItem:
    """What the centre tells a device in its feed."""

    __slots__ = ()
    kind: ClassVar[str]

    def members(self) -> dict[str, Any]:
        """The item as it stands in a page."""
        return {"kind": self.kind, **members.write(self)}


@dataclass(frozen=True, slots=True)
class KeysetItem(FeedItem):
    """The keyset, in its envelope: it convinces by the root's signature, whoever signed the page."""

    kind = "keyset"
    document: Any


@dataclass(frozen=True, slots=True)
class _VersionedItem(FeedItem):
    """An envelope, and the version that it says itself."""

    document: Any
    version: int | None = None


class SettingsItem(_VersionedItem):
    """The shop's settings, in their envelope."""

    kind = "settings"


class OperatorsItem(_VersionedItem):
    """The shop's operators, in their envelope."""

    kind = "operators"


class CatalogueItem(_VersionedItem):
    """The catalogue, in its envelope."""

    kind = "catalogue"


@dataclass(frozen=True, slots=True)
class OrderItem(FeedItem):
    """A verdict `suspended`, `resumed` or `erase`, in its envelope."""

    kind = "order"
    document: Any


@dataclass(frozen=True, slots=True)
class _EntryItem(FeedItem):
    """An item about one entry. Where `entry_hash` is not that entry's own, the item is about another one."""

    epoch: int
    seq: int
    entry_hash: Hex
    id: str


@dataclass(frozen=True, slots=True)
class DecisionItem(_EntryItem):
    """What became of a request. `status` is one of `protocol.wire.statuses.STATUSES`, or a word of a later centre."""

    kind = "decision"
    status: str
    at_ms: int
    code: str | None = None
    reason: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class ProgressItem(_EntryItem):
    """How a request goes on after its decision. `state` is `READY`, or a word of a later centre."""

    kind = "progress"
    state: str
    at_ms: int


READY: Final = "ready"
"""What was asked for can be collected where its service ends."""


@dataclass(frozen=True, slots=True)
class NoticeItem(FeedItem):
    """A few words to everybody at the counter."""

    kind = "notice"
    text: Bilingual
    at_ms: int


@dataclass(frozen=True, slots=True)
class FloatItem(FeedItem):
    """The shop's float once every entry up to `seq` of `epoch` of this device is taken off it; `none`: it has no
    float any more.
    """

    kind = "float"
    at_ms: int
    none: bool | None = None
    balance_pt: Signed | None = None
    warn_pt: int | None = None
    epoch: int | None = None
    seq: int | None = None


RefundState = Literal["held", "refunded", "free"]


@dataclass(frozen=True, slots=True)
class RefundItem(_EntryItem):
    """Another till of the shop (`by`, its number) pays back, or has paid back, what was sold here."""

    kind = "refund"
    state: RefundState
    by: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class EvidenceItem(FeedItem):
    """The centre has a file of evidence: `stored`, whole, or `durable`, also in a backup. Nothing else says so."""

    kind = "evidence"
    epoch: int
    seq: int
    sha256: Hex
    state: Literal["stored", "durable"]
    at_ms: int


@dataclass(frozen=True, slots=True)
class EraseItem(_EntryItem):
    """Destroy what names the citizen of this request, or (`id` empty) of this refusal."""

    kind = "erase"
    durable_hwm: int
    at_ms: int


ApprovalAnswer = Literal["granted", "denied"]


@dataclass(frozen=True, slots=True)
class ApprovalItem(FeedItem):
    """The answer to what the entry `seq` of `epoch` asked the centre for."""

    kind = "approval"
    epoch: int
    seq: int
    state: ApprovalAnswer
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class TelephoneItem(FeedItem):
    """The number and the tail of the device's chain of codes by telephone."""

    kind = "telephone"
    n: int
    tail: str


@dataclass(frozen=True, slots=True)
class ProvedItem(FeedItem):
    """The centre has opened a backup of this shop."""

    kind = "proved"
    at_ms: int


FEED_ITEMS: Final[Mapping[str, type[FeedItem]]] = {
    item.kind: item
    for item in (
        KeysetItem, SettingsItem, OperatorsItem, CatalogueItem, OrderItem, DecisionItem, ProgressItem, NoticeItem,
        FloatItem, RefundItem, EvidenceItem, EraseItem, ApprovalItem, TelephoneItem, ProvedItem,
    )
}  # fmt: skip


def read_item(item: Mapping[str, Any]) -> FeedItem | None:
    """An item of a page; None for a kind that only a later centre knows.

    Envelopes may be longer than any string of ours; each other item is held to the JSON rules. Raises BadJson,
    KeyError, TypeError, ValueError.
    """
    form = FEED_ITEMS.get(item["kind"])
    if form is None:
        return None
    whole = issubclass(form, KeysetItem | _VersionedItem | OrderItem)
    return members.read(form, item if whole else loads_object(dumps(item)))


MOST_CURSOR: Final = 10**15 - 1
"""The last one that can be asked after; a page that leads beyond it would be the last of its feed."""


def page_members(payload: bytes) -> dict[str, Any]:
    """A verified page. Envelopes lie in it whole, longer than any string may be; each item is held to the rules."""
    try:
        members = json.loads(payload)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, dict):
        raise Forged("not a page")
    return members


def root_signed(envelope: bytes) -> list[Any]:
    """The keyset items in a page whose own signature says nothing to us. Each must still convince by the root's.

    A counter that slept through two rotations knows none of the keys that sign pages now.
    """
    try:
        items = page_members(base64.b64decode(json.loads(envelope)["payload"]))["items"]
        return [item for item in items if item["kind"] == "keyset"]
    except (Corrupt, LookupError, TypeError, ValueError):
        return []
