"""Which shops somebody may see: those of his governorates."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlmodel import col, select

from central.console.copies import Fleet
from central.console.shop_rows import ShopRow
from central.console.visit import Visit
from central.documents import shops
from central.fleet.alerts import Alert
from central.staff.acts import Act
from central.store.device_models import Device, Shop
from central.store.interface import Session
from protocol.errors import Refused


def refuse_foreign(visit: Visit, session: Session, act: Act, shop: str, error: Refused | None = None) -> None:
    """Raises `error`, else Refused ``no_shop``: it is not there, or in a governorate of others."""
    there = shops.governorate(session, shop)
    if not there or not visit.who.works_in(act, there):
        raise error or Refused("no_shop", shop=shop)


def ids_in(session: Session, areas: Sequence[str] | None) -> frozenset[str] | None:
    """The shops of those governorates; None: of all."""
    if areas is None:
        return None
    return frozenset(session.all(select(Shop.id).where(col(Shop.governorate).in_(areas))))


def devices_in(session: Session, areas: Sequence[str] | None) -> frozenset[bytes] | None:
    """The devices in those governorates; None: all."""
    if areas is None:
        return None
    there = select(Device.id).join(Shop, col(Shop.id) == Device.shop).where(col(Shop.governorate).in_(areas))
    return frozenset(session.all(there))


def settings_of(session: Session, of: Collection[str]) -> dict[str, dict[str, Any]]:
    """What the settings of these shops say of them: whom to call."""
    return {one.id: about(one) for one in session.all(select(Shop).where(col(Shop.id).in_(of)))} if of else {}


def about(shop: Shop) -> dict[str, Any]:
    found = json.loads(shop.members or "{}").get("shop")
    return found if isinstance(found, dict) else {}


def alerts_of(visit: Visit, fleet: Fleet) -> Sequence[Alert]:
    """Those of his governorates. The watchdog always fires: it is for machines."""
    told = (one for one in fleet.alerts if one.name != "watchdog")
    return [one for one in told if visit.who.works_in(Act.SUPPORT_SEE, one.governorate)]


def shops_of(visit: Visit, fleet: Fleet) -> Sequence[ShopRow]:
    """Those of his governorates that have a counter; the gravest first."""
    areas = visit.who.governorates(Act.SHOPS_SEE)
    return fleet.shops if areas is None else [one for one in fleet.shops if one.governorate in areas]
