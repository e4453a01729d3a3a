"""Entries of the journals as they came, found by device, epoch and number."""

from __future__ import annotations

from typing import Any

from central.store.device_models import Entry
from central.store.interface import Session
from protocol.journal import bodies
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import Header
from protocol.journal.money_entries import RequestEntry

Key = tuple[bytes, int, int]
"""Device, epoch and number."""


def key(row: Any) -> Key:
    """The entry that a row belongs to."""
    return row.device, row.epoch, row.seq


def entry_type(entry: Entry) -> int:
    return Header.unpack(entry.header).entry_type


def read(entry: Entry) -> Body | Unknown:
    """What it says. Raises BadJson."""
    return bodies.entry(entry_type(entry), bodies.read(entry.body))


def request(session: Session, device: bytes, epoch: int, seq: int) -> RequestEntry:
    """What the entry of a request says."""
    return RequestEntry.read(bodies.read(session.the(Entry, device, epoch, seq).body))


def records(session: Session, device: bytes, epoch: int) -> list[bytes]:
    """All of an epoch, byte for byte."""
    return [row.header + row.signature + row.body for row in session.under(Entry, device, epoch)]
