"""What could not be taken from a citizen (type 19): no request, but a frame that may name him, and a paper's number."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from central import audit
from central.devices import registry
from central.store.interface import Session
from protocol.journal import bodies
from protocol.journal.entries import AdviceEntry, ErasureAsked
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import EntryType, Header

MOST = 1_000
RefusedPaper = tuple[int, int]
"""Epoch and number of an entry that a citizen wants erased."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry of type 19, by the number on its paper; `service` and `catalogue` are those of its body."""

    device: bytes
    epoch: int
    seq: int
    hash: bytes
    received_ms: int
    service: str
    catalogue: int

    @property
    def number(self) -> str:
        return f"{self.device.hex()[:8]}-{self.seq}"


def find(session: Session, text: str) -> Refusal | None:
    """The one with the number `text`, ``<first digits of the device>-<seq>``, of its newest epoch, if there is one.

    Raises Refused ``which_device``.
    """
    named = registry.numbered(session, text)
    found = [] if named is None else _at(session, *named)
    return found[0] if found else None


def _at(session: Session, device: bytes, seq: int) -> list[Refusal]:
    rows = session.all(
        "SELECT epoch, header, hash, received_ms, body FROM entry WHERE device = ? AND seq = ? ORDER BY epoch DESC",
        device, seq,
    )  # fmt: skip
    return [
        _read(device, epoch, seq, entry_hash, received_ms, AdviceEntry.read(bodies.read(body)))
        for epoch, header, entry_hash, received_ms, body in rows
        if Header.unpack(header).entry_type == EntryType.REFUSAL
    ]


def _read(device: bytes, epoch: int, seq: int, entry_hash: bytes, received_ms: int, body: AdviceEntry) -> Refusal:
    return Refusal(device, epoch, seq, entry_hash, received_ms, body.service, body.catalogue)


def papers_asked(body: Body | Unknown) -> list[RefusedPaper]:
    """What a counter's entry says that a citizen wants erased beside his requests; what is not whole is passed over."""
    papers = body.papers if isinstance(body, ErasureAsked) else ()
    return list(dict.fromkeys((one.epoch, one.seq) for one in papers[:MOST]))


def append_asked(session: Session, device: bytes, asked: list[RefusedPaper], now_ms: int) -> None:
    """Write down for the staff those that are refusals of this device, under their paper's number."""
    for epoch, seq in asked:
        for one in _at(session, device, seq):
            if one.epoch == epoch:
                audit.append(session, now_ms, str(uuid.UUID(bytes=device)), "erasure.asked", one.number, why="")
