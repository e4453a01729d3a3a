"""Entries of the journals as they came, found by device, epoch and number."""

from __future__ import annotations

from dataclasses import dataclass

from central.store.interface import Session
from protocol.journal import bodies, entries
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import Header
from protocol.journal.money_entries import RequestEntry

Key = tuple[bytes, int, int]
"""Device, epoch and number."""


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """One entry, without its signature and its personal frame."""

    hash: bytes
    header: bytes
    body: bytes
    received_ms: int

    @property
    def entry_type(self) -> int:
        return Header.unpack(self.header).entry_type

    def read(self) -> Body | Unknown:
        """What it says. Raises BadJson."""
        return entries.read(self.entry_type, bodies.read(self.body))


def find(session: Session, device: bytes, epoch: int, seq: int) -> KeptEntry | None:
    row = session.one(
        "SELECT hash, header, body, received_ms FROM entry WHERE device = ? AND epoch = ? AND seq = ?",
        device, epoch, seq,
    )  # fmt: skip
    return None if row is None else KeptEntry(*row)


def of(session: Session, device: bytes, epoch: int, seq: int) -> KeptEntry:
    """One that is here: a request is made of its entry, and entries are never deleted."""
    found = find(session, device, epoch, seq)
    assert found is not None  # noqa: S101 - see above
    return found


def request(session: Session, device: bytes, epoch: int, seq: int) -> RequestEntry:
    """What the entry of a request says."""
    return RequestEntry.read(bodies.read(of(session, device, epoch, seq).body))


def records(session: Session, device: bytes, epoch: int) -> list[bytes]:
    """All of an epoch, byte for byte."""
    return [
        header + signature + body
        for header, signature, body in session.all(
            "SELECT header, signature, body FROM entry WHERE device = ? AND epoch = ? ORDER BY seq", device, epoch
        )
    ]
