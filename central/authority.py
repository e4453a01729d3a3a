"""A small reference authority: traffic fines by plate. A real one answers behind the same three functions.

A bill gathers the open fines of a plate under a reference for a quarter of an hour. It is paid when a request that
names it passes the centre's checks, and open again when that request is voided or refused: the fines are then there
for the next inquiry.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from central.centre import Centre
from central.rules import Facts
from central.store import Row, Session
from kiosk import ids, plates

BILL_LIFE_MS: Final = 15 * 60_000
GRACE_MS: Final = 5 * 60_000
"""How much later than its expiry a bill may have been paid by the shop's clock."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is owed now; `lines` are (Arabic, English, piastres)."""

    reference: str
    lines: tuple[tuple[str, str, int], ...]
    amount_pt: int
    expiry_ms: int


def add_fine(session: Session, plate: str, label_ar: str, label_en: str, amount_pt: int) -> str:
    """Put a fine on a plate. Returns the plate as stored. Raises Refused ``plate_…``."""
    stored = plates.parse(plate).stored
    session.run(
        "INSERT INTO fine (plate, label_ar, label_en, amount_pt, bill) VALUES (?, ?, ?, ?, '')",
        stored,
        label_ar,
        label_en,
        amount_pt,
    )
    return stored


def fines(session: Session, plate: str | None = None) -> list[Row]:
    """(plate, Arabic, English, piastres, reference of the bill that paid it) of all fines, or of one plate's."""
    fields = "SELECT plate, label_ar, label_en, amount_pt, bill FROM fine"
    if plate is None:
        return session.all(f"{fields} ORDER BY n")
    return session.all(f"{fields} WHERE plate = ? ORDER BY n", plates.parse(plate).stored)


def bill(centre: Centre, session: Session, device: bytes, service: str, plate: str) -> Bill | None:
    """A new bill over the open fines of `plate`, or None where there are none. Raises Refused ``plate_…``."""
    stored = plates.parse(plate).stored
    open_fines = session.all(
        "SELECT n, label_ar, label_en, amount_pt FROM fine WHERE plate = ? AND bill = '' ORDER BY n", stored
    )
    if not open_fines:
        return None
    code = ids.crockford(centre.random(5))
    reference = f"TF-{code}{ids.check_char(code)}"
    total, expiry = sum(row[3] for row in open_fines), centre.now_ms() + BILL_LIFE_MS
    session.run(
        "INSERT INTO bill VALUES (?, ?, ?, ?, ?, ?, 'open', ?)",
        reference, device, service, stored, total, expiry, json.dumps([row[0] for row in open_fines]),
    )  # fmt: skip
    return Bill(reference, tuple((row[1], row[2], row[3]) for row in open_fines), total, expiry)


def pay(session: Session, device: bytes, facts: Facts, wall_ms: int | None) -> str:
    """Mark the bill of a request paid. Returns the code of what forbids it, or nothing.

    A fine that was paid under another bill meanwhile forbids it too: nobody pays twice. Without `wall_ms` it is the
    staff's word that pays, whenever the cash was taken and though the bill was open again meanwhile.
    """
    fields = "SELECT device, service, amount_pt, expiry_ms, state, fines FROM bill WHERE reference = ?"
    row = session.one(fields + session.locking, facts.bill)
    code = _forbidden(row, device, facts, wall_ms)
    if row is None or code:
        return code
    reference, numbers = facts.bill, json.loads(row[5])
    marks = ", ".join("?" * len(numbers))
    free = session.run(f"UPDATE fine SET bill = ? WHERE n IN ({marks}) AND bill = ''", reference, *numbers)  # noqa: S608 - question marks
    if free != len(numbers):
        session.run("UPDATE fine SET bill = '' WHERE bill = ?", reference)
        return "bill_paid"
    session.run("UPDATE bill SET state = 'paid' WHERE reference = ?", reference)
    return ""


def _forbidden(row: Row | None, device: bytes, facts: Facts, wall_ms: int | None) -> str:
    if row is None:
        return "bill_unknown"
    whose, service, amount_pt, expiry_ms, state, _ = row
    if (whose, service) != (device, facts.service):
        return "bill_unknown"
    if amount_pt != facts.bill_pt:
        return "bill_mismatch"
    if wall_ms is None:
        return "bill_paid" if state == "paid" else ""
    if state != "open":
        return "bill_paid"
    return "bill_expired" if wall_ms > expiry_ms + GRACE_MS else ""


def reopen(session: Session, reference: str) -> None:
    """The request that paid a bill fell away: its fines are owed again."""
    session.run("UPDATE fine SET bill = '' WHERE bill = ?", reference)
    session.run("UPDATE bill SET state = 'reopened' WHERE reference = ?", reference)
