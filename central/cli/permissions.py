"""Whether whoever is signed in may give this command, for what its arguments say that it is about."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Final

from sqlmodel import select

from central.cli.grammar import SIGNED_IN
from central.devices import registry
from central.documents import shops
from central.requests import queue, review
from central.staff.acts import RULES, Act
from central.staff.people import Person, Scope
from central.store.device_models import Operator, Slot
from central.store.interface import Session
from protocol.errors import Refused


def refuse(session: Session, person: Person, need: str, options: Namespace) -> None:
    """Raises Refused ``not_allowed``; ``no_request`` for a request that is not his to know of.

    What a command is about is told by its arguments. One that is about all needs a right that holds everywhere.
    """
    if need == SIGNED_IN:
        return
    act = Act(need)
    person.need(act)
    named = getattr(options, "request", "") if RULES[act].scope == "request" else ""
    if not named:
        for scope in _of_shops(session, options):
            person.need(act, scope)
    elif not person.may(act, _of_request(session, named)):
        raise Refused("no_request", request=named)


def _of_request(session: Session, text: str) -> Scope:
    """What is not here is nobody's, and the command says so."""
    try:
        found = review.find(session, text)
    except Refused as error:
        if error.code != "no_request":
            raise
        return Scope()
    return queue.scope_of(found)


def _of_shops(session: Session, options: Namespace) -> list[Scope]:
    """Of the shop that is named, and of the one where what is named stands: a counter moves from that to this."""
    given = vars(options)
    shops_named = [str(shop) for shop in (given.get("shop"), _shop_of(session, given)) if shop]
    authority, amount_pt = str(given.get("authority") or ""), given.get("amount_pt") or 0
    areas = [shops.governorate(session, shop) for shop in shops_named] or [""]
    return [Scope(authority, "", area, amount_pt) for area in areas]


_OF_ALL: Final = ("list", "alerts")
"""What `fleet` shows of every counter, whatever else was typed."""


def _shop_of(session: Session, given: Mapping[str, object]) -> str:
    """Of a device, an asking, a slot or an operator that is named; "" of none, and of what is not here: that is
    nobody's, and the command says so.
    """
    if given.get("what") in _OF_ALL:
        return ""
    if device := _device(session, str(given.get("device") or ""), str(given.get("approval") or "")):
        return registry.latest(session, device).shop
    if slot := given.get("slot"):
        found = session.get(Slot, str(slot))
        return found.shop if found else ""
    operator = session.one(select(Operator.shop).where(Operator.id == str(given.get("id") or "")))
    return operator or ""


def _device(session: Session, device: str, approval: str) -> bytes | None:
    try:
        named = registry.numbered(session, approval) if approval else None
        return registry.find(session, device) if device else named and named[0]
    except Refused as error:
        if error.code != "no_device":
            raise
        return None
