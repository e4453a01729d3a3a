"""Shops: all of them, the silent ones as a list to call and a map, one with its counters and its people."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from sqlmodel import col, select
from starlette.responses import Response

from central.console.governorate_map import Square, squares
from central.console.routes import Route, does, shows
from central.console.shop_list import about, refuse_foreign, settings_of, shops_of
from central.console.shop_rows import STANDINGS, ShopRow, fits, standing
from central.console.visit import Visit
from central.documents import operators, shops
from central.documents.governorates import short
from central.documents.operators import Newcomer
from central.money import shop_float
from central.staff.acts import Act
from central.store.device_models import Operator, Shop
from central.store.interface import Session
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import ids

PATH: Final = "/staff/shops"
SHOWN: Final = 25
ROLES: Final = ("operator", "supervisor", "technician")
DAYS: Final = 365


def listed(visit: Visit) -> Response:
    fleet = visit.console.fleet.now()
    rows = shops_of(visit, fleet)
    counts = Tally(row.standing for row in rows)
    area, wanted, state = visit.asked("area"), visit.asked("find", 60), visit.asked("standing", 20)
    found = [
        row for row in rows
        if area in ("", row.governorate) and state in ("", row.standing) and (not wanted or fits(row, wanted))
    ]  # fmt: skip
    begin = _begin(found, visit.asked("after", 60))
    page, more = found[begin : begin + SHOWN], found[begin + SHOWN :]
    chosen = {"area": area, "find": wanted, "standing": state}
    kept = {name: value for name, value in chosen.items() if value}
    return visit.page(
        "shops.html", title="shops.title", rows=page, counts=counts, standings=STANDINGS, chosen=chosen,
        areas_known=sorted({row.governorate for row in rows}), of=len(found), at_ms=fleet.at_ms,
        unsent_pt=sum(row.unsent_pt for row in rows if row.standing == "silent"), all=len(rows),
        after=f"{PATH}?{urlencode({**kept, 'after': page[-1].id})}" if more else "",
        first=f"{PATH}?{urlencode(kept)}" if begin else "",
    )  # fmt: skip


def _begin(rows: Sequence[ShopRow], after: str) -> int:
    return next((place + 1 for place, row in enumerate(rows) if row.id == after), 0)


def silent(visit: Visit) -> Response:
    """Whom to call, and where: a map drawn here, of squares where the governorates lie."""
    fleet = visit.console.fleet.now()
    rows = shops_of(visit, fleet)
    still = [row for row in rows if row.standing == "silent"]
    drawn: list[Square] = squares(rows, visit.look.language)
    with visit.centre.store.reading() as session:
        told = settings_of(session, [row.id for row in still[:200]])
    return visit.page(
        "silent.html", title="silent.title", rows=still[:200], about=told, squares=drawn, at_ms=fleet.at_ms,
        of=len(rows), more=max(0, len(still) - 200),
    )  # fmt: skip


def shown(visit: Visit) -> Response:
    return _page(visit)


def _page(visit: Visit, **more: Any) -> Response:
    shop = visit.path["shop"]
    with visit.centre.store.reading() as session:
        row = session.get(Shop, shop)
        if row is None or not visit.who.works_in(Act.SHOPS_SEE, row.governorate):
            raise Refused("no_shop", shop=shop)
        people = session.all(select(Operator).where(Operator.shop == shop).order_by(col(Operator.id)))
        balance_pt = shop_float.balance_pt(session, shop) if visit.who.may(Act.MONEY_SEE) else None
    fleet = visit.console.fleet.now()
    counters = [(one, standing(one, fleet.at_ms)) for one in fleet.counters if one.shop == shop]
    return visit.page(
        "shop.html", title="shop.title", shop=shop, shop_name=row, counters=counters,
        people=people, about=about(row), area_=row.governorate,
        balance_pt=balance_pt, at_ms=fleet.at_ms,
        role_options=[(one, visit.say(f"operator.{one}")) for one in ROLES], **{"given": None, **more},
    )  # fmt: skip


def new(visit: Visit) -> Response:
    return visit.page("shop_new.html", title="shop.new.title")


def add(visit: Visit) -> Response:
    shop, name = visit.wanted("id", 40), visit.wanted("name_ar", 80)
    shops.refuse_odd_id(shop)
    both = Bilingual(name, visit.line("name_en", 80) or name)
    areas = visit.who.governorates(Act.SHOPS_MANAGE)
    if areas is not None and short(shop.partition("-")[0]) not in areas:
        raise Refused("console_area", areas=", ".join(areas))
    with visit.centre.store.writing() as session:
        shops.add(visit.centre, session, shop, both, visit.who.account)
    visit.console.fleet.forget()
    return visit.moved(f"{PATH}/{shop}", "shop.added")


def add_person(visit: Visit) -> Response:
    """The activation code is on the page that answers, and nowhere else."""
    shop, name, role = visit.path["shop"], visit.wanted("name_ar", 80), visit.wanted("role", among=ROLES)
    who = Newcomer(shop, Bilingual(name, visit.line("name_en", 80) or name), role, visit.whole("days", 1, 3_660))
    with visit.centre.store.writing() as session:
        refuse_foreign(visit, session, Act.OPERATORS_MANAGE, shop)
        visit.once(session)
        _, code = operators.add(visit.centre, session, who, visit.who.account)
    return _page(visit, given=("code", who.name, ids.grouped_code(code)))


def reset(visit: Visit) -> Response:
    """A new code; the PINs of before are void, unless it is for a further counter."""
    return _give(visit, "code")


def link(visit: Visit) -> Response:
    """The next link of a chain, read out to whoever has been called back under the shop's number."""
    return _give(visit, "link")


