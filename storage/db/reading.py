"""Looking: the questions of `kiosk.ports.store`, by subject."""

from __future__ import annotations

from typing import Any, Final

from kiosk.model.service_request import Day
from kiosk.ports.facts import Attempts, Pin
from kiosk.ports.store import Moment
from protocol.wire.enrolment import Enrolment
from storage.db import commit
from storage.db.connections import Readers
from storage.db.day_reader import OPEN_DAY, DayReader
from storage.db.evidence_rows import EvidenceReader
from storage.db.journal_reader import TAIL, JournalReader, read_tail
from storage.db.print_job_reader import PrintJobReader
from storage.db.request_reader import DraftReader, RequestReader
from storage.db.rows import Rows

_FACTS: Final = "SELECT name, value FROM fact"
_DOCUMENT: Final = (
    "SELECT envelope FROM document WHERE kind = ?1 AND version = coalesce(?2, version) ORDER BY n DESC LIMIT 1"
)
_ATTEMPTS: Final = "SELECT failed, last_wall_ms, last_mono_ms, boot_id FROM attempts WHERE operator = ?"


def moment(connection: Any) -> Moment:
    """What a sale is judged by, on a connection on which nobody writes meanwhile."""
    day = connection.execute(OPEN_DAY).fetchone()
    facts = {name: bytes(value) for name, value in connection.execute(_FACTS).fetchall()}
    return Moment(None if day is None else Day(*day), facts, read_tail(connection.execute(TAIL).fetchone()))


class StoreReader(Rows):
    """The half of the store that only looks; its questions by subject."""

    def __init__(self, readers: Readers) -> None:
        super().__init__(readers)
        self.journal = JournalReader(readers)
        self.requests, self.drafts = RequestReader(readers), DraftReader(readers)
        self.days = DayReader(readers)
        self.print_jobs = PrintJobReader(readers)
        self.evidence = EvidenceReader(readers)

    def enrolment(self) -> Enrolment | None:
        row = self._one("SELECT statement, root_public, keyset FROM enrolment ORDER BY epoch DESC LIMIT 1")
        return None if row is None else Enrolment(*row)

    def document(self, kind: str, version: int | None = None) -> bytes | None:
        row = self._one(_DOCUMENT, kind, version)
        return None if row is None else bytes(row[0])

    def pin(self, operator: str) -> Pin | None:
        row = self._one("SELECT verifier, activation FROM pin WHERE operator = ?", operator)
        return None if row is None else Pin(*row)

    def attempts(self, operator: str) -> Attempts | None:
        row = self._one(_ATTEMPTS, operator)
        return None if row is None else Attempts(*row)

    def cursor(self) -> int:
        return int(self.fact(commit.CURSOR) or 0)

    def fact(self, name: str) -> bytes | None:
        row = self._one("SELECT value FROM fact WHERE name = ?", name)
        return None if row is None else bytes(row[0])

    def facts(self) -> dict[str, bytes]:
        return {name: bytes(value) for name, value in self._all(_FACTS)}
