"""A small reference authority: what is on record for a plate, a meter, an account, a court case. A real one answers
behind the same functions.

Whatever a service is asked about is its *subject*: the plate where its form has one, else the answers that its form
requires. A bill gathers what is open for a subject under a reference for a quarter of an hour. It is paid when a
request that names it passes the centre's checks, and open again when that request is voided or refused: what is owed
is then there for the next inquiry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from central.centre import Centre
from central.store.interface import Row, Session
from protocol.catalogue.services import SHARED_FIELDS, PublicService
from protocol.journal.money_entries import PaidBill
from protocol.values import ids, plates
from protocol.values.money import MAX_PT

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
    add_record(session, stored, label_ar, label_en, amount_pt)
    return stored


def subject(service: PublicService, fields: Mapping[str, Any]) -> str:
    """What is asked about, as it is stored. Raises Refused ``plate_…``."""
    if "plate" in service.form.schema["properties"]:
        return plates.parse(str(fields.get("plate", ""))).stored
    said = [str(fields.get(name, "")) for name in asked_of(service)]
    return "/".join([service.id, *said]).replace("\0", "")  # PostgreSQL takes no NUL


def asked_of(service: PublicService) -> list[str]:
    """The answers by which a service finds what is owed."""
    if "plate" in service.form.schema["properties"]:
        return ["plate"]
    return [name for name in service.form.schema.get("required", ()) if name not in SHARED_FIELDS]


def add_record(session: Session, about: str, label_ar: str, label_en: str, amount_pt: int) -> None:
    """Put something owed, or with 0 a fact, on record for a `subject`."""
    session.run(
        "INSERT INTO fine (plate, label_ar, label_en, amount_pt, bill) VALUES (?, ?, ?, ?, '')",
        about, label_ar, label_en, amount_pt,
    )  # fmt: skip


def answer(
    centre: Centre, session: Session, device: bytes, service: PublicService, fields: Mapping[str, Any]
) -> Bill | None:
    """What this service is told now: a bill to be paid, or only the facts (`inquiry`); None where nothing is on record.

    What is only paid online is a sum that the citizen names (`amount`, piastres). Raises Refused ``plate_…``.
    """
    about = subject(service, fields)
    if service.mode == "inquiry":
        return _facts(centre, session, about)
    if service.mode == "pay_online_only":
        return _named(centre, session, device, service, fields)
    return _owed(centre, session, device, service.id, about)


def _facts(centre: Centre, session: Session, about: str) -> Bill | None:
    lines = _open_lines(session, about)
    if not lines:
        return None
    told = tuple((row[1], row[2], row[3]) for row in lines)
    return Bill(_reference(centre), told, sum(line[2] for line in told), centre.now_ms() + BILL_LIFE_MS)


def _named(
    centre: Centre, session: Session, device: bytes, service: PublicService, fields: Mapping[str, Any]
) -> Bill | None:
    amount_pt = fields.get("amount")
    if type(amount_pt) is not int or not 0 < amount_pt <= MAX_PT:  # True is an int to Python
        return None
    label = next(cost.label for cost in service.costs if cost.bill)
    line = (None, label["ar"], label["en"], amount_pt)
    return _written(centre, session, (device, service.id, subject(service, fields)), [line])


def fines(session: Session, plate: str | None = None) -> list[Row]:
    """(plate, Arabic, English, piastres, reference of the bill that paid it) of all fines, or of one plate's."""
    fields = "SELECT plate, label_ar, label_en, amount_pt, bill FROM fine"
    if plate is None:
        return session.all(f"{fields} ORDER BY n")
    return session.all(f"{fields} WHERE plate = ? ORDER BY n", plates.parse(plate).stored)


def bill(centre: Centre, session: Session, device: bytes, service: str, plate: str) -> Bill | None:
    """A new bill over the open fines of `plate`, or None where there are none. Raises Refused ``plate_…``."""
    return _owed(centre, session, device, service, plates.parse(plate).stored)


def _owed(centre: Centre, session: Session, device: bytes, service: str, about: str) -> Bill | None:
    lines = _open_lines(session, about)
    return _written(centre, session, (device, service, about), lines) if lines else None


def _open_lines(session: Session, about: str) -> list[Row]:
    return session.all(
        "SELECT n, label_ar, label_en, amount_pt FROM fine WHERE plate = ? AND bill = '' ORDER BY n", about
    )


def _reference(centre: Centre) -> str:
    code = ids.crockford(centre.random(5))
    return f"TF-{code}{ids.check_char(code)}"


def _written(centre: Centre, session: Session, whose: tuple[bytes, str, str], lines: Sequence[Row]) -> Bill:
    """A new bill for that device, service and subject; `lines` are (number on record, Arabic, English, piastres)."""
    reference, expiry = _reference(centre), centre.now_ms() + BILL_LIFE_MS
    numbers, total = [line[0] for line in lines if line[0] is not None], sum(line[3] for line in lines)
    session.run(
        "INSERT INTO bill VALUES (?, ?, ?, ?, ?, ?, 'open', ?)", reference, *whose, total, expiry, json.dumps(numbers)
    )
    return Bill(reference, tuple((line[1], line[2], line[3]) for line in lines), total, expiry)


def pay(session: Session, device: bytes, service: str, bill: PaidBill, wall_ms: int | None) -> str:
    """Mark the bill of a request for that service paid. Returns the code of what forbids it, or nothing.

    A fine that was paid under another bill meanwhile forbids it too: nobody pays twice. Without `wall_ms` it is the
    staff's word that pays, whenever the cash was taken and though the bill was open again meanwhile.
    """
    fields = "SELECT device, service, amount_pt, expiry_ms, state, fines FROM bill WHERE reference = ?"
    row = session.one(fields + session.locking, bill.reference)
    code = _forbidden(row, device, service, bill.amount_pt, wall_ms)
    if row is None or code:
        return code
    reference, numbers = bill.reference, json.loads(row[5])
    marks = ", ".join("?" * len(numbers)) or "NULL"
    free = session.run(f"UPDATE fine SET bill = ? WHERE n IN ({marks}) AND bill = ''", reference, *numbers)  # noqa: S608 - question marks
    if free != len(numbers):
        session.run("UPDATE fine SET bill = '' WHERE bill = ?", reference)
        return "bill_paid"
    session.run("UPDATE bill SET state = 'paid' WHERE reference = ?", reference)
    return ""


def _forbidden(row: Row | None, device: bytes, service: str, paid_pt: int, wall_ms: int | None) -> str:
    if row is None:
        return "bill_unknown"
    whose, billed, amount_pt, expiry_ms, state, _ = row
    if (whose, billed) != (device, service):
        return "bill_unknown"
    if amount_pt != paid_pt:
        return "bill_mismatch"
    if wall_ms is None:
        return "bill_paid" if state == "paid" else ""
    if state != "open":
        return "bill_paid"
    return "bill_expired" if wall_ms > expiry_ms + GRACE_MS else ""


def forget(session: Session, device: bytes, paid: str, named: str) -> None:
    """What a bill was for: of one that a request has paid, and of one of that device that it only named."""
    session.run("UPDATE bill SET plate = '' WHERE reference = ? OR (reference = ? AND device = ?)", paid, named, device)


def reopen(session: Session, reference: str) -> None:
    """The request that paid a bill fell away: its fines are owed again."""
    session.run("UPDATE fine SET bill = '' WHERE bill = ?", reference)
    session.run("UPDATE bill SET state = 'reopened' WHERE reference = ?", reference)