def _give(visit: Visit, kind: str) -> Response:
    person = visit.path["person"]
    with visit.centre.store.writing() as session:
        name = _refuse_stranger(visit, session, person)
        visit.once(session)
        if kind == "link":
            told, _ = operators.next_link(visit.centre, session, person, visit.who.account)
        else:
            further = visit.line("further") == "yes"
            told = operators.reset(visit.centre, session, person, visit.who.account, further=further)
    return _page(visit, given=(kind, name, ids.grouped_code(told)))


def _refuse_stranger(visit: Visit, session: Session, person: str) -> Bilingual:
    """Raises Refused ``no_operator``: he works in another shop."""
    refuse_foreign(visit, session, Act.OPERATORS_MANAGE, visit.path["shop"])
    row = session.get(Operator, person)
    if row is None or row.shop != visit.path["shop"]:
        raise Refused("no_operator", operator=person)
    return Bilingual(row.name_ar, row.name_en)


def stop_person(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        _refuse_stranger(visit, session, visit.path["person"])
        operators.stop(visit.centre, session, visit.path["person"], visit.who.account)
    return visit.moved(f"{PATH}/{visit.path['shop']}", "person.stopped")


_ONE: Final = f"{PATH}/{{shop}}"
_PERSON: Final = f"{_ONE}/people/{{person}}"
ROUTES: Final[Sequence[Route]] = (
    shows(PATH, listed, Act.SHOPS_SEE),
    shows(f"{PATH}/silent", silent, Act.SHOPS_SEE),
    shows(f"{PATH}/new", new, Act.SHOPS_MANAGE),
    does(f"{PATH}/new", add, new, Act.SHOPS_MANAGE),
    shows(_ONE, shown, Act.SHOPS_SEE),
    does(f"{_ONE}/people", add_person, shown, Act.OPERATORS_MANAGE),
    does(f"{_PERSON}/reset", reset, shown, Act.OPERATORS_MANAGE),
    does(f"{_PERSON}/link", link, shown, Act.OPERATORS_MANAGE),
    does(f"{_PERSON}/stop", stop_person, shown, Act.OPERATORS_MANAGE),
)
