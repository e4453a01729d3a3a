"""Lists narrowed by operator, service and state; and what became of a request. On both stores."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kiosk.model import store_changes
from kiosk.model.service_request import TRAY, Decision, Movement, Query
from kiosk.ports.store import Store
from protocol.errors import Refused
from storage.db import search
from tests.harness.enrolled_store import acknowledge, entry, sell


def found(store: Store, **wanted: Any) -> list[int]:
    return [r.seq for r in store.requests.search(Query(**wanted))]


def say(store: Store, seq: int, status: str, at_ms: int = 5) -> None:
    store.commit([], [Decision(1, seq, status, "", "سبب", "Why", at_ms)])


@pytest.fixture
def several(store: Store) -> Store:
    """Six requests: two operators, two services, the first four acknowledged."""
    names = itertools.cycle(("محمد أحمد", "منى السيد"))
    for n in range(6):
        sell(store, operator=f"op-{n % 2}", service_id="a" if n < 3 else "b", name=next(names))
    acknowledge(store, 4)
    return store


def test_operator_service_and_name_narrow_together(several: Store) -> None:
    assert found(several, operator="op-0") == [5, 3, 1]
    assert found(several, service="a") == [3, 2, 1]
    assert found(several, operator="op-0", service="b") == [5]
    assert found(several, operator="op-0", text="محمد") == [5, 3, 1]
    assert found(several, operator="op-1", service="a", text="محمد") == []
    assert found(several, operator="nobody") == []
    assert found(several, operator="op-1", date="2026-11-25", limit=1) == [6]


def test_each_state_finds_its_own(several: Store) -> None:
    for seq, status in ((1, "approved"), (2, "rejected"), (3, "pending")):
        say(several, seq, status)
    assert found(several, state="unsent") == [6, 5]
    assert found(several, state="waiting") == [4, 3]
    assert found(several, state="approved") == [1]
    assert found(several, state="rejected", operator="op-1", text="منى") == [2]
    assert found(several, state="sent_back") == []
    assert found(several, state="tell") == [2, 1]
    say(several, 1, "pending", 6)
    assert found(several, state="waiting") == [4, 3, 1]


def test_a_reversed_request_has_a_list_of_its_own_and_waits_for_nothing(several: Store) -> None:
    chain = several.journal.tail().chain
    made = entry(chain)
    seq = made.record.fields.seq
    move = Movement("void", 1, seq, "2026-11-25", 5, "op-1", 12_550, "خطأ", of_epoch=1, of_seq=4)
    several.commit([made], [move], chain)
    assert found(several, state="void") == [4]
    assert found(several, state="refund") == []
    assert found(several, state="waiting") == [3, 2, 1]


def test_a_decision_is_told_until_the_centre_says_another(several: Store) -> None:
    say(several, 2, "approved")
    several.commit([], [store_changes.CitizenInformed(1, 2)])
    row = several.requests.at(2)
    assert row is not None
    assert row.told
    assert found(several, state="tell") == []
    say(several, 2, "approved")  # the same decision again, read from a feed's beginning
    assert found(several, state="tell") == []
    say(several, 2, "rejected", 9)
    assert found(several, state="tell") == [2]


def test_what_can_be_collected_is_told_once_and_another_decision_ends_it(several: Store) -> None:
    def ready(at_ms: int) -> tuple[int, bool]:
        several.commit([], [store_changes.DecisionReady(1, 2, at_ms)])
        row = several.requests.at(2)
        assert row is not None
        return row.ready_ms, row.told

    assert ready(7) == (0, False), "nothing is ready before the centre has decided"
    say(several, 2, "approved")
    several.commit([], [store_changes.CitizenInformed(1, 2)])
    assert ready(7) == (7, False)
    several.commit([], [store_changes.CitizenInformed(1, 2)])
    say(several, 2, "approved")
    assert ready(7) == (7, True), "read again from a feed's beginning it is not told again"
    say(several, 2, "rejected", 9)
    row = several.requests.at(2)
    assert row is not None
    assert row.ready_ms == 0


def test_what_came_back_is_listed_until_it_is_dealt_with_or_given_back(several: Store) -> None:
    for seq, status in ((1, "approved"), (2, "rejected"), (3, "sent_back"), (4, "rejected")):
        say(several, seq, status)
    assert found(several, state="came_back") == [4, 3, 2]
    several.commit([], [store_changes.SeenDecision(1, 2)])
    chain = several.journal.tail().chain
    made = entry(chain)
    move = Movement("refund", 1, made.record.fields.seq, "2026-11-25", 5, "op-1", 12_550, "خطأ", of_epoch=1, of_seq=4)
    several.commit([made], [move], chain)
    assert found(several, state="came_back") == [3]
    assert [one.seq for one in several.requests.search(TRAY)] == [3]


def test_what_arrived_waits_to_be_handed_over_once(several: Store) -> None:
    with pytest.raises(Refused, match="not_to_hand"):
        several.commit([], [store_changes.HandedOver(1, 2, 70, "op-1", "أخوه")])
    several.commit([], [store_changes.OutputArrived(1, 2, 60, "op-1")])
    assert found(several, state="unclaimed") == [2]
    with pytest.raises(Refused, match="already_arrived"):
        several.commit([], [store_changes.OutputArrived(1, 2, 61, "op-1")])
    several.commit([], [store_changes.HandedOver(1, 2, 70, "op-1", "أخوه")])
    row = several.requests.at(2)
    assert row is not None
    assert (row.arrived_ms, row.handed_ms, row.handed_to) == (60, 70, "أخوه")
    assert found(several, state="unclaimed") == []
    with pytest.raises(Refused, match="not_to_hand"):
        several.commit([], [store_changes.HandedOver(1, 2, 71, "op-1", "")])


def test_who_came_for_it_is_erased_with_the_citizen(several: Store) -> None:
    several.commit(
        [], [store_changes.OutputArrived(1, 2, 60, "op-1"), store_changes.HandedOver(1, 2, 70, "op-1", "أخوه")]
    )
    several.commit([], [store_changes.Erase(1, 2)])
    row = several.requests.at(2)
    assert row is not None
    assert (row.handed_ms, row.handed_to) == (70, "")


def test_the_rarest_condition_leads() -> None:
    counts = {"fts_name f": 7, "request r INDEXED BY ix_request_operator": 900}

    def count(select: str, _arguments: tuple[object, ...]) -> int:
        return next(n for source, n in counts.items() if source in select)

    query = Query("محمد", operator="op-1")
    assert search.plan(query, count, lambda: 0).order == "f.rowid"
    counts["fts_name f"] = 901
    assert search.plan(query, count, lambda: 0).source.endswith("ix_request_operator")
