"""What may change between the look at a sale and its commit, and what a second press is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.errors import Refused
from kiosk.journal import read_body
from kiosk.ports import PutDocument
from kiosk.trust import SETTINGS, seal_object
from tests.shop import FEED, Shop, settings


def last_body(shop: Shop) -> dict[str, Any]:
    return read_body(list(shop.store.export(1))[-1].record.body)


def meanwhile(shop: Shop, monkeypatch: pytest.MonkeyPatch, what: Callable[[], object]) -> None:
    """Do `what` on another thread, once, while a sale is being priced: nobody has been told of it yet."""
    to_do = [what]

    def online() -> bool:
        if to_do:
            thread = threading.Thread(target=to_do.pop())
            thread.start()
            thread.join(10)
        return False

    monkeypatch.setattr(shop.line, "online", online)


def dearer(shop: Shop) -> None:
    """The settings of a page of the feed, committed and not yet announced."""
    document = settings(2)
    document["shop"] = document["shop"] | {"service_fee_pt": 2_500}
    shop.counter.scribe.write([], [PutDocument("settings", 2, seal_object(SETTINGS, document, FEED))])


def test_a_sale_is_priced_by_what_the_journal_says_is_in_force(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(open_shop, monkeypatch, lambda: dearer(open_shop))
    recorded = open_shop.counter.desk.record(open_shop.sale())
    assert recorded.request.total_pt == last_body(open_shop)["total_pt"] == 7_000


def test_a_price_that_changes_under_the_press_is_told_before_money_is_kept(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(open_shop, monkeypatch, lambda: dearer(open_shop))
    before = open_shop.store.tail().chain
    with pytest.raises(Refused) as caught:
        open_shop.counter.desk.record(open_shop.sale(due_pt=5_000))
    assert (caught.value.code, caught.value.values) == ("fee_changed", {"before_pt": 5_000, "now_pt": 7_000})
    assert open_shop.store.tail().chain == before


def test_nobody_else_writes_within_a_turn(open_shop: Shop) -> None:
    scribe = open_shop.counter.scribe
    other = threading.Thread(target=lambda: dearer(open_shop))
    with scribe.turn():
        other.start()
        other.join(0.2)
        assert other.is_alive()
        assert open_shop.counter.in_force.settings().version == 1
    other.join(10)
    assert open_shop.counter.in_force.settings().version == 2


def test_the_mirror_hears_of_entries_in_their_order(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[bool] = []
    others: list[threading.Thread] = []

    def note(_chain: object) -> None:
        if not others:
            others.append(threading.Thread(target=open_shop.counter.people.lock))
            others[0].start()
            others[0].join(0.2)
            waited.append(others[0].is_alive())

    monkeypatch.setattr(open_shop.mirror, "note", note)
    open_shop.counter.desk.record(open_shop.sale())
    others[0].join(10)
    assert waited == [True], "the next entry waits until this one is noted"
