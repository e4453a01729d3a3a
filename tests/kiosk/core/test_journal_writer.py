"""The one writer signs nothing that its readers would refuse, and says so before anything is written."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.core.journal_writer import Writing
from kiosk.printing.till_papers import Moving
from protocol.errors import KioskError, Refused
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.journal.kj01 import LATEST_MS
from protocol.values.money import MAX_PT
from tests.harness.shop import Shop


@pytest.mark.parametrize(
    ("members", "frame", "code"),
    [
        ({"amount_pt": 2**53}, None, "money_range"), ({"reason": "x" * 16_385}, None, "text_long"),
        ({"amount_pt": 1.5}, None, "bad_json"), ({}, {"fields": {"name": "x" * 16_385}}, "text_long"),
        ({}, {"fields": {str(n): "x" * 16_000 for n in range(5)}}, "text_long"),
        ({str(n): "x" * 16_000 for n in range(17)}, None, "text_long"),
    ],
)  # fmt: skip
def test_what_no_reader_takes_is_not_written(
    shop: Shop, members: dict[str, Any], frame: dict[str, Any] | None, code: str
) -> None:
    before = shop.store.journal.tail()
    with pytest.raises(KioskError) as caught:
        shop.counter.journal.write([Writing(Unknown(EntryType.LOGIN, members), frame)])
    assert (caught.value.code, shop.store.journal.tail()) == (code, before)


@pytest.mark.parametrize("wall_ms", [-1, LATEST_MS + 1, 2**62])
def test_nothing_is_written_at_an_impossible_time(shop: Shop, wall_ms: int) -> None:
    shop.clock.wall = wall_ms
    with pytest.raises(Refused, match="clock_impossible"):
        shop.counter.journal.write([Writing(Unknown(EntryType.LOGIN, {}))])


def test_the_drawer_holds_no_more_than_any_amount(open_shop: Shop) -> None:
    cash = open_shop.counter.cash
    with pytest.raises(Refused, match="drawer_full"):
        cash.move(Moving("cash_in", MAX_PT, "بنك"))
    cash.move(Moving("cash_in", MAX_PT - 10_000, "بنك"))
    assert open_shop.counter.books.book().expected_pt == MAX_PT
