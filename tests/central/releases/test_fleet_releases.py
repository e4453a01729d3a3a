"""What releases do to a fleet: what is told of, what the centre halts by itself, among many counters and among few."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from central import audit
from central.fleet import overview, rollout_halt
from central.releases import rollout
from protocol.clock import DAY_MS
from protocol.rings import place
from tests.central.fleet.test_fleet_alerts import fired, fleet, the
from tests.harness.centre_fleet import Fleet, name
from tests.harness.own_centre import OwnCentre
from tests.harness.release_publisher import Publisher

__all__ = ["fleet"]


@pytest.fixture
def let_out(fleet: Fleet, tmp_path: Path) -> Callable[..., Fleet]:
    """Versions signed and let out as told."""

    def of(**percent: int) -> Fleet:
        made = Publisher(tmp_path)
        made.clock.ms = fleet.now_ms
        for version, share in percent.items():
            made.release(version.lstrip("v").replace("_", "."), percent=share)
        keys = {role: [signers[0]._private_key.private_bytes_raw().hex()] for role, signers in made.online.items()}  # type: ignore[union-attr]
        (fleet.office.keys / "updates.json").write_text(json.dumps(keys))
        fleet.office.centre = replace(fleet.office.centre, updates=made.folder)
        return fleet

    return of


def test_a_rollout_that_does_not_move(fleet: Fleet) -> None:
    fleet.add(health={"phase": "STAGED"}, days=14)
    assert fired(fleet) == []
    fleet.add(health={"phase": "WAITING"}, days=15)
    assert (the(fleet).name, the(fleet).values["phase"]) == ("rollout_stuck", "WAITING")


def test_a_version_two_behind(let_out: Callable[..., Fleet]) -> None:
    fleet = let_out(v1_1_0=100, v1_2_0=100, v1_3_0=10)
    assert fired(fleet) == []  # one behind; the third is only being tried
    with fleet.office.store.writing() as session:
        rollout.promote(fleet.office.centre, session, "1.3.0", 100, "amal")
    found = fired(fleet)
    assert {one.name for one in found} == {"version_old"}
    assert len(found) == 30
    fleet.add(days=29)
    fleet.add(app="odd version", health={"version": None})
    assert len(fired(fleet)) == 30


def test_a_counter_that_never_heard_of_releases_is_told_of_once_they_go_out(fleet: Fleet) -> None:
    """Built with another root, say: it takes nothing, and has no age of a word that it never had."""
    never = {"metadata_age_h": None}
    device, _new = fleet.add(health=never, days=40), fleet.add(health=never, days=29)
    fleet.add(health={**never, "phase": None}, days=40)
    assert fired(fleet) == [], "nothing has been let out yet"
    with fleet.office.store.writing() as session:
        audit.append(session, fleet.now_ms - 30 * DAY_MS, "amal", "release.promoted", "1.1.0", percent=1)
        audit.append(session, fleet.now_ms, "amal", "release.promoted", "1.1.0", percent=100)
    assert fired(fleet) == []
    with fleet.office.store.writing() as session:
        audit.append(session, fleet.now_ms - 31 * DAY_MS, "amal", "release.promoted", "1.0.0", percent=1)
    told = the(fleet)
    assert (told.name, told.subject, told.values["hours"]) == ("metadata_stale", name(device), 31 * 24)


def in_ring(percent: int, count: int) -> list[bytes]:
    devices = (n.to_bytes(16, "big") for n in itertools.count(1))
    return list(itertools.islice((device for device in devices if place(device) < percent * 100), count))


@pytest.mark.parametrize("health", [{"reverted": "1.2.0"}, {"version": "1.2.0", "crashes_24h": 3}])
def test_a_release_that_does_harm_is_halted_by_itself(let_out: Callable[..., Fleet], health: dict[str, Any]) -> None:
    fleet = let_out(v1_1_0=100, v1_2_0=10)
    devices = in_ring(10, 23)
    for device in devices[3:]:
        fleet.add(device=device)
    for device in devices[:2]:
        fleet.add(device=device, health=health)
    assert rollout_halt.watch(fleet.office.centre) == []
    fleet.add(device=devices[2], health=health)
    harm = rollout_halt.watch(fleet.office.centre)
    assert [(one.version, one.bad) for one in harm] == [("1.2.0", 3)]
    assert harm[0].ring >= 23
    assert rollout.reading(fleet.office.centre).rollout()["1.2.0"] == {"percent": 10, "halted": True}
    assert rollout_halt.watch(fleet.office.centre) == []
    assert (the(fleet).name, the(fleet).subject, the(fleet).severity) == ("rollout_halted", "1.2.0", "page")
    with fleet.office.store.reading() as session:
        row = session.one("SELECT staff, detail FROM audit WHERE act = 'release.halted'")
    assert row is not None
    assert (row[0], "reverted or crashing" in row[1]) == (audit.CENTRE, True)


def test_three_in_a_large_ring_are_no_pattern(let_out: Callable[..., Fleet]) -> None:
    fleet = let_out(v1_2_0=100)
    fleet.many(127, "SUZ")
    fleet.many(3, "RED", health={"reverted": "1.2.0"})
    assert rollout_halt.watch(fleet.office.centre) == []  # 3 of 160


@pytest.mark.parametrize(("silent", "halts"), [(1, False), (2, True)])
def test_a_release_after_which_less_is_acknowledged(let_out: Callable[..., Fleet], silent: int, halts: bool) -> None:
    fleet = let_out(v1_2_0=100)
    fleet.many(silent, "SUZ", days=2, acked_ago_ms=2 * DAY_MS, health={"version": "1.2.0"})
    fleet.many(20 - silent, "RED", days=2, health={"version": "1.2.0"})
    harm = rollout_halt.watch(fleet.office.centre)
    assert [one.why for one in harm] == (["acknowledged within a day: 90 % updated, 100 % others"] if halts else [])


# A centre with few counters: one of them is a large share of a ring.


@pytest.fixture
def few(office: OwnCentre) -> Fleet:
    """One counter in each of five shops."""
    made = Fleet(office)
    made.many(5, "ASW")
    return made


def worse(fleet: Fleet, count: int, said: dict[str, Any], health: dict[str, Any]) -> rollout_halt.Harm | None:
    """The judgement after so many of the counters say that of themselves."""
    with fleet.office.store.reading() as session:
        before = overview.device_rows(fleet.office.centre, session)
    for one in before[:count]:
        fleet.beat(one.device, health=health)
    with fleet.office.store.reading() as session:
        after = overview.device_rows(fleet.office.centre, session)
    return rollout_halt.judge(after, "1.2.0", said, fleet.now_ms)


@pytest.mark.parametrize(("bad", "halts"), [(1, False), (2, True)])
def test_two_of_five_are_enough(few: Fleet, bad: int, halts: bool) -> None:
    harm = worse(few, bad, {"percent": 100, "halted": False}, {"reverted": "1.2.0"})
    assert (harm is not None) == halts


def test_the_only_pilot_of_a_small_centre_is_enough(few: Fleet) -> None:
    with few.office.store.writing() as session:
        rollout.set_pilot(few.office.centre, session, "ASW-000", "amal", pilot=True)
    said = {"percent": 0, "halted": False, "pilots": True}
    harm = worse(few, 1, said, {"reverted": "1.2.0"})
    assert harm is not None
    assert (harm.bad, harm.ring, harm.why) == (1, 1, "1 of 1 reverted or crashing")


def test_whoever_was_not_reached_does_not_count(few: Fleet) -> None:
    """It went back from what a technician brought it, or from an earlier try."""
    with few.office.store.writing() as session:
        rollout.set_pilot(few.office.centre, session, "ASW-004", "amal", pilot=True)
    assert worse(few, 1, {"percent": 0, "halted": False, "pilots": True}, {"reverted": "1.2.0"}) is None


@pytest.mark.parametrize(
    ("updated", "mute", "others_mute", "halts"),
    [(1, 1, 0, False), (2, 1, 0, False), (2, 2, 0, True), (2, 2, 1, True), (2, 2, 2, False), (3, 2, 0, True),
     (5, 2, 0, False), (5, 5, 0, False)],
)  # fmt: skip
def test_few_counters_that_fall_mute_after_an_update(
    office: OwnCentre, updated: int, mute: int, others_mute: int, halts: bool
) -> None:
    """One without a line proves nothing; where all were updated, nobody is left to compare with."""
    fleet = Fleet(office)
    silent = 2 * DAY_MS
    fleet.many(mute, "MUT", days=3, acked_ago_ms=silent, health={"version": "1.2.0"})
    fleet.many(updated - mute, "UPD", days=3, health={"version": "1.2.0"})
    others = 5 - updated
    fleet.many(others_mute, "OTM", days=3, acked_ago_ms=silent)
    fleet.many(others - others_mute, "OTH", days=3)
    with office.store.reading() as session:
        found = overview.device_rows(office.centre, session)
    harm = rollout_halt.judge(found, "1.2.0", {"percent": 100, "halted": False}, fleet.now_ms)
    assert (harm is not None) == halts
    if harm is not None:
        assert "acknowledged within a day" in harm.why


@pytest.mark.parametrize(("left", "updated"), [(2, 3), (25, 25)], ids=["few", "many"])
def test_those_left_behind_without_a_line_do_not_halt_the_version_they_run(
    office: OwnCentre, left: int, updated: int
) -> None:
    fleet = Fleet(office)
    fleet.many(left, "OLD", days=9, acked_ago_ms=4 * DAY_MS)
    fleet.many(updated, "NEW", days=3, health={"version": "1.2.0"})
    fleet.add(app="odd version", health={"version": None}, acked_ago_ms=0)
    with office.store.reading() as session:
        found = overview.device_rows(office.centre, session)
    for version in ("1.1.0", "1.2.0"):
        assert rollout_halt.judge(found, version, {"percent": 100, "halted": False}, fleet.now_ms) is None


def test_shops_that_were_closed_are_not_mute(office: OwnCentre) -> None:
    """Nothing for more than a day, and hardly an hour of it was theirs."""
    fleet = Fleet(office)
    for n in range(2):
        shop = fleet.shop(f"FRI-{n}", {"shop": {"hours": {"opens": 21, "closes": 22}}})
        fleet.add(shop, days=3, acked_ago_ms=2 * DAY_MS, health={"version": "1.2.0"})
    fleet.many(3, "OTH", days=3)
    with office.store.reading() as session:
        found = overview.device_rows(office.centre, session)
    assert rollout_halt.judge(found, "1.2.0", {"percent": 100, "halted": False}, fleet.now_ms) is None


def test_a_release_for_pilots_is_watched_too(let_out: Callable[..., Fleet]) -> None:
    fleet = let_out(v1_2_0=0)
    centre = fleet.office.centre
    shop = fleet.shop("PIL-1")
    with fleet.office.store.writing() as session:
        rollout.set_pilot(centre, session, shop, "amal", pilot=True)
        rollout.promote(centre, session, "1.2.0", 0, "amal")
    fleet.add(shop, health={"reverted": "1.2.0"})
    assert [(one.bad, one.ring) for one in rollout_halt.watch(centre)] == [(1, 1)]
    assert rollout.reading(centre).rollout()["1.2.0"] == {"percent": 0, "halted": True, "pilots": True}


def test_a_halt_by_a_person_is_no_alarm(let_out: Callable[..., Fleet]) -> None:
    fleet = let_out(v1_2_0=10)
    with fleet.office.store.writing() as session:
        rollout.halt(fleet.office.centre, session, "1.2.0", "amal", "on purpose")
    assert fired(fleet) == []


def test_without_releases_there_is_nothing_to_halt(fleet: Fleet, tmp_path: Path) -> None:
    assert rollout_halt.watch(fleet.office.centre) == []
    assert rollout_halt.watch(replace(fleet.office.centre, updates=tmp_path / "none")) == []
