"""Counters that come in: a slot and a code for a new one, and the six digits by which another person lets it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlmodel import col, select
from starlette.responses import Response

from central.console.routes import Route, does, shows
from central.console.shop_list import refuse_foreign
from central.console.sign_in_pages import drawn
from central.console.visit import Visit
from central.devices import enrolment
from central.documents import shops
from central.staff.acts import Act
from central.store.device_models import Shop, Slot
from central.store.interface import Row, Session
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import ids
from protocol.values.arabic import fold_digits
from protocol.wire.enrolment import Invitation

PATH: Final = "/staff/counters"


def _slots(visit: Visit, session: Session) -> list[Row]:
    """Those under way, with their shops."""
    found = (
        select(Slot, Shop.name_ar, Shop.name_en, Shop.governorate)
        .join(Shop, col(Shop.id) == Slot.shop)
        .where(col(Slot.expires_ms) > visit.now_ms, col(Slot.state).in_(("open", "claimed", "revealed")))
        .order_by(col(Slot.claimed_ms), col(Slot.slot))
    )
    return [row for row in session.all(found) if visit.who.works_in(Act.DEVICE_ADMIT, row.governorate)]


def waiting(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        rows = _slots(visit, session)
    return visit.page(
        "waiting.html", title="waiting.title", ready=[one for one in rows if one.state == "revealed"],
        coming=[one for one in rows if one.state != "revealed"],
    )  # fmt: skip


def approve(visit: Visit) -> Response:
    """The six digits are typed as they were read out: a second person compares, he does not only press."""
    number = fold_digits(visit.wanted("number", 20))
    with visit.centre.store.writing() as session:
        _refuse_foreign_slot(visit, session)
        enrolment.approve(visit.centre, session, visit.path["slot"], number, visit.who.account)
    visit.console.fleet.forget()
    return visit.moved(f"{PATH}/waiting", "counter.approved")


def deny(visit: Visit) -> Response:
    reason = visit.wanted("reason")
    with visit.centre.store.writing() as session:
        _refuse_foreign_slot(visit, session)
        enrolment.deny(visit.centre, session, visit.path["slot"], reason, visit.who.account)
    return visit.moved(f"{PATH}/waiting", "counter.denied")


def _refuse_foreign_slot(visit: Visit, session: Session) -> None:
    """Raises Refused ``no_slot``: it is not there, or in another governorate."""
    slot = session.get(Slot, visit.path["slot"])
    shop, error = slot.shop if slot else "", Refused("no_slot", slot=visit.path["slot"])
    refuse_foreign(visit, session, Act.DEVICE_ADMIT, shop, error)


def new(visit: Visit) -> Response:
    return visit.page("counter_new.html", title="counter.new.title", shop=visit.asked("shop") or visit.line("shop"))


def make(visit: Visit) -> Response:
    """The code is on this page and nowhere else: it is shown once, and printed from here."""
    shop = visit.wanted("shop", 40)
    with visit.centre.store.writing() as session:
        refuse_foreign(visit, session, Act.DEVICE_ADMIT, shop)
        visit.once(session)
        slot, code = enrolment.make_slot(visit.centre, session, shop, visit.who.account)
        name = shops.names(session, shop)
    return invited(visit, slot, code, shop, name)


def invited(visit: Visit, slot: str, code: str, shop: str, name: Bilingual) -> Response:
    """What a technician takes along for this slot."""
    line = Invitation(visit.centre.public_address, slot, code).text()
    return visit.page(
        "counter_code.html", title="counter.code.title", slot=slot, code=ids.grouped_code(code), drawn=drawn(line),
        shop=shop, shop_name=name, ends_ms=visit.now_ms + enrolment.LIFE_MS,
    )  # fmt: skip


ROUTES: Final[Sequence[Route]] = (
    shows(f"{PATH}/waiting", waiting, Act.DEVICE_ADMIT),
    does(f"{PATH}/waiting/{{slot}}/approval", approve, waiting, Act.DEVICE_ADMIT),
    does(f"{PATH}/waiting/{{slot}}/denial", deny, waiting, Act.DEVICE_ADMIT),
    shows(f"{PATH}/new", new, Act.DEVICE_ADMIT),
    does(f"{PATH}/new", make, new, Act.DEVICE_ADMIT),
)
