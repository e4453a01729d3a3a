"""What a counter says of itself: from whatever the others left, and from nothing at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.model.service_request import PrintState, Query
from kiosk.model.store_changes import PutFact
from kiosk.upkeep import device_health
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import Unavailable
from protocol.journal.mirror_lag import Lag
from protocol.override import override
from protocol.strict_json import dumps
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock

NOW_MS = 1_764_057_600_000


def put(store: FakeStore, **facts: object) -> FakeStore:
    store.commit(
        [], [PutFact(name, v if isinstance(v, bytes) else json.dumps(v).encode()) for name, v in facts.items()]
    )
    return store


def said(store: FakeStore) -> dict[str, Any]:
    return device_health.members(store, "1.1.0", "10", NOW_MS, Lag(3, 41))


def test_a_new_counter_says_what_it_does_not_know() -> None:
    assert said(FakeStore()) == {
        "version": "1.1.0", "ring": "10", "phase": None, "reverted": None, "runtime": None, "worst": None, "stops": [],
        "found": [], "backup_age_h": None, "second_age_h": None, "wall_ms": NOW_MS, "printer": "none",
        "last_receipt_ms": None, "crashes_24h": 0, "metadata_age_h": None, "lease_left_h": None,
        "catalogue_age_h": None, "mirror_entries": 3, "mirror_s": 41,
    }  # fmt: skip


def test_what_others_left_is_put_together() -> None:
    row = {"id": "x", "text": "", "values": {"n": 3}, "since_ms": 7}
    found = [
        {**row, "n": 39, "severity": "warn"},
        {**row, "n": 16, "severity": "stop"},
        {**row, "n": 5, "severity": "note"},
    ]
    an_hour_ago = NOW_MS - HOUR_MS
    store = put(
        FakeStore(),
        doctor={"v": 1, "findings": found}, backup={"at_ms": NOW_MS - 5 * HOUR_MS, "verified": True, "place": "/x"},
        backup_second={"at_ms": NOW_MS - 1, "verified": False}, printer=b"raw:/dev/usb/lp0",
        lease_until_ms=b"%d" % (NOW_MS + DAY_MS), catalogue_seen_ms=b"%d" % (NOW_MS - 2 * HOUR_MS),
        update={"phase": "STAGED", "version": "1.2.0", "reverted": False, "runtime": "r7", "metadata_ms": an_hour_ago},
    )  # fmt: skip
    whole = said(store)
    assert whole["worst"] == {"n": 16, "severity": "stop", "since_ms": 7}
    assert (whole["stops"], whole["found"], whole["printer"]) == ([16], [16, 39, 5], "ok")
    assert (whole["backup_age_h"], whole["second_age_h"]) == (5, None)
    assert (whole["phase"], whole["reverted"], whole["runtime"], whole["metadata_age_h"]) == ("STAGED", None, "r7", 1)
    assert (whole["lease_left_h"], whole["catalogue_age_h"]) == (24, 2)
    assert b"/" not in dumps(whole)


@pytest.mark.parametrize(
    ("update", "reverted"),
    [
        ({"reverted": True, "version": "1.2.0"}, None), ({"reverted": "1.3.0", "version": "1.2.0"}, "1.3.0"),
        ({"reverted": 7}, None), ({"reverted": True}, None),
    ],
)  # fmt: skip
def test_which_version_was_gone_back_from(update: dict[str, Any], reverted: str | None) -> None:
    assert said(put(FakeStore(), update=update))["reverted"] == reverted


@pytest.mark.parametrize(
    "odd",
    [
        {"doctor": b"{", "backup": b"[]", "update": b"\xff"},
        {"doctor": {"findings": 7}, "backup": {"at_ms": "x", "verified": True}, "lease_until_ms": b"-5"},
        {"doctor": {"findings": [7, {"severity": "dire"}, {"severity": "stop", "n": "1", "since_ms": 1}]}},
        {
            "update": {"phase": "name of a person", "metadata_ms": True, "runtime": "x" * 41},
            "catalogue_seen_ms": b"9" * 20,
        },
        {"backup": {"at_ms": 0, "verified": True}, "starts": {"crashed_ms": 5}},
    ],
    ids=range(5),
)
def test_what_is_odd_is_as_if_it_were_not_there(odd: dict[str, Any]) -> None:
    assert said(put(FakeStore(), **odd)) == said(FakeStore())


def test_a_printer_in_trouble() -> None:
    found = [{"n": 35, "severity": "warn", "since_ms": 1}]
    assert said(put(FakeStore(), printer=b"pdf", doctor={"findings": found}))["printer"] == "trouble"


class Jammed(FakeStore):
    """A store in which a paper waits."""

    waits_ms = 0

    @override
    def in_states(self, states: Sequence[PrintState], limit: int = -1) -> list[Any]:
        assert (set(states), limit > 0) == ({PrintState.WAITING, PrintState.SENDING}, True)
        return [SimpleNamespace(created_ms=NOW_MS - self.waits_ms)]


@pytest.mark.parametrize(("waits_ms", "word"), [(120_000, "ok"), (120_001, "trouble")])
def test_a_printer_for_which_papers_wait_is_in_trouble_whoever_looked_last(waits_ms: int, word: str) -> None:
    """It is asked itself only when somebody wants a whole diagnosis."""
    store = Jammed()
    store.waits_ms = waits_ms
    assert said(put(store, printer=b"tcp:10.0.0.9", doctor={"findings": []}))["printer"] == word


def test_no_more_is_said_than_may_be() -> None:
    found = [{"n": n, "severity": "stop", "since_ms": n} for n in range(500)]
    whole = said(put(FakeStore(), doctor={"findings": found}))
    assert len(whole["found"]) == len(whole["stops"]) == 40
    assert len(dumps(whole)) < 2_000


class Sold(FakeStore):
    """A store in which something was sold."""

    @override
    def search(self, query: Query) -> list[Any]:
        assert query == Query(limit=1)
        return [SimpleNamespace(created_ms=77)]


def test_the_last_receipt_is_that_of_the_newest_request() -> None:
    assert said(Sold())["last_receipt_ms"] == 77


def test_a_full_disk_keeps_nobody_from_starting_or_ending() -> None:
    store, clock = FakeStore(), FakeClock()
    store.fail_next = Unavailable("disk_full")
    assert start(store, clock) == 0
    store.fail_next = Unavailable("disk_full")
    device_health.end(store)


# ---- starts and crashes ------------------------------------------------------------------------------------------


def start(store: FakeStore, clock: FakeClock) -> int:
    device_health.begin(store, clock)
    return device_health.crashes(store.facts(), clock.wall_ms())


def test_a_start_that_nobody_ended_was_a_crash() -> None:
    store, clock = FakeStore(), FakeClock()
    assert start(store, clock) == 0
    clock.pass_ms(HOUR_MS)
    assert start(store, clock) == 1
    device_health.end(store)
    clock.pass_ms(HOUR_MS)
    assert start(store, clock) == 1
    clock.pass_ms(DAY_MS)
    assert device_health.crashes(store.facts(), clock.wall_ms()) == 0


def test_a_power_cut_is_no_crash() -> None:
    store, clock = FakeStore(), FakeClock()
    start(store, clock)
    clock.pass_ms(HOUR_MS)
    clock.mono = 5_000  # the computer has been off
    assert start(store, clock) == 0


def test_only_the_last_crashes_are_kept() -> None:
    store, clock = FakeStore(), FakeClock()
    counts = [start(store, clock) for _ in range(50)]
    assert counts[-1] == 20
