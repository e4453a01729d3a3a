"""One citizen and sixty requests without a line: an operator does not do that alone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest

from kiosk.model.service_request import Query, Sale
from kiosk.model.store_changes import PutDocument
from protocol.documents import trust
from protocol.errors import Refused
from tests.harness.citizens import national_id
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import CODE, FEED, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop, settings
from tests.kiosk.cash.test_day_close import SUPERVISED

NUMBERS = count(1)


@pytest.fixture
def shop() -> Shop:
    return Shop(FakeStore()).ready()


def sold(shop: Shop, times: int, **more: object) -> int:
    before = shop.store.journal.tail().count
    for _ in range(times):
        with suppress(Refused):
            shop.counter.desk.record(shop.sale(next(NUMBERS), **more))
    return shop.store.journal.tail().count - before


def test_one_citizen_is_not_served_sixty_times_without_a_line_by_one_person(shop: Shop) -> None:
    assert sold(shop, 60) == 10


def test_with_a_line_the_centre_sees_each(shop: Shop) -> None:
    shop.line.up = True
    assert sold(shop, 12) == 12


def test_another_citizen_and_many_copies_are_not_counted(shop: Shop) -> None:
    sold(shop, 10)
    values = shop.sale().values
    assert sold(shop, 1, values={**values, "national_id": national_id(77), "copies": 10}, tendered_pt=100_000) == 1
    assert sold(shop, 1) == 0


def test_what_was_voided_is_not_counted(shop: Shop) -> None:
    shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    shop.counter.people.sign_in(OPERATOR, PIN)
    sold(shop, 10)
    shop.counter.reversals.void(shop.store.requests.search(Query(limit=1))[0].id, "x", SUPERVISED)
    assert (sold(shop, 1), sold(shop, 1)) == (1, 0)


def test_a_supervisor_does_what_an_operator_may_not(shop: Shop) -> None:
    sold(shop, 10)
    shop.counter.people.sign_out()
    shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    assert sold(shop, 2) == 2


def visit(shop: Shop, lines: int) -> list[Sale]:
    first = shop.sale(9_000, tendered_pt=1_000_000)
    return [first, *(replace(shop.sale(9_000 + n), visit=first.visit, tendered_pt=0) for n in range(1, lines))]


def test_one_visit_counts_all_its_lines(shop: Shop) -> None:
    with pytest.raises(Refused, match="limit_citizen") as caught:
        shop.counter.desk.record(*visit(shop, 11))
    assert (caught.value.values["now"], caught.value.values["limit"]) == (11, 10)
    shop.counter.desk.record(*visit(shop, 10))
    assert sold(shop, 1) == 0


def test_the_centre_sets_how_many(shop: Shop) -> None:
    wide = trust.seal_object(trust.SETTINGS, settings(2, limits={"citizen_soft": 7}), FEED)
    shop.counter.journal.write([], [PutDocument("settings", 2, wide)])
    assert sold(shop, 9) == 7
