"""What a page of the feed holds. Documents are verified under their own key, parsed, never older than what rules.

The envelope is stored and hashed as it came in the feed, re-serialised compactly: what is signed is the payload inside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from kiosk.core.documents_in_force import DocumentsInForce, open_keyset
from kiosk.core.events import DocumentsChanged, Event
from kiosk.core.journal_writer import Writing
from kiosk.model.facts import EpochFact, Fact, words
from kiosk.model.store_changes import Change, PutCursor, PutDocument, PutFact
from kiosk.ports.store import Documents, Store
from protocol.documents import trust
from protocol.documents.kinds import READERS
from protocol.documents.trust import Forged, Keyset, payload
from protocol.journal.entries import DocumentApplied, EpochOpening
from protocol.wire.feed_items import FEED_ITEMS, DecisionItem, ProgressItem, RefundItem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AppliedPage:
    """An applied page of the feed; `more` says that another waits."""

    more: bool
    server_ms: int


def opening(store: Documents, app: str) -> list[Writing]:
    """The first entries of an epoch: that it begins, under program version `app`, and each document that rules in it.

    The centre prices a sale by what its own epoch says it had applied, and what was kept comes as no news again.
    """
    kept = [(kind, store.document(kind)) for kind in ("keyset", *READERS)]
    in_force = [_applied(kind, int(payload(found)["version"]), found) for kind, found in kept if found is not None]
    return [Writing(EpochOpening(app=app)), *in_force]


def _applied(kind: str, version: int, envelope: bytes) -> Writing:
    return Writing(DocumentApplied(kind=kind, version=version, sha256=hashlib.sha256(envelope).hexdigest()))


class PageReading:
    """A page being read: what its items are judged by, and what they amount to, gathered item by item.

    That is journal entries, changes, and whom to tell afterwards. A new keyset rules over the documents behind it.
    """

    def __init__(self, store: Store, in_force: DocumentsInForce) -> None:
        self.store = store
        self.in_force = in_force
        self.writings: list[Writing] = []
        self.changes: list[Change] = []
        self.events: list[Event] = []
        self._keyset: Keyset | None = None
        self._newest: dict[str, int] = {}

    @property
    def epoch(self) -> int:
        """The present one."""
        return self.in_force.statement().epoch

    @property
    def keyset(self) -> Keyset:
        return self._keyset or self.in_force.keyset()

    def fact(self, fact: Fact[T]) -> T | None:
        """A fact of the store as this page leaves it so far."""
        newest = [change.value for change in self.changes if isinstance(change, PutFact) and change.name == fact.name]
        return fact.read(newest[-1]) if newest else fact.kept(self.store)

    def stands_here(self, item: DecisionItem | ProgressItem | RefundItem) -> bool:
        """Whether the entry that the item is about stands here, under the hash it names. Raises Forged if another does.

        False for an epoch before mine that this store has never held: it went with another disk, and so did its
        requests.
        """
        if item.epoch < self.epoch and self.store.journal.hash_at(0, item.epoch) is None:
            return False
        if item.seq == 0 or self.store.journal.hash_at(item.seq, item.epoch) != item.entry_hash:
            raise Forged(f"{item.kind} of another entry")
        return True

    def apply_document(self, kind: str, envelope: bytes) -> None:
        """Put `envelope` in force. Raises Forged, BadJson, Refused; nothing is added then."""
        newest = self._version_in_force(kind)
        version = self._verified(kind, envelope)
        if version < newest:
            raise Forged("older document")
        if version == newest:
            return  # no news, and no entry: whoever repeats it may not fill the journal
        self._newest[kind] = version
        self.writings.append(_applied(kind, version, envelope))
        self.changes.append(PutDocument(kind, version, envelope))
        self.events.append(DocumentsChanged(kind))

    def _verified(self, kind: str, envelope: bytes) -> int:
        """The version of a document that its own key signed and its own reader understands."""
        if kind == "keyset":
            self._keyset = open_keyset(self.store, envelope, self.keyset.version)
            return self._keyset.version
        payload_type, role, read = READERS[kind]
        members = trust.open_object(envelope, payload_type, self.keyset.publics(role))
        version = members.get("version")
        read(members)
        if type(version) is not int or version < 1:
            raise Forged("no version")
        return version

    def _version_in_force(self, kind: str) -> int:
        if kind == "keyset":
            return self.keyset.version
        if kind not in self._newest:
            kept = self.store.document(kind)
            self._newest[kind] = int(payload(kept)["version"]) if kept else 0
        return self._newest[kind]


KNOWN: Final = words("feed_kinds")
"""The kinds of items that are known here."""
AGAIN: Final = EpochFact("feed_again")
"""``<epoch> <cursor to reach> <kind> …``."""
KINDS: Final = frozenset(FEED_ITEMS)


def read_again(store: Store) -> list[Change]:
    """What to write at a start, before the line is up; nothing where the same kinds were known before.

    After an upgrade the feed is read once more, for the kinds of items that the release before did not know: it had
    passed over them and moved its cursor on, and a citizen whose erasure had come to it would never be forgotten. What
    it did know is passed over now, for most of that may be applied once only.
    """
    kept, kinds = KNOWN.kept(store), tuple(sorted(KINDS))
    if kept == kinds:
        return []
    new = frozenset() if kept is None else KINDS.difference(kept)
    until, waiting = _reading(store)
    until = max(until, store.cursor())
    noted = KNOWN.put(kinds)
    if not new or until == 0:
        return [noted]
    return [noted, PutCursor(0), AGAIN.put(store.journal.tail().chain.epoch, until, *sorted(new | waiting))]


def to_apply(store: Store, items: list[Any], following: int) -> list[Any]:
    """What of a page that ends at the cursor `following` is to be applied: all of one that holds anything new."""
    until, kinds = _reading(store)
    return items if following > until else [item for item in items if kind_of(item) in kinds]


def kind_of(item: object) -> object:
    return item.get("kind") if isinstance(item, Mapping) else None


def _reading(store: Store) -> tuple[int, frozenset[str]]:
    """How far the feed is to be read again, and for which kinds. A new epoch reads it from its beginning anyway."""
    until, *kinds = (AGAIN.kept(store, store.journal.tail().chain.epoch) or "0").split()
    return int(until), frozenset(kinds)
