"""Cash that moves without a citizen: always with a reason, a slip and a journal entry; never out of an empty drawer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.model.day_book import count_faces
from kiosk.model.paper_sheet import Sheet
from kiosk.printing.till_papers import Moving
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.shop import CODE, OPERATOR, PIN, Shop

IN = Moving("cash_in", 2_500, " فكة  من\nالبنك ")
OUT = Moving("cash_out", 1_000, "شراء ورق")
DEPOSIT = Moving("deposit", 10_000, party="بنك مصر", reference="8812", count=count_faces({5_000: 2}))


def body(shop: Shop) -> dict[str, Any]:
    record = list(shop.store.journal.export(1))[-1].record
    assert record.fields.entry_type == EntryType.CASH
    return read_body(record.body)


def test_cash_in_is_journalled_and_expected_from_then_on(open_shop: Shop) -> None:
    moved = open_shop.counter.cash.move(IN)
    found = body(open_shop)
    assert {n: found[n] for n in ("op", "kind", "date", "amount_pt", "reason")} == {
        "op": OPERATOR, "kind": "in", "date": "2026-11-25", "amount_pt": 2_500, "reason": "فكة من البنك",
    }  # fmt: skip
    assert open_shop.counter.books.book().expected_pt == 12_500
    assert open_shop.store.days.movements(DayKey("2026-11-25")) == [moved]
    assert open_shop.store.journal.tail().sum_pt == 0, "cash that is no fee weighs on no limit"


def test_a_deposit_names_who_took_it_and_has_a_slip_with_its_notes(open_shop: Shop) -> None:
    moved = open_shop.counter.cash.move(DEPOSIT)
    found = body(open_shop)
    assert (found["kind"], found["to"], found["reference"]) == ("deposit", "بنك مصر", "8812")
    assert found["notes"] == [{"face_pt": 5_000, "count": 2}]
    (job,) = open_shop.store.print_jobs.of_entry(1, moved.seq)
    assert isinstance(job.content, Sheet)
    assert (job.content.kind, job.content.number) == ("deposit", f"2-{moved.seq:06d}")
    assert "بنك مصر" in job.content.pack().decode()
    assert open_shop.counter.books.book().expected_pt == 0


@pytest.mark.parametrize(
    ("moving", "code"),
    [
        (replace(OUT, reason=" \u200e "), "reason_needed"),
        (replace(IN, reason=""), "reason_needed"),
        (replace(DEPOSIT, party=""), "party_needed"),
        (replace(IN, amount_pt=0), "money_range"),
        (replace(IN, amount_pt=-5), "money_range"),
        (replace(IN, amount_pt=2**53), "money_range"),
        (replace(DEPOSIT, amount_pt=9_999), "count_differs"),
        (replace(OUT, amount_pt=10_001), "drawer_short"),
    ],
)
def test_what_is_not_sound_moves_nothing(open_shop: Shop, moving: Moving, code: str) -> None:
    before = open_shop.store.journal.tail()
    with pytest.raises(Refused) as caught:
        open_shop.counter.cash.move(moving)
    assert caught.value.code == code
    assert open_shop.store.journal.tail() == before


def test_no_cash_moves_while_no_day_is_open(shop: Shop) -> None:
    shop.counter.people.activate(OPERATOR, CODE, PIN)
    with pytest.raises(Refused, match="day_closed"):
        shop.counter.cash.move(IN)


def test_movements_stand_in_the_book_with_their_reasons(open_shop: Shop) -> None:
    for moving in (IN, OUT, DEPOSIT):
        open_shop.counter.cash.move(moving)
    book = open_shop.counter.books.book()
    assert [book.total_pt(name) for name in ("cash_in", "cash_out", "deposit")] == [2_500, 1_000, 10_000]
    assert [line.reason for line in book.lines("cash_out")] == ["شراء ورق"]
    assert book.expected_pt == 1_500
    said = open_shop.counter.closing.lines("deposit").pack().decode()
    assert "بنك مصر" in said
