"""The signed documents in force, read once and kept until a newer one arrives.

They were verified when they were applied and lie in an authenticated database since; what is read here is
therefore only taken out of its envelope.
"""

from __future__ import annotations

import threading
from typing import Any

from kiosk.core.events import DocumentsChanged, Event, Events
from kiosk.ports.store import Store
from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.documents import trust
from protocol.documents.operators import Operator, read_operators
from protocol.documents.settings import Settings, read_settings
from protocol.documents.trust import Keyset, payload
from protocol.errors import Refused
from protocol.rings import ring_of
from protocol.wire import enrolment
from protocol.wire.enrolment import Statement


class DocumentsInForce:
    """What rules at this counter now. Every getter raises Refused("not_ready", missing=…) before the first feed."""

    def __init__(self, store: Store, events: Events) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._read: dict[tuple[str, int | None], Any] = {}
        self.generation = 0
        """Grows whenever what was read may be of yesterday: what one generation says belongs together."""
        events.subscribe(self._heard)

    def _heard(self, event: Event) -> None:
        if isinstance(event, DocumentsChanged):
            self.forget()

    def forget(self) -> None:
        """Read everything again when it is asked for; `JournalWriter.on_documents` calls this first."""
        with self._lock:
            self._read.clear()
            self.generation += 1

    def _get(self, kind: str, version: int | None, read: Any) -> Any:
        with self._lock:
            found = self._read.get((kind, version))
            if found is None:
                envelope = self._store.document(kind, version)
                if envelope is None:
                    raise Refused("not_ready", missing=kind)
                found = self._read[kind, version] = read(payload(envelope))
            return found

    def statement(self) -> Statement:
        """Who this kiosk is. Raises Refused("not_enrolled")."""
        with self._lock:
            found: Statement | None = self._read.get(("statement", None))
            if found is None:
                kept = self._store.enrolment()
                if kept is None:
                    raise Refused("not_enrolled")
                found = self._read["statement", None] = enrolment.read_statement(kept.statement)
            return found

    def keyset(self) -> Keyset:
        """The keyset in force: the newest that the root signed."""
        with self._lock:
            found: Keyset | None = self._read.get(("keyset", None))
            if found is None:
                kept = self._store.enrolment()
                if kept is None:
                    raise Refused("not_enrolled")
                envelope = self._store.document("keyset") or kept.keyset
                root_fp = enrolment.read_statement(kept.statement).root_fp
                found = self._read["keyset", None] = trust.open_keyset(envelope, kept.root_public, root_fp)
            return found

    def settings(self) -> Settings:
        found: Settings = self._get("settings", None, read_settings)
        return found

    def ring(self) -> str:
        """The one that the centre has put the shop into, else the device's own; also before the first settings came."""
        try:
            named = self.settings().updates.ring
        except Refused:
            named = ""
        return named or ring_of(self.statement().device)

    def operators(self) -> dict[str, Operator]:
        found: dict[str, Operator] = self._get("operators", None, read_operators)
        return found

    def catalogue(self, version: int | None = None) -> Catalogue:
        """The price list in force, or an older one that a draft began with."""
        found: Catalogue = self._get("catalogue", version, read_catalogue)
        return found
