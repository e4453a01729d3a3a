"""A small reference authority: what is on record for a plate, a meter, an account, a court case. A real one answers
behind the same functions.

Whatever a service is asked about is its *subject*: the plate where its form has one, else the answers that its form
requires. A bill gathers what is open for a subject under a reference for a quarter of an hour. It is paid when a
request that names it passes the centre's checks, and open again when that request is voided or refused: what is owed
is then there for the next inquiry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import col, select

from central.centre import Centre
from central.store import request_models
from central.store.interface import Session
from central.store.request_models import Fine
from protocol.catalogue.services import SHARED_FIELDS, PublicService
from protocol.journal.money_entries import PaidBill
from protocol.values import ids, plates
from protocol.values.money import MAX_PT

BILL_LIFE_MS: Final = 15 * 60_000
GRACE_MS: Final = 5 * 60_000
"""How much later than its expiry a bill may have been paid by the shop's clock."""


Line = tuple[str, str, int]
"""Arabic, English, piastres."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is owed now."""

    reference: str
    lines: tuple[Line, ...]
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
    session.add(Fine, plate=about, label_ar=label_ar, label_en=label_en, amount_pt=amount_pt, bill="")


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
    told = tuple(map(_line, lines))
    return Bill(_reference(centre), told, sum(line[2] for line in told), centre.now_ms() + BILL_LIFE_MS)


def _line(fine: Fine) -> Line:
    return fine.label_ar, fine.label_en, fine.amount_pt


def _named(
    centre: Centre, session: Session, device: bytes, service: PublicService, fields: Mapping[str, Any]
) -> Bill | None:
    amount_pt = fields.get("amount")
    if type(amount_pt) is not int or not 0 < amount_pt <= MAX_PT:  # True is an int to Python
        return None
    label = next(cost.label for cost in service.costs if cost.bill)
    line = (label["ar"], label["en"], amount_pt)
    return _written(centre, session, (device, service.id, subject(service, fields)), (line,), [])


def fines(session: Session, plate: str | None = None) -> list[tuple[str, str, str, int, str]]:
    """(plate, Arabic, English, piastres, reference of the bill that paid it) of all fines, or of one plate's."""
    found = select(Fine).order_by(col(Fine.n))
    rows = session.all(found if plate is None else found.where(Fine.plate == plates.parse(plate).stored))
    return [(row.plate, *_line(row), row.bill) for row in rows]


def _owed(centre: Centre, session: Session, device: bytes, service: str, about: str) -> Bill | None:
    """A new bill over what is open, or None where nothing is."""
    lines = _open_lines(session, about)
    whose, numbers = (device, service, about), [fine.n for fine in lines]
    return _written(centre, session, whose, tuple(map(_line, lines)), numbers) if lines else None


def _open_lines(session: Session, about: str) -> list[Fine]:
    return session.all(select(Fine).where(Fine.plate == about, Fine.bill == "").order_by(col(Fine.n)))


def _reference(centre: Centre) -> str:
    code = ids.crockford(centre.random(5))
    return f"TF-{code}{ids.check_char(code)}"


def _written(
    centre: Centre, session: Session, whose: tuple[bytes, str, str], lines: tuple[Line, ...], numbers: list[int]
) -> Bill:
    """A new bill for that device, service and subject; `numbers` are those of `lines` on record."""
    device, service, about = whose
    made = Bill(_reference(centre), lines, sum(line[2] for line in lines), centre.now_ms() + BILL_LIFE_MS)
    session.add(
        request_models.Bill, reference=made.reference, device=device, service=service, plate=about,
        amount_pt=made.amount_pt, expiry_ms=made.expiry_ms, state="open", fines=json.dumps(numbers),
    )  # fmt: skip
    return made


def pay(session: Session, device: bytes, service: str, bill: PaidBill, wall_ms: int | None) -> str:
    """Mark the bill of a request for that service paid. Returns the code of what forbids it, or nothing.

    A fine that was paid under another bill meanwhile forbids it too: nobody pays twice. Without `wall_ms` it is the
    staff's word that pays, whenever the cash was taken and though the bill was open again meanwhile.
    """
    row = session.get(request_models.Bill, bill.reference, mine=True)
    code = _forbidden(row, device, service, bill.amount_pt, wall_ms)
    if row is None or code:
        return code
    numbers = json.loads(row.fines)
    owed = update(Fine).where(col(Fine.n).in_(numbers), col(Fine.bill) == "")
    if session.run(owed.values(bill=row.reference)) != len(numbers):
        _owe_again(session, row.reference)
        return "bill_paid"
    session.change(request_models.Bill, row.reference, state="paid")
    return ""


def _owe_again(session: Session, reference: str) -> None:
    session.run(update(Fine).filter_by(bill=reference).values(bill=""))


def _forbidden(row: request_models.Bill | None, device: bytes, service: str, paid_pt: int, wall_ms: int | None) -> str:
    if row is None or (row.device, row.service) != (device, service):
        return "bill_unknown"
    if row.amount_pt != paid_pt:
        return "bill_mismatch"
    if wall_ms is None:
        return "bill_paid" if row.state == "paid" else ""
    if row.state != "open":
        return "bill_paid"
    return "bill_expired" if wall_ms > row.expiry_ms + GRACE_MS else ""


def forget(session: Session, device: bytes, paid: str, named: str) -> None:
    """What a bill was for: of one that a request has paid, and of one of that device that it only named."""
    session.change(request_models.Bill, paid, plate="")
    session.run(update(request_models.Bill).filter_by(reference=named, device=device).values(plate=""))


def reopen(session: Session, reference: str) -> None:
    """The request that paid a bill fell away: its fines are owed again."""
    _owe_again(session, reference)
    session.change(request_models.Bill, reference, state="reopened")
