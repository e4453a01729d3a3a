"""What a page of the feed holds. Documents are verified under their own key, parsed, never older than what rules.

The envelope is stored and hashed as it came in the feed, re-serialised compactly: what is signed is the payload inside.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import DocumentsChanged, Event
from kiosk.core.journal_writer import Writing
from kiosk.model.store_changes import Change, PutDocument, PutFact
from kiosk.ports.facts import Documents
from kiosk.ports.store import Store
from protocol.documents import trust
from protocol.documents.kinds import READERS
from protocol.documents.trust import Forged, Keyset, payload
from protocol.errors import Refused
from protocol.journal.entries import DocumentApplied, EpochOpening
from protocol.wire import enrolment
from protocol.wire.feed_items import OutcomeItem, RefundItem


@dataclass(frozen=True, slots=True)
class Page:
    """An applied page of the feed; `more` says that another waits."""

    more: bool
    server_ms: int


def opening(store: Documents, app: str) -> list[Writing]:
    """The first entries of an epoch: that it begins, under program version `app`, and each document that rules in it.

    The centre prices a sale by what its own epoch says it had applied, and what was kept comes as no news again.
    """
    kept = [(kind, store.document(kind)) for kind in ("keyset", *READERS)]
    ruling = [_applied(kind, int(payload(found)["version"]), found) for kind, found in kept if found is not None]
    return [Writing(EpochOpening(app=app)), *ruling]


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

    def fact(self, name: str) -> bytes | None:
        """A fact of the store as this page leaves it so far."""
        newest = [change.value for change in self.changes if isinstance(change, PutFact) and change.name == name]
        return newest[-1] if newest else self.store.fact(name)

    def stands_here(self, item: OutcomeItem | RefundItem) -> bool:
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
            self._keyset = self._open_keyset(envelope)
            return self._keyset.version
        payload_type, role, read = READERS[kind]
        members = trust.open_object(envelope, payload_type, self.keyset.publics(role))
        version = members.get("version")
        read(members)
        if type(version) is not int or version < 1:
            raise Forged("no version")
        return version

    def _open_keyset(self, envelope: bytes) -> Keyset:
        kept = self.store.enrolment()
        if kept is None:
            raise Refused("not_enrolled")
        root_fp = enrolment.read_statement(kept.statement).root_fp
        return trust.open_keyset(envelope, kept.root_public, root_fp, at_least=self.keyset.version)

    def _version_in_force(self, kind: str) -> int:
        if kind == "keyset":
            return self.keyset.version
        if kind not in self._newest:
            kept = self.store.document(kind)
            self._newest[kind] = int(payload(kept)["version"]) if kept else 0
        return self._newest[kind]
