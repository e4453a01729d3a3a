"""Shops as the console lists and bounds them: by name, by governorate, the silent ones first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import col, select

from central.console.copies import Fleet
from central.console.visit import Visit
from central.documents import shops
from central.fleet.overview import DeviceRow
from central.staff.acts import Act
from central.store.device_models import Shop
from central.store.interface import Session
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values.arabic import search_key

SILENT_MS: Final = 24 * 3_600_000
"""Of its opening time."""
STANDINGS: Final = ("silent", "late", "offline", "working", "stopped")


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop with its counters; `standing` is the worst of them."""

    id: str
    name: Bilingual
    governorate: str
    counters: Sequence[DeviceRow]
    standing: str
    heard_ms: int
    unsent_pt: int
    unsent: int
    found: Sequence[str] = field(default_factory=tuple)


def refuse_foreign(visit: Visit, session: Session, act: Act, shop: str) -> None:
    """Raises Refused ``no_shop``: it is not there, or in a governorate of others."""
    areas = visit.who.governorates(act)
    there = shops.governorate(session, shop)
    if not there or (areas is not None and there not in areas):
        raise Refused("no_shop", shop=shop)


def ids_in(session: Session, areas: Sequence[str] | None) -> frozenset[str] | None:
    """The shops of those governorates; None: of all."""
    if areas is None:
        return None
    return frozenset(session.all(select(Shop.id).where(col(Shop.governorate).in_(areas))))


def standing(one: DeviceRow, now_ms: int) -> str:
    """Of a counter, in the words of the list."""
    if not one.works:
        return "stopped"
    if one.silent_ms(now_ms) > SILENT_MS:
        return "silent"
    if one.unsent and one.oldest_ms and now_ms - one.oldest_ms > SILENT_MS // 6:
        return "late"
    return "offline" if one.stale(now_ms) else "working"


def shops_of(visit: Visit, fleet: Fleet) -> list[ShopRow]:
    """Those of his governorates that have a counter; the gravest first."""
    areas = visit.who.governorates(Act.SHOPS_SEE)
    by_shop: dict[str, list[DeviceRow]] = {}
    for one in fleet.counters:
        if areas is None or one.governorate in areas:
            by_shop.setdefault(one.shop, []).append(one)
    found = _alerts(fleet)
    rows = [_row(shop, counters, fleet.at_ms, found) for shop, counters in by_shop.items()]
    return sorted(rows, key=lambda row: (STANDINGS.index(row.standing), -row.unsent_pt, row.id))


def _alerts(fleet: Fleet) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for alert in fleet.alerts:
        if alert.shop and not alert.muted:
            found.setdefault(alert.shop, []).append(alert.name)
    return found


def _row(shop: str, counters: list[DeviceRow], now_ms: int, found: Mapping[str, list[str]]) -> ShopRow:
    first = counters[0]
    worst = min((standing(one, now_ms) for one in counters), key=STANDINGS.index)
    heard = [one.heard_ms for one in counters if one.works] or [one.heard_ms for one in counters]
    return ShopRow(
        shop, Bilingual(*first.names), first.governorate, counters, worst, min(heard),
        sum(one.unsent_pt for one in counters), sum(one.unsent for one in counters), found.get(shop, ()),
    )  # fmt: skip


def fits(row: ShopRow, wanted: str) -> bool:
    """Whether a shop is meant by some letters of its name, in either language, or the beginning of its id."""
    key = search_key(wanted)
    names = (search_key(row.name.ar), search_key(row.name.en))
    return row.id.casefold().startswith(wanted.casefold()) or any(key in name for name in names)
