"""The signed documents in force, read once and kept until a newer one arrives.

They were verified when they were applied and lie in an authenticated database since; what is read here is
therefore only taken out of its envelope.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from kiosk.core.events import DocumentsChanged, Events
from kiosk.ports.store import Store
from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.documents import trust
from protocol.documents.operators import Operator, read_operators
from protocol.documents.settings import Settings, read_settings
from protocol.documents.trust import Keyset, payload
from protocol.errors import Refused
from protocol.rings import ring_of
from protocol.wire.enrolment import Enrolment, Statement, read_statement

T = TypeVar("T")


class DocumentsInForce:
    """What rules at this counter now. Every getter raises Refused("not_ready", missing=…) before the first feed."""

    def __init__(self, store: Store, events: Events) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._read: dict[tuple[str, int | None], Any] = {}
        self.generation = 0
        """Grows whenever what was read may be of yesterday: what one generation says belongs together."""
        events.subscribe(lambda event: self.forget() if isinstance(event, DocumentsChanged) else None)

    def forget(self) -> None:
        """Read everything again when it is asked for; `JournalWriter.on_documents` calls this first."""
        with self._lock:
            self._read.clear()
            self.generation += 1

    def _once(self, key: tuple[str, int | None], read: Callable[[], T]) -> T:
        if (found := self._read.get(key)) is None:
            with self._lock:
                if (found := self._read.get(key)) is None:
                    found = self._read[key] = read()
        answer: T = found
        return answer

    def _document(self, kind: str, read: Callable[[dict[str, Any]], T], version: int | None = None) -> T:
        def opened() -> T:
            envelope = self._store.document(kind, version)
            if envelope is None:
                raise Refused("not_ready", missing=kind)
            return read(payload(envelope))

        return self._once((kind, version), opened)

    def statement(self) -> Statement:
        """Who this counter is. Raises Refused("not_enrolled")."""
        return self._once(("statement", None), lambda: read_statement(enrolled(self._store).statement))

    def number(self, epoch: int, seq: int) -> str:
        """Of an entry of any epoch, as its paper has it: a till that changed shops had another number before."""
        mine = self.statement()
        if epoch == mine.epoch:
            return mine.number(seq)
        return self._earlier()[epoch].number(seq)

    def _earlier(self) -> dict[int, Statement]:
        def read() -> dict[int, Statement]:
            return {epoch: read_statement(kept) for epoch, kept in self._store.journal.statements().items()}

        return self._once(("statements", None), read)

    def keyset(self) -> Keyset:
        """The keyset in force: the newest that the root signed."""
        return self._once(("keyset", None), lambda: open_keyset(self._store, self._store.document("keyset")))

    def settings(self) -> Settings:
        return self._document("settings", read_settings)

    def ring(self) -> str:
        """The one that the centre has put the shop into, else the device's own; also before the first settings came."""
        try:
            named = self.settings().updates.ring
        except Refused:
            named = ""
        return named or ring_of(self.statement().device)

    def operators(self) -> dict[str, Operator]:
        return self._document("operators", read_operators)

    def catalogue(self, version: int | None = None) -> Catalogue:
        """The price list in force, or an older one that a draft began with."""
        return self._document("catalogue", read_catalogue, version)


def in_force(store: Store) -> DocumentsInForce:
    """The documents in force in a store that is only read."""
    return DocumentsInForce(store, Events())


def enrolled(store: Store) -> Enrolment:
    """Raises Refused("not_enrolled")."""
    kept = store.enrolment()
    if kept is None:
        raise Refused("not_enrolled")
    return kept


def open_keyset(store: Store, envelope: bytes | None, at_least: int = 0) -> Keyset:
    """That keyset, or the first one, if the root signed it that was trusted at the enrolment. Raises Forged."""
    kept = enrolled(store)
    root_fp = read_statement(kept.statement).root_fp
    return trust.open_keyset(envelope or kept.keyset, kept.root_public, root_fp, at_least=at_least)
