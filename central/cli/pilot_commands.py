"""`release pilot`: the shops that take every release first."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from central.centre import Centre
from central.cli.console import Console
from central.cli.opening import opened
from central.fleet import overview
from central.releases import pilot_shops
from central.store.interface import Session
from protocol.rings import PILOT


def add(options: Namespace, console: Console) -> None:
    _each(options, pilot_shops.add)
    console.done("pilots_added", shops=", ".join(options.shops))


def remove(options: Namespace, console: Console) -> None:
    _each(options, pilot_shops.remove)
    console.done("pilots_removed", shops=", ".join(options.shops))


def _each(options: Namespace, change: Callable[[Centre, Session, str, str], int]) -> None:
    """All of them or none."""
    with opened(options) as centre, centre.store.writing() as session:
        for shop in options.shops:
            change(centre, session, shop, options.staff)


def listed(options: Namespace, console: Console) -> None:
    """Each counter of theirs, so that a shop without any shows."""
    with opened(options) as centre, centre.store.reading() as session:
        shops = pilot_shops.shops(session)
        there = [one for one in overview.counters(centre, session) if one.works and one.ring == PILOT]
    rows = [
        {"shop": shop, "counters": sum(one.shop == shop for one in there),
         "versions": ", ".join(sorted({one.version for one in there if one.shop == shop and one.version}))}
        for shop in shops
    ]  # fmt: skip
    console.listed(rows, ("shop", "counters", "versions"))
