"""Every public act of every part of a counter, found by looking: what is added later is among them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from kiosk.model.day_book import Count
from kiosk.model.service_request import Query
from kiosk.ports.store import Store
from protocol.journal.business_day import DayKey
from protocol.texts import Bilingual
from tests.harness.shop import OPERATOR, PIN, Shop

Acts = dict[str, Callable[[], object]]
Values = Mapping[str, Any]
_IN_PARTS: Final = ("desk", "store")
_OURS: Final = re.compile(r"(kiosk|storage)\.")


def acts_of(shop: Shop, store: Store, told: Values | None = None, own: Mapping[str, Values] | None = None) -> Acts:
    """By ``part.name``, each ready to be called: all that need nothing but what is given under its parameter's name.

    `told` rules over what is given here. `own` holds what one act is given, even where the act could do without.
    """
    given, of_parts = _given(shop, store) | dict(told or {}), _own(shop, store)
    found: Acts = {}
    for part, one in _parts(shop, store):
        for name, act in _open_members(one):
            if not inspect.ismethod(act):
                continue
            mine = (own or {}).get(f"{part}.{name}", {})
            values = {**given, **of_parts.get(f"{part}.{name}", of_parts.get(part.partition(".")[0], {})), **mine}
            parameters = inspect.signature(act).parameters.values()
            wanted = [p.name for p in parameters if p.default is p.empty or p.name in mine]
            if set(wanted) <= values.keys():
                found[f"{part}.{name}"] = partial(act, **{name: values[name] for name in wanted})
    return found


def _parts(shop: Shop, store: Store) -> Iterator[tuple[str, object]]:
    """The parts of a counter, and those of the desk and the store, each with its name."""
    for part, one in {**vars(shop.counter), "store": store}.items():
        yield part, one
        if part in _IN_PARTS:
            for name, inner in _open_members(one):
                if inner is not one and _OURS.match(type(inner).__module__):
                    yield f"{part}.{name}", inner


def _open_members(one: object) -> Iterator[tuple[str, Any]]:
    """`inspect.getmembers` reads the others, too: Python 3.11.2 fails at `__weakref__` of some dataclasses."""
    return ((name, getattr(one, name)) for name in dir(one) if not name.startswith("_"))


def _given(shop: Shop, store: Store) -> dict[str, Any]:
    """The newest request, a birth certificate, and a reason for everything."""
    desk, request, values = shop.counter.desk, store.requests.search(Query(limit=1))[0], shop.sale().values
    return {
        "request_id": request.id, "request": request, "query": Query(), "seq": request.seq, "epoch": request.epoch,
        "service_id": "birth-cert", "service": desk.service("birth-cert"), "values": values, "raw": values,
        "reason": "typed wrongly", "operator_id": OPERATOR, "pin": PIN, "draft": desk.drafts.begin("birth-cert"),
        "national_id": values["national_id"], "date": request.date, "key": shop.counter.books.open_day(),
        "since": request.date, "limit": 10, "name": "centre", "kind": "settings", "before_ms": 0, "after": 0,
        "max_bytes": 10_000, "version": 1, "job_id": store.print_jobs.of_entry(request.epoch, request.seq)[0].id,
        "why": "late", "draft_id": request.id, "opening_pt": 10_000, "came_out": True, "ack_hash": bytes(32),
        "count": Count((), 10_000),
    }  # fmt: skip


def _own(shop: Shop, store: Store) -> dict[str, dict[str, Any]]:
    request = store.requests.search(Query(limit=1))[0]
    return {
        "store": {"key": DayKey(request.date, request.day_number), "operator": OPERATOR, "count": 10},
        "desk.nearest": {"query": "شهاده ميلد"},
        "people.seat": {"operator": shop.counter.people.working().operator},
        "advice.refuse": {"reason": Bilingual("بطاقة منتهية", "Card expired")},
        "closing.lines": {"name": "cash"},
        "evidence.taken": {"draft": request.id},
    }
