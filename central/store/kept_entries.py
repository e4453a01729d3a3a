"""Entries of the journals as they came, found by device, epoch and number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from central.store.device_models import Entry
from central.store.interface import Session
from protocol.journal import bodies, entries
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import Header
from protocol.journal.money_entries import RequestEntry

Key = tuple[bytes, int, int]
"""Device, epoch and number."""


def key(row: Any) -> Key:
    """The entry that a row belongs to."""
    return row.device, row.epoch, row.seq


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
    row = session.get(Entry, device, epoch, seq)
    return None if row is None else KeptEntry(row.hash, row.header, row.body, row.received_ms)


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
    return [row.header + row.signature + row.body for row in session.under(Entry, device, epoch)]
