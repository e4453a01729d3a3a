"""A year without a proof that a backup opens: said to the owner, seldom, and ended by the centre's word."""

from __future__ import annotations

import pytest

from kiosk.receiving.feed_documents import PageReading
from kiosk.receiving.feed_kinds import apply
from kiosk.upkeep.backup.backup_schedule import REMINDED_AGAIN_MS, overdue_days
from protocol.clock import DAY_MS
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import CODE, PIN_SUPERVISOR, SUPERVISOR, Shop


@pytest.fixture
def year(open_shop: Shop) -> Shop:
    """The last proof is a year and a day old, and the supervisor works."""
    prove(open_shop, open_shop.clock.wall - 366 * DAY_MS)
    open_shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    return open_shop


def prove(shop: Shop, at_ms: int) -> None:
    arrived = PageReading(shop.store, shop.counter.in_force)
    apply({"kind": "proved", "at_ms": at_ms}, arrived)
    shop.counter.journal.write([], arrived.changes)


def test_a_year_is_given_and_then_it_is_said_once_a_month(year: Shop) -> None:
    reminding = year.counter.reminding
    assert reminding.proof() == 366
    assert reminding.proof() is None
    year.clock.wall += REMINDED_AGAIN_MS
    assert reminding.proof() == 396


def test_a_proof_ends_it_and_an_older_word_of_one_changes_nothing(year: Shop) -> None:
    prove(year, year.clock.wall)
    prove(year, 5)
    assert year.counter.reminding.proof() is None
    assert overdue_days(year.store, year.clock.wall) is None


def test_it_is_not_the_operators_affair_where_there_is_a_supervisor(
    year: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = year.counter.people
    operator = next(seat for seat in people.seats() if seat.operator.role == "operator")
    people.seat(operator.operator)
    assert year.counter.reminding.proof() is None
    monkeypatch.setattr(people, "seats", lambda: [operator])
    assert year.counter.reminding.proof() == 366


def test_to_nobody_it_is_said_to_nobody(year: Shop) -> None:
    year.counter.people.sign_out()
    assert year.counter.reminding.proof() is None


def test_a_new_counter_has_its_first_year_and_none_without_a_statement(open_shop: Shop) -> None:
    assert overdue_days(open_shop.store, 365 * DAY_MS) is None
    assert overdue_days(open_shop.store, 366 * DAY_MS + 1) == 366, "the statement of the tests is of 1970"
    assert overdue_days(FakeStore(), 10**13) is None
