"""The indices of a search are written behind the sales, and whoever looks finds the same with them and without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.model import store_changes
from kiosk.model.service_request import Decision, Query
from protocol.errors import Unavailable
from storage.db import request_index, search
from storage.db.request_index import RequestIndexing
from storage.opening import Opened
from tests.harness.enrolled_store import acknowledge, enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS, FakeClock

NAMES = ["محمد أحمد", "منى مصطفى", "محمد السيد", "محمود علي", "محمد حسن"]
HIT = "SELECT count(*) FROM fts_name WHERE fts_name MATCH ?"


@pytest.fixture
def opened(folder: Path, keystore: FakeKeystore) -> Iterator[Opened]:
    opened = enrolled(folder, keystore)
    for name in NAMES:
        sell(opened.store, name=name)
    yield opened
    opened.close()


def follow(opened: Opened, count: int) -> bool:
    with opened.store.transaction() as connection:
        return request_index.follow(connection, count)


def hits(opened: Opened, part: str) -> int:
    with opened.store.looking() as connection:
        return int(connection.execute(HIT, (f'"{part}"',)).fetchone()[0])


def found(opened: Opened, text: str, limit: int = 50) -> list[int]:
    return [row.seq for row in opened.store.requests.search(Query(text, limit=limit))]


@pytest.mark.parametrize("indexed", range(6))
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_a_name_is_found_once_and_the_newest_first_however_far_the_index_goes(
    opened: Opened, indexed: int, limit: int
) -> None:
    follow(opened, indexed)
    assert found(opened, "محمد", limit) == [5, 3, 1][:limit]
    assert found(opened, "مح", limit) == [5, 4, 3, 1][:limit]
    assert found(opened, "منى", limit) == [2]
    assert found(opened, "سعاد", limit) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_what_is_taken_in_while_somebody_looks_is_found_once(
    opened: Opened, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = search.plan

    def plan(*asked: Any) -> search.Where:
        where = planned(*asked)
        follow(opened, len(NAMES))
        return where

    follow(opened, 1)
    monkeypatch.setattr(search, "plan", plan)
    assert found(opened, "محمد", limit) == [5, 3, 1][:limit]


@pytest.mark.parametrize("indexed", range(6))
def test_what_is_asked_for_is_found_once_and_the_newest_first_however_far_the_indices_go(
    opened: Opened, indexed: int
) -> None:
    rows = opened.store.requests.search(Query())
    acknowledge(opened.store, 4)
    opened.store.commit([], [Decision(1, 2, "approved", "", "", "", NOON_MS), Decision(1, 3, "pending", "", "", "", 1)])
    follow(opened, indexed)
    opened.store.commit([], [Decision(1, 4, "pending", "", "", "", NOON_MS), Decision(1, 1, "rejected", "", "", "", 1)])
    asked = {
        "0018": [5, 4, 3, 2, 1], "2900101": [5, 4, 3, 2, 1], "01001234567": [5, 4, 3, 2, 1], rows[3].code: [2],
        "4321": [], "0018 محمد": [5, 3, 1],
    }  # fmt: skip
    assert {text: found(opened, text) for text in asked} == asked
    look = opened.store.requests.search
    for query, seqs in (
        (Query(operator="op-1"), [5, 4, 3, 2, 1]), (Query(operator="op-2"), []),
        (Query(service="traffic.renewal", limit=2), [5, 4]), (Query("محمد", operator="op-1", limit=2), [5, 3]),
        (Query(state="waiting"), [4, 3]), (Query(state="waiting", operator="op-1", limit=1), [4]),
        (Query(state="approved"), [2]),
    ):  # fmt: skip
        assert [row.seq for row in look(query)] == seqs, query
    same = opened.store.requests.same_day(rows[0].national_id, rows[0].service_id, rows[0].date)
    assert [row.seq for row in same] == [5, 4, 3, 2, 1]


def test_each_question_of_a_search_has_its_index(opened: Opened) -> None:
    follow(opened, 5)
    tests = ["code = ?", "national_id_end = ?", "national_id >= ? AND national_id < ?", "mobile >= ? AND mobile < ?"]
    with opened.store.looking() as connection:
        for test in tests:
            values = ["1"] * 2 * test.count("?")
            plan = connection.execute(f"EXPLAIN QUERY PLAN {request_index.found(test)}", values).fetchall()
            told = [row[-1] for row in plan]
            assert any(f"ix_request_{test.split()[0]} " in step for step in told), told
            assert "SCAN request" not in told, told


def pieces(opened: Opened) -> int:
    with opened.store.looking() as connection:
        return int(connection.execute("SELECT count(DISTINCT segid) FROM fts_name_idx").fetchone()[0])


def test_the_index_of_names_becomes_one_piece_and_nothing_is_lost(opened: Opened) -> None:
    for count in (1, 1, 1, 2):
        follow(opened, count)
    assert pieces(opened) == 4
    clock = FakeClock()
    indexing = RequestIndexing(opened.store.transaction, clock)
    while indexing.step() == clock.mono_ms() + request_index.SOON_MS:
        pass
    assert pieces(opened) == 1
    assert found(opened, "محمد") == [5, 3, 1]
    assert found(opened, "منى") == [2]


def test_a_joining_that_did_not_get_onto_the_disk_is_begun_again(opened: Opened) -> None:
    for count in (1, 1, 3):
        follow(opened, count)
    full = [Unavailable("disk_full", place="x")]

    @contextmanager
    def transaction() -> Iterator[Any]:
        with opened.store.transaction() as connection:
            yield connection
            if full:
                raise full.pop()

    clock = FakeClock()
    indexing = RequestIndexing(transaction, clock)
    assert indexing.turn() == clock.mono_ms() + request_index.EVERY_MS
    assert (pieces(opened), found(opened, "محمد")) == (3, [5, 3, 1])
    while indexing.turn() == clock.mono_ms() + request_index.SOON_MS:
        pass
    assert (pieces(opened), found(opened, "محمد")) == (1, [5, 3, 1])


def test_a_sale_does_not_write_the_index_and_the_next_turn_does(opened: Opened) -> None:
    assert hits(opened, "محم") == 0
    clock = FakeClock()
    indexing = RequestIndexing(opened.store.transaction, clock)
    assert indexing.step() == clock.mono_ms() + request_index.EVERY_MS
    assert hits(opened, "محم") == 4
    sell(opened.store, name="محمد")
    assert hits(opened, "محم") == 4
    indexing.step()
    assert hits(opened, "محم") == 5


def test_many_are_taken_in_a_few_at_a_time(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_index, "AT_ONCE", 2)
    clock = FakeClock()
    indexing = RequestIndexing(opened.store.transaction, clock)
    turns = [indexing.step() - clock.mono_ms() for _ in range(4)]
    assert turns == [request_index.SOON_MS] * 3 + [request_index.EVERY_MS], "two turns take in, one joins the pieces"
    assert hits(opened, "محم") == 4


def test_what_the_power_cut_left_out_is_taken_in_later(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    for name in NAMES:
        sell(opened.store, name=name)
    follow(opened, 2)
    opened.close()
    opened = open_house(folder, keystore)
    assert not follow(opened, 100)
    assert hits(opened, "محم") == 4
    assert found(opened, "محمد") == [5, 3, 1]
    opened.close()


@pytest.mark.parametrize("indexed", [0, 5])
def test_who_is_erased_is_in_no_index_whether_he_was_or_not(opened: Opened, indexed: int) -> None:
    follow(opened, indexed)
    opened.store.commit([], [store_changes.Erase(1, 2)])
    assert found(opened, "منى") == []
    follow(opened, 100)
    assert hits(opened, "منى") == 0
    assert found(opened, "محمد") == [5, 3, 1]
