"""Whether whoever is signed in may give this command, for what its arguments say that it is about."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from sqlmodel import select

from central.cli.needs import SIGNED_IN
from central.devices import registry
from central.documents import shops
from central.requests import review
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
        person.need(act, _of_shop(session, options))
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
    return Scope(found.authority, found.service, shops.governorate(session, found.shop))


def _of_shop(session: Session, options: Namespace) -> Scope:
    given = vars(options)
    shop = given.get("shop") or _shop_of(session, given)
    authority = str(given.get("authority") or "")
    return Scope(authority, "", shops.governorate(session, shop) if shop else "", given.get("amount_pt") or 0)


def _shop_of(session: Session, given: Mapping[str, object]) -> str:
    """Of a device, a slot or an operator that is named; "" of none."""
    if device := given.get("device") or given.get("approval"):
        short = str(device).rpartition("-")[0] if given.get("approval") else str(device)
        return _shop_of_device(session, short)
    if slot := given.get("slot"):
        found = session.get(Slot, str(slot))
        return found.shop if found else ""
    operator = session.one(select(Operator.shop).where(Operator.id == str(given.get("id") or "")))
    return operator or ""


def _shop_of_device(session: Session, text: str) -> str:
    """What is not here is nobody's, and the command says so."""
    try:
        return registry.latest(session, registry.find(session, text)).shop
    except Refused as error:
        if error.code != "no_device":
            raise
        return ""
