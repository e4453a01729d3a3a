"""Rows of evidence: each names an encrypted file beside the database and holds the one key that opens it.

Whoever deletes the row has destroyed the file, whenever it is removed (a key per file).
"""

from __future__ import annotations

from typing import Any, Final

from kiosk.model import store_changes
from kiosk.model.evidence_file import Evidence, RecordedEvidence, State
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK
from storage.db.rows import Rows

_COLUMNS: Final = "e.request_id, e.kind, e.sha256, e.length, e.media, e.file, e.key, e.taken_ms, e.state"
_OF: Final = f"SELECT {_COLUMNS} FROM evidence e WHERE e.request_id = ? ORDER BY e.n"  # noqa: S608 - constants
_IN: Final = f"""
    SELECT r.id, {_COLUMNS} FROM evidence e JOIN request r ON r.request_id = e.request_id
    WHERE e.state = ? AND (r.id & {SEQ_MASK}) <= coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> {SEQ_BITS}), 0)
    ORDER BY r.id, e.n LIMIT ?
"""  # noqa: S608 - constants
_NEWEST: Final = f"""
    SELECT r.id, {_COLUMNS} FROM evidence e JOIN request r ON r.request_id = e.request_id
    WHERE e.state <> '' ORDER BY r.id DESC, e.n DESC LIMIT 1
"""  # noqa: S608 - constants
_ASTRAY: Final = f"""
    SELECT {_COLUMNS} FROM evidence e WHERE e.taken_ms < ?
    AND NOT EXISTS (SELECT 1 FROM request WHERE request_id = e.request_id)
    AND NOT EXISTS (SELECT 1 FROM draft WHERE id = e.request_id) ORDER BY e.n
"""  # noqa: S608 - constants
_PUT: Final = """
    INSERT INTO evidence (request_id, kind, sha256, length, media, file, key, taken_ms, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_SET: Final = """
    UPDATE evidence SET state = ? WHERE sha256 = ? AND request_id = (SELECT request_id FROM request WHERE id = ?)
"""


def put(connection: Any, change: store_changes.PutEvidence) -> None:
    e = change.evidence
    connection.execute(
        _PUT, (e.request, e.kind, e.sha256, e.length, e.media, e.file, e.key, e.taken_ms, e.state)
    )  # fmt: skip


def drop(connection: Any, change: store_changes.DropEvidence) -> None:
    connection.execute(
        "DELETE FROM evidence WHERE request_id = ?1 AND file = coalesce(?2, file)", (change.request, change.file)
    )


def settle(connection: Any, change: store_changes.SetEvidence) -> None:
    connection.execute(_SET, (change.state, change.sha256, (change.epoch << SEQ_BITS) | change.seq))


def forget_stored(connection: Any, _change: store_changes.UnstoreEvidence) -> None:
    connection.execute("UPDATE evidence SET state = '' WHERE state <> ''")


def erase(connection: Any, number: int) -> None:
    """With the citizen's data goes what shows their papers."""
    connection.execute(
        "DELETE FROM evidence WHERE request_id = (SELECT request_id FROM request WHERE id = ?)", (number,)
    )


class EvidenceReader(Rows):
    """`kiosk.ports.evidence`."""

    def of_request(self, request_id: str) -> list[Evidence]:
        return [Evidence(*row) for row in self._all(_OF, request_id)]

    def in_state(self, state: State, limit: int) -> list[RecordedEvidence]:
        return [
            RecordedEvidence(Evidence(*row), number >> SEQ_BITS, number & SEQ_MASK)
            for number, *row in self._all(_IN, state, limit)
        ]

    def newest_held(self) -> RecordedEvidence | None:
        rows = self._all(_NEWEST)
        return next(
            (RecordedEvidence(Evidence(*row), number >> SEQ_BITS, number & SEQ_MASK) for number, *row in rows), None
        )

    def astray(self, before_ms: int) -> list[Evidence]:
        return [Evidence(*row) for row in self._all(_ASTRAY, before_ms)]

    def files(self) -> set[str]:
        return {row[0] for row in self._all("SELECT file FROM evidence")}
