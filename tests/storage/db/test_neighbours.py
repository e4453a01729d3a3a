"""The other tills of the shop in the store: what they pay back of ours, what we pay back of theirs. On both stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.model import store_changes
from kiosk.model.service_request import TRAY, Decision, Draft, Movement, Query
from kiosk.ports.store import Store
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from storage.db import upgrade
from tests.harness import older_version
from tests.harness.enrolled_store import entry, open_house, sell
from tests.storage.db.test_follow_up import found, say

OTHER = "0192f0c1-7c3a-7b1e-8a4d-5566778899ab"
FOREIGN = {"of_device": OTHER, "of_epoch": 3, "of_seq": 7}


def refund(store: Store, **changes: Any) -> Movement:
    chain = store.journal.tail().chain
    made = entry(chain)
    moved = Movement("refund", 1, chain.seq + 1, "2026-11-25", 5, "op-1", 12_550, "سبب", **changes)
    store.commit([made], [moved], chain)
    return moved


def put(store: Store, seq: int, state: Any) -> None:
    store.commit([], [store_changes.PutElsewhere(1, seq, state, 3, 9)])


@pytest.fixture
def sold(store: Store) -> Store:
    sell(store)
    say(store, 1, "rejected")
    return store


def test_what_another_till_sold_is_paid_back_once(store: Store) -> None:
    moved = refund(store, **FOREIGN)
    assert store.days.reversal(3, 7, OTHER) == moved
    assert store.days.reversal(3, 7) is None, "of this till's own there is none"
    assert store.days.movements(DayKey("2026-11-25")) == [moved]
    with pytest.raises(Refused, match="already_reversed"):
        refund(store, **FOREIGN)
    assert len(store.days.movements(DayKey("2026-11-25"))) == 1
    assert store.journal.tail().chain.seq == 1
    refund(store, **{**FOREIGN, "of_seq": 8})


def test_what_is_held_or_paid_elsewhere_is_not_paid_here(sold: Store) -> None:
    put(sold, 1, "held")
    with pytest.raises(Refused, match="refund_held") as why:
        refund(sold, of_epoch=1, of_seq=1)
    assert why.value.values["by"] == 3
    (shown,) = sold.requests.search(Query())
    assert (shown.elsewhere, shown.elsewhere_by, shown.reversed) == ("held", 3, "")
    assert [r.seq for r in sold.requests.search(TRAY)] == [1], "it may come back"
    put(sold, 1, "refunded")
    with pytest.raises(Refused, match="refund_done"):
        refund(sold, of_epoch=1, of_seq=1)
    assert sold.requests.search(TRAY) == []
    assert found(sold, state="refund") == [1]


def test_a_hold_that_was_given_back_leaves_it_to_us(sold: Store) -> None:
    put(sold, 1, "held")
    put(sold, 1, "free")
    assert sold.requests.search(Query())[0].elsewhere == ""
    assert refund(sold, of_epoch=1, of_seq=1) == sold.days.reversal(1, 1)
    with pytest.raises(Refused, match="already_reversed"):
        refund(sold, of_epoch=1, of_seq=1)


@pytest.mark.parametrize("later", ["free", "held"])
def test_what_was_paid_elsewhere_stays_paid_whatever_is_read_again(sold: Store, later: str) -> None:
    put(sold, 1, "refunded")
    put(sold, 1, later)
    assert sold.requests.search(Query())[0].elsewhere == "refunded"


def test_a_decision_about_what_is_not_here_harms_nothing(store: Store) -> None:
    put(store, 99, "refunded")
    assert store.requests.search(Query()) == []


def test_a_newer_decision_of_the_centre_does_not_bring_it_back_into_the_tray(sold: Store) -> None:
    sold.commit([], [Decision(1, 1, "rejected", "", "سبب", "Why", 5)])
    put(sold, 1, "refunded")
    sold.commit([], [Decision(1, 1, "rejected", "", "سبب", "Why", 5)])
    assert sold.requests.search(TRAY) == []


def test_a_new_epoch_that_reads_the_feed_again_has_no_new_task(sold: Store) -> None:
    put(sold, 1, "refunded")
    say(sold, 1, "sent_back", 6)
    assert [r.seq for r in sold.requests.search(TRAY)] == [1]
    put(sold, 1, "refunded")
    assert sold.requests.search(TRAY) == []


def test_a_draft_knows_what_it_is_to_replace(store: Store) -> None:
    draft = Draft("d1", "op-1", "birth-cert", 1, {}, 5, 1, "", "r1")
    store.commit([], [draft])
    assert store.drafts.of_operator("op-1") == [draft]


@pytest.mark.usefixtures("older_known")
def test_an_older_house_is_brought_up(tmp_path: Path) -> None:
    keystore = older_version.house(tmp_path / "data")
    opened = open_house(tmp_path / "data", keystore)
    assert refund(opened.store, **FOREIGN).of_device == OTHER
    opened.close()
    assert older_version.version(tmp_path / "data") == upgrade.HEAD
    assert older_version.look(tmp_path / "data", "SELECT of_request FROM paid_for") == [(f"{OTHER}/3/7",)]
