"""Money as the centre sees it: a day's figures, closings that do not come out even, refunds to look into, deposits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, literal_column
from sqlalchemy import select as choose
from sqlmodel import col, select
from starlette.responses import Response

from central.console.routes import Route, does
from central.console.shop_list import devices_in, refuse_foreign
from central.console.visit import Visit
from central.devices.registry import name_of
from central.documents import shops
from central.money import shop_float
from central.requests import queue, refunds
from central.staff.acts import Act
from central.staff.people import Scope
from central.store.device_models import Device, Shop
from central.store.interface import Session
from central.store.request_models import TillClose, TillSum
from protocol.clock import business_date, read_day
from protocol.errors import Refused
from protocol.values.said_time import said_day

PATH: Final = "/staff/money"
FIGURES: Final = (
    "taken", "cash", "government", "service", "noncash", "vat", "commission", "void", "refund", "deposit",
)  # fmt: skip
SHOWN: Final = 100
DAYS: Final = 5
"""That have a tab."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A closing whose drawer did not hold what it should: `known_pt` is what the till itself expected."""

    shop: str
    device: str
    number: int
    difference_pt: int
    counted_pt: int
    reason: str
    agreed_by: str
    pending: bool


def today(visit: Visit) -> Response:
    day = _day(visit)
    with visit.centre.store.reading() as session:
        sums, closed, odd = _sums(visit, session, day), _closed(visit, session, day), _odd(visit, session, day)
        known = devices_in(session, visit.who.governorates(Act.MONEY_SEE))
        holds, cases = refunds.holds(session, SHOWN, known), refunds.cases(session, SHOWN, known)
        wanted = {*(one.id for one in holds), *(one["subject"] for one in cases)}
        about = queue.named(visit.centre, session, visit.who.bounds(Act.MONEY_SEE), wanted)
    return visit.page(
        "money.html", title="money.title", day=day, sums=[(name, sums.get(name, 0)) for name in FIGURES],
        days=_days(visit, day), of=closed.n, about=about, odd=odd, more=max(0, closed.odd - len(odd)),
        refunds=[
            *((request, visit.say("money.held"), "", name_of(holder), at) for at, holder, _, request in holds),
            *((one["subject"], visit.say(f"audit.{one['act']}"), "act", one["staff"], one["at_ms"]) for one in cases),
        ],
    )  # fmt: skip


def _day(visit: Visit) -> str:
    """Raises Refused ``console_day``."""
    said = "" if visit.kept else visit.asked("day", 20)
    try:
        return str(read_day(said) if said else business_date(visit.now_ms))
    except ValueError:
        raise Refused("console_day", day=said) from None


def _days(visit: Visit, shown: str) -> list[tuple[str, str]]:
    """The last days by name, the newest first; and the one that is shown."""
    now = business_date(visit.now_ms)
    last = [now - timedelta(days=n) for n in range(DAYS)]
    days = sorted({*last, read_day(shown)}, reverse=True)
    return [(str(one), said_day(visit.look.language, one, now)) for one in days]


def _bounds(visit: Visit, device: Any) -> list[ColumnElement[bool]]:
    """Nothing where he sees money everywhere."""
    areas = visit.who.governorates(Act.MONEY_SEE)
    if areas is None:
        return []
    there = select(Device.id).join(Shop, col(Shop.id) == Device.shop).where(col(Shop.governorate).in_(areas))
    return [col(device).in_(there)]


def _sums(visit: Visit, session: Session, day: str) -> dict[str, int]:
    amount = func.sum(TillSum.amount_pt)
    found = select(TillSum.name, amount).where(TillSum.day == day, *_bounds(visit, TillSum.device))
    return {name: int(pt or 0) for name, pt in session.all(found.group_by(col(TillSum.name)))}


def _closed(visit: Visit, session: Session, day: str) -> Any:
    """How many tills have closed (`n`), and how many of them came out `odd`: in the evening all six thousand."""
    odd = func.count(case((_ODD, 1)))
    return session.one(
        choose(func.count().label("n"), odd.label("odd"))
        .where(col(TillClose.day) == day, *_bounds(visit, TillClose.device))
    )  # fmt: skip


_ODD: Final = col(TillClose.difference_pt) != literal_column("0")
"""As the partial index says it: a value of its own would not meet it."""


def _odd(visit: Visit, session: Session, day: str) -> list[Difference]:
    """The largest first."""
    columns = (col(getattr(TillClose, name)) for name in ("device", "number", "difference_pt", "body", "agreed_by"))
    found = choose(col(Device.shop), *columns).join(Device, col(Device.id) == TillClose.device)
    found = found.where(col(TillClose.day) == day, _ODD, *_bounds(visit, TillClose.device))
    largest = found.order_by(func.abs(TillClose.difference_pt).desc()).limit(SHOWN)
    return [_difference(row) for row in session.all(largest)]


def _difference(row: Any) -> Difference:
    said = json.loads(row.body)
    reason = str(said.get("reason") or "")[:200]
    pending = said.get("pending") is True and not row.agreed_by
    counted = _whole(said.get("counted_pt"))
    return Difference(
        row.shop, name_of(row.device), row.number, row.difference_pt, counted, reason, row.agreed_by, pending
    )


def _whole(said: object) -> int:
    return said if type(said) is int else 0


def pay_in(visit: Visit) -> Response:
    shop, reference, amount_pt = visit.wanted("shop", 40), visit.wanted("reference", 80), visit.piastres("amount")
    with visit.centre.store.writing() as session:
        refuse_foreign(visit, session, Act.MONEY_DEPOSIT, shop)
        visit.who.need(Act.MONEY_DEPOSIT, Scope(governorate=shops.governorate(session, shop), amount_pt=amount_pt))
        shop_float.pay_in(visit.centre, session, shop, amount_pt, reference, visit.who.account)
    return visit.moved(PATH, "paid_in")


def reverse(visit: Visit) -> Response:
    """It is proposed here, and agreed to among the proposals."""
    shop, reference, because = visit.wanted("shop", 40), visit.wanted("reference", 80), visit.wanted("because")
    with visit.centre.store.writing() as session:
        refuse_foreign(visit, session, Act.MONEY_REVERSE, shop)
        amount_pt = shop_float.standing_pt(session, shop, reference)
        visit.who.need(Act.MONEY_REVERSE, Scope(governorate=shops.governorate(session, shop), amount_pt=amount_pt))
        first = shop_float.reverse(visit.centre, session, shop, reference, because, visit.who.account)
    return visit.moved(PATH, "proposed" if first is None else "approved")


ROUTES: Final[Sequence[Route]] = (
    Route("GET", PATH, today, Act.MONEY_SEE, today),
    does(f"{PATH}/deposit", pay_in, today, Act.MONEY_DEPOSIT),
    does(f"{PATH}/reversal", reverse, today, Act.MONEY_REVERSE),
)
