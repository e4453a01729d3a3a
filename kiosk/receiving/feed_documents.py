"""What a page of the feed holds. Documents are verified under their own key, parsed, never older than what rules.

The envelope is stored and hashed as it came in the feed, re-serialised compactly: what is signed is the payload inside.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import DocumentsChanged, Event
from kiosk.core.journal_writer import Writing
from kiosk.model.service_request import Outcome
from kiosk.model.store_changes import Change, PutDocument
from kiosk.ports import Store
from protocol.documents import trust
from protocol.documents.kinds import READERS
from protocol.documents.trust import Forged, Keyset, payload
from protocol.errors import Refused
from protocol.journal.kj01 import EntryType
from protocol.strict_json import count
from protocol.wire import enrolment
from protocol.wire.enrolment import Statement
from protocol.wire.feed_page import LONGEST_CODE
from protocol.wire.statuses import STATUSES, UNKNOWN


@dataclass(frozen=True, slots=True)
class Page:
    """An applied page of the feed; `more` says that another waits."""

    more: bool
    server_ms: int


def read_outcome(item: Mapping[str, Any], my_epoch: int, store: Store) -> Outcome | None:
    """The centre's word on a request that stands here, under the hash it names. Raises Forged, KeyError, TypeError.

    None for an epoch before mine that this store has never held: it went with another disk, and so did its requests.
    """
    epoch, seq, said = count(item["epoch"]), count(item["seq"]), item["status"]
    if not isinstance(said, str):
        raise Forged("outcome")
    if epoch < my_epoch and store.hash_at(0, epoch) is None:
        return None
    known = store.hash_at(seq, epoch)
    if seq == 0 or known is None or known.hex() != item["entry_hash"]:
        raise Forged("outcome of another entry")
    reason = item.get("reason") or {}
    status, code = (said, str(item.get("code") or "")) if said in STATUSES else (UNKNOWN, said[:LONGEST_CODE])
    return Outcome(
        epoch, seq, status, code,
        str(reason.get("ar", "")), str(reason.get("en", "")), count(item["at_ms"]),
    )  # fmt: skip


def read_order(envelope: bytes, publics: Iterable[bytes], me: Statement, spoken_ms: int) -> tuple[str, int] | None:
    """The code and time of an order inside a page: signed on its own, made before my request, so without its nonce.

    None where it is about an epoch that is over, or older than what the centre has said of it since (`spoken_ms`): a
    page that was carried may have been kept back, and a lease may come before the page that tells what led to it.
    Raises Forged, BadJson, TypeError.
    """
    members = trust.open_object(envelope, trust.VERDICT, publics)
    epoch, code = count(members.get("epoch")), members.get("code")
    if members.get("device") != me.device_text or epoch > me.epoch:
        raise Forged("other device")
    if code not in ("suspended", "resumed", "erase"):
        raise Forged("order")
    at_ms = count(members.get("server_ms"))
    return None if epoch != me.epoch or (code != "erase" and at_ms < spoken_ms) else (str(code), at_ms)


def opening(store: Store, app: str) -> list[Writing]:
    """The first entries of an epoch: that it begins, under program version `app`, and each document that rules in it.

    The centre prices a sale by what its own epoch says it had applied, and what was kept comes as no news again.
    """
    kept = [(kind, store.document(kind)) for kind in ("keyset", *READERS)]
    ruling = [_applied(kind, int(payload(found)["version"]), found) for kind, found in kept if found is not None]
    return [Writing(EntryType.EPOCH_OPEN, {"v": 1, "kind": "epoch_open", "app": app}), *ruling]


def _applied(kind: str, version: int, envelope: bytes) -> Writing:
    sha256 = hashlib.sha256(envelope).hexdigest()
    return Writing(EntryType.DOCUMENT_APPLIED, {"v": 1, "kind": kind, "version": version, "sha256": sha256})


@dataclass(slots=True)
class PageEffects:
    """What a page amounts to, gathered item by item: journal entries, changes, and whom to tell afterwards."""

    writings: list[Writing] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


class Documents:
    """The documents of one page, in order: a new keyset rules over those behind it."""

    def __init__(self, store: Store, in_force: DocumentsInForce) -> None:
        self._store = store
        self._keyset: Keyset = in_force.keyset()
        self._newest: dict[str, int] = {}

    def apply(self, kind: str, envelope: bytes, arrived: PageEffects) -> None:
        """Add `envelope` to what arrived. Raises Forged, BadJson, Refused; nothing is added then."""
        newest = self._in_force(kind)
        version = self._verified(kind, envelope)
        if version < newest:
            raise Forged("older document")
        if version == newest:
            return  # no news, and no entry: whoever repeats it may not fill the journal
        self._newest[kind] = version
        arrived.writings.append(_applied(kind, version, envelope))
        arrived.changes.append(PutDocument(kind, version, envelope))
        arrived.events.append(DocumentsChanged(kind))

    def _verified(self, kind: str, envelope: bytes) -> int:
        """The version of a document that its own key signed and its own reader understands."""
        if kind == "keyset":
            self._keyset = self._open_keyset(envelope)
            return self._keyset.version
        payload_type, role, read = READERS[kind]
        members = trust.open_object(envelope, payload_type, self._keyset.publics(role))
        version = members.get("version")
        read(members)
        if type(version) is not int or version < 1:
            raise Forged("no version")
        return version

    def _open_keyset(self, envelope: bytes) -> Keyset:
        kept = self._store.enrolment()
        if kept is None:
            raise Refused("not_enrolled")
        root_fp = enrolment.read_statement(kept.statement).root_fp
        return trust.open_keyset(envelope, kept.root_public, root_fp, at_least=self._keyset.version)

    def _in_force(self, kind: str) -> int:
        if kind == "keyset":
            return self._keyset.version
        if kind not in self._newest:
            kept = self._store.document(kind)
            self._newest[kind] = int(payload(kept)["version"]) if kept else 0
        return self._newest[kind]
