"""One counter: what it said last, its last days, what was done to it; locking it, and what leaves or replaces it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func
from sqlalchemy import select as choose
from sqlmodel import col, select
from starlette.responses import Response

from central import audit
from central.console.counter_pages import invited
from central.console.routes import Route, does, shows
from central.console.shop_list import refuse_foreign
from central.console.shop_rows import standing
from central.console.timeline import timeline
from central.console.visit import Visit
from central.devices import decommissioning, registry
from central.devices.registry import Chain
from central.documents import shops
from central.staff.acts import Act
from central.store.device_models import Entry
from central.store.interface import Session
from protocol.clock import HOUR_MS
from protocol.errors import Refused

PATH: Final = "/staff/devices"
ARRIVALS: Final = 2_000
"""Entries that are looked at for the picture of a week: a busy till has as many."""
DOINGS: Final = 30


def _device(visit: Visit, session: Session, act: Act) -> Chain:
    """Raises Refused ``no_device``: there is none of that name, or it stands in a governorate of others."""
    text = visit.path["device"]
    try:
        found = registry.latest(session, uuid.UUID(text).bytes)
    except ValueError:
        raise Refused("no_device", device=text) from None
    refuse_foreign(visit, session, act, found.shop, Refused("no_device", device=text))
    return found


def shown(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        chain = _device(visit, session, Act.SHOPS_SEE)
        name = shops.names(session, chain.shop)
        arrivals = _arrivals(session, chain)
        doings = audit.page(session, audit.AuditQuery(subject=chain.name), limit=DOINGS).rows
    fleet, rtl = visit.console.fleet.now(), visit.look.language == "ar"
    one = next((one for one in fleet.counters if one.device == chain.device), None)
    found = [alert for alert in fleet.alerts if alert.subject == chain.name]
    heard, since_ms = ([one.heard_ms], one.enrolled_ms) if one else ([], 0)
    drawn = timeline([*arrivals, *heard], visit.now_ms, mirrored=rtl, since_ms=since_ms)
    return visit.page(
        "device.html", title="device.title", chain=chain, shop_name=name, one=one, found=found,
        standing=standing(one, fleet.at_ms) if one else "stopped", drawn=drawn, doings=doings, at_ms=fleet.at_ms,
        heard_ms=max((0, *arrivals, *heard)),
    )  # fmt: skip


def _arrivals(session: Session, chain: Chain) -> list[int]:
    """The first and the last of each hour: the picture shows no more, and a busy till would hand out thousands."""
    of = select(Entry.received_ms).where(Entry.device == chain.device, Entry.epoch == chain.epoch)
    at = of.order_by(col(Entry.seq).desc()).limit(ARRIVALS).subquery().c.received_ms
    hours = session.all(choose(func.min(at).label("first"), func.max(at).label("last")).group_by(at // HOUR_MS))
    return [one for hour in hours for one in (hour.first, hour.last)]


def suspend(visit: Visit) -> Response:
    because = visit.wanted("because")
    with visit.centre.store.writing() as session:
        chain = _device(visit, session, Act.DEVICE_SUSPEND)
        registry.suspend(visit.centre, session, chain.device, visit.who.account)
        audit.append(session, visit.now_ms, visit.who.account, "device.because", chain.name, because=because)
    return _back(visit, "device.suspended")


def resume(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        chain = _device(visit, session, Act.DEVICE_SUSPEND)
        registry.resume(visit.centre, session, chain.device, visit.who.account)
    return _back(visit, "device.resumed")


def _back(visit: Visit, done: str) -> Response:
    visit.console.fleet.forget()
    return visit.moved(f"{PATH}/{visit.path['device']}", done)


def replace(visit: Visit) -> Response:
    """A slot for the computer that takes its place; its key is revoked in the same commit."""
    with visit.centre.store.writing() as session:
        chain = _device(visit, session, Act.DEVICE_REMOVE)
        visit.once(session)
        slot, code = decommissioning.replace(visit.centre, session, chain.device, visit.who.account)
        name = shops.names(session, chain.shop)
    visit.console.fleet.forget()
    return invited(visit, slot, code, chain.shop, name)


def move(visit: Visit) -> Response:
    """A slot in the shop where it will stand, once it has said at its counter that it leaves nothing behind."""
    shop = visit.wanted("shop", 40)
    with visit.centre.store.writing() as session:
        chain = _device(visit, session, Act.DEVICE_REMOVE)
        try:
            refuse_foreign(visit, session, Act.DEVICE_REMOVE, shop)
        except Refused as error:  # not the device, which the address names: the shop that was typed
            raise Refused("console_unknown") from error
        visit.once(session)
        slot, code = decommissioning.move(visit.centre, session, chain.device, shop, visit.who.account)
        name = shops.names(session, shop)
    visit.console.fleet.forget()
    return invited(visit, slot, code, shop, name)


def erase(visit: Visit) -> Response:
    """It is proposed here, and agreed to among the proposals."""
    loss, epoch = visit.line("loss"), visit.whole("epoch", 1)
    with visit.centre.store.writing() as session:
        chain = _device(visit, session, Act.DEVICE_REMOVE)
        first = decommissioning.erase_by_two(visit.centre, session, chain.device, visit.who.account, loss, epoch)
    return _back(visit, "proposed" if first is None else "approved")


_ONE: Final = f"{PATH}/{{device}}"
ROUTES: Final[Sequence[Route]] = (
    shows(_ONE, shown, Act.SHOPS_SEE),
    does(f"{_ONE}/suspension", suspend, shown, Act.DEVICE_SUSPEND),
    does(f"{_ONE}/resumption", resume, shown, Act.DEVICE_SUSPEND),
    does(f"{_ONE}/replacement", replace, shown, Act.DEVICE_REMOVE),
    does(f"{_ONE}/move", move, shown, Act.DEVICE_REMOVE),
    does(f"{_ONE}/erasure", erase, shown, Act.DEVICE_REMOVE),
)
