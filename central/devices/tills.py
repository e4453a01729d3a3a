"""What people call a counter and a receipt: the till's number in its shop, and «2-000231» (docs/adr/0065).

A device gets its number when it is admitted to a shop, keeps it through all its epochs, and finds it again when it
comes back; nobody else ever gets it. What a counter says of its number is asked by nobody here.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func
from sqlmodel import col, select

from central.store.device_models import Shop, TillNumber
from central.store.interface import Session
from protocol.errors import Refused
from protocol.values.receipt_number import MOST_TILLS, receipt_number


def give(session: Session, shop: str, device: bytes) -> int:
    """The number of a device that is admitted to that shop. Raises Refused ``no_free_till``."""
    session.get(Shop, shop, mine=True)  # of two devices that are admitted at once the second one waits
    kept = _kept(session, shop, device)
    if kept is not None:
        return kept
    newest = session.one(select(func.max(col(TillNumber.number))).where(TillNumber.shop == shop)) or 0
    if newest >= MOST_TILLS:
        raise Refused("no_free_till", shop=shop)
    session.add(TillNumber, shop=shop, number=newest + 1, device=device)
    return newest + 1


def _kept(session: Session, shop: str, device: bytes) -> int | None:
    return session.one(select(TillNumber.number).where(TillNumber.shop == shop, TillNumber.device == device))


def number_of(session: Session, shop: str, device: bytes) -> int:
    """Of a device that was admitted to that shop; 0 of any other, which is nobody's number."""
    return _kept(session, shop, device) or 0


def all_numbers(session: Session) -> dict[tuple[str, bytes], int]:
    """Of every device in every shop that it was ever admitted to."""
    return {(row.shop, row.device): row.number for row in session.under(TillNumber)}


def numbers_of(session: Session, places: Collection[tuple[str, bytes]]) -> dict[tuple[str, bytes], int]:
    """Of these devices in these shops, by one question."""
    shops, devices = ({place[part] for place in places} for part in (0, 1))
    found = select(TillNumber).where(col(TillNumber.shop).in_(shops), col(TillNumber.device).in_(devices))
    return {(row.shop, row.device): row.number for row in session.all(found)} if places else {}


def device_of(session: Session, shop: str, number: int) -> bytes | None:
    """The device that is, or was, that till of the shop."""
    row = session.get(TillNumber, shop, number)
    return None if row is None else row.device


def receipt(session: Session, shop: str, device: bytes, epoch: int, seq: int) -> str:
    """The number of an entry of an epoch in which the device stood in that shop."""
    return receipt_number(number_of(session, shop, device), epoch, seq)
