"""Shops as a list shows them: with their counters and the worst of what those are, made once a minute for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from central.fleet.alerts import Alert
from central.fleet.overview import DeviceRow
from protocol.texts import Bilingual
from protocol.values.arabic import search_key

SILENT_MS: Final = 24 * 3_600_000
"""Of its opening time."""
STANDINGS: Final = ("silent", "late", "offline", "working", "stopped")


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop with its counters; `standing` is the worst of them, `search` what its name is found by."""

    id: str
    name: Bilingual
    governorate: str
    counters: Sequence[DeviceRow]
    standing: str
    heard_ms: int
    unsent_pt: int
    unsent: int
    found: Sequence[str]
    search: str


def standing(one: DeviceRow, now_ms: int) -> str:
    """Of a counter, in the words of the list."""
    if not one.works:
        return "stopped"
    if one.silent_ms(now_ms) > SILENT_MS:
        return "silent"
    if one.unsent and one.oldest_ms and now_ms - one.oldest_ms > SILENT_MS // 6:
        return "late"
    return "offline" if one.stale(now_ms) else "working"


def rows(counters: Iterable[DeviceRow], alerts: Iterable[Alert], now_ms: int) -> tuple[ShopRow, ...]:
    """Those that have a counter; the gravest first."""
    by_shop, found = dict[str, list[DeviceRow]](), dict[str, list[str]]()
    for one in counters:
        by_shop.setdefault(one.shop, []).append(one)
    for alert in alerts:
        if alert.shop and not alert.muted:
            found.setdefault(alert.shop, []).append(alert.name)
    made = [_row(shop, some, now_ms, found) for shop, some in by_shop.items()]
    return tuple(sorted(made, key=lambda row: (STANDINGS.index(row.standing), -row.unsent_pt, row.id)))


def _row(shop: str, counters: list[DeviceRow], now_ms: int, found: Mapping[str, list[str]]) -> ShopRow:
    first = counters[0]
    worst = min((standing(one, now_ms) for one in counters), key=STANDINGS.index)
    heard = [one.heard_ms for one in counters if one.works] or [one.heard_ms for one in counters]
    return ShopRow(
        shop, first.names, first.governorate, counters, worst, min(heard),
        sum(one.unsent_pt for one in counters), sum(one.unsent for one in counters), found.get(shop, ()),
        "\n".join(map(search_key, (first.names.ar, first.names.en))),
    )  # fmt: skip


def fits(row: ShopRow, wanted: str) -> bool:
    """Whether a shop is meant by some letters of its name, in either language, or the beginning of its id."""
    return row.id.casefold().startswith(wanted.casefold()) or search_key(wanted) in row.search
