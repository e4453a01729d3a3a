"""`fleet`: every counter in one row; what is old says so."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from central.cli import fleet_commands as command
from central.devices import enrolment
from central.fleet import reported_health
from protocol.clock import DAY_MS, HOUR_MS, show_time
from tests.harness.centre_command import Cli
from tests.harness.centre_fleet import MINUTE_MS, Fleet, name, well
from tests.harness.centre_office import SHOP, Office
from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import Device


class Desk:
    """The command on an office's centre, with the office's clock."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        @contextmanager
        def opened(_options: object) -> Any:
            yield office.centre

        monkeypatch.setattr(command, "opened", opened)
        self.cli = Cli(Path("unused"), capsys)
        self.fleet = Fleet(office)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cli.ask("fleet", *words)
        return rows


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(office, monkeypatch, capsys)


def test_a_row_says_all_of_a_counter(desk: Desk) -> None:
    shop = {"governorate": "Giza", "technician": "Karim", "hours": {"opens": 10}}
    worst = {"n": 39, "severity": "warn", "since_ms": 5}
    desk.fleet.shop("X-1", {"shop": shop})
    device = desk.fleet.add("X-1", unsent=3, unsent_pt=12_500, health={"worst": worst, "found": [39]})
    (row,) = desk.rows()
    assert row["device"] == name(device)
    assert [row[column] for column in command.COLUMNS if column not in ("device", "heard", "last_receipt")] == [
        "X-1", "Giza", "Karim", "online", "1.1.0", "100", "IDLE", "3", "125.00", "", 200, 4, "39 warn", 5, "9000", "0",
        "ok",
    ]  # fmt: skip
    assert (row["stale"], row["shop_ar"], row["found"]) == (False, "محل X-1", [39])
    assert row["alerts"] == []


def test_what_is_no_longer_news_is_marked_and_ages_go_on(desk: Desk) -> None:
    desk.fleet.add(heard_ago_ms=20 * HOUR_MS, unsent=1, oldest_unsent_ms=desk.fleet.now_ms - 30 * HOUR_MS)
    (row,) = desk.rows()
    assert (row["standing"], row["stale"], row["version"], row["printer"]) == ("silent", True, "~1.1.0", "~ok")
    assert (row["lease_h"], row["backup_h"], row["catalogue_h"], row["oldest_h"]) == (180, 25, 24, 30)
    assert row["heard"] == show_time(desk.fleet.now_ms - 20 * HOUR_MS)


def test_a_counter_that_was_never_heard_and_one_of_before(desk: Desk) -> None:
    desk.fleet.add("CAI-001", heard_ago_ms=-1, days=0)
    desk.fleet.shop("ZZ-1")
    desk.fleet.add("ZZ-1", health=None, app="0.9.0")
    never, before = desk.rows()
    assert (never["heard"], never["standing"], never["lease_h"], never["version"]) == ("-", "silent", "", "")
    assert (before["version"], before["backup_h"], before["worst"]) == ("0.9.0", "", "")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), {"new", "well", "silent", "missing", "shut"}), (("--silent",), {"silent", "missing"}),
        (("--missing",), {"missing"}), (("--version", "1.2.0"), {"new"}), (("--finding", "16"), {"silent"}),
        (("--silent", "--version", "9"), set()), (("--expired",), {"missing"}),
    ],
    ids=lambda value: "-".join(value) or "all" if isinstance(value, tuple) else "",
)  # fmt: skip
def test_filters(desk: Desk, words: tuple[str, ...], found: set[str]) -> None:
    devices = {
        "new": desk.fleet.add(days=0, health={"version": "1.2.0"}), "well": desk.fleet.add(),
        "silent": desk.fleet.add(heard_ago_ms=17 * MINUTE_MS, health={"found": [16]}),
        "missing": desk.fleet.add(heard_ago_ms=31 * DAY_MS),
        "shut": desk.fleet.add(state="suspended", heard_ago_ms=DAY_MS),
    }  # fmt: skip
    assert {row["device"] for row in desk.rows(*words)} == {name(devices[one]) for one in found}
    if not words:
        standing = {row["device"]: row["standing"] for row in desk.rows()}
        words_of = {one: standing[name(device)] for one, device in devices.items()}
        assert words_of == {
            "new": "new", "well": "online", "silent": "silent", "missing": "missing", "shut": "suspended",
        }  # fmt: skip


def test_a_missing_counter_whose_reason_is_known_is_not_missed(desk: Desk) -> None:
    device = desk.fleet.add(heard_ago_ms=31 * DAY_MS)
    never = desk.fleet.add(heard_ago_ms=-1)
    assert len([row for row in desk.rows("alerts") if row["alert"] == "shop_silent"]) == 2
    for one in (device, never):
        desk.cli.ask("fleet", "why", "--device", name(one), "--because", "broken", "--staff", "amal")
    assert [row["alert"] for row in desk.rows("alerts") if row["alert"] == "shop_silent"] == []
    assert {row["standing"] for row in desk.rows("--missing")} == {"missing broken"}
    desk.fleet.beat(device)
    assert desk.rows("--missing")[0]["device"] == name(never)
    assert "closed, stolen" in desk.cli.fails("fleet", "why", "--device", name(device), "--because", "x")[1]
    with desk.fleet.office.store.reading() as session:
        assert session.one("SELECT count(*) FROM audit WHERE act = 'fleet.why' AND staff = 'amal'") == (2,)


def test_devices_that_wait_for_approval(desk: Desk) -> None:
    office = desk.fleet.office
    desk.fleet.add()
    with office.store.writing() as session:
        slot, _ = enrolment.make_slot(office.centre, session, SHOP, "amal")
        session.run("UPDATE slot SET state = 'revealed' WHERE slot = ?", slot)
    assert [(row["standing"], row["slot"]) for row in desk.rows("--needs-approval")] == [("awaiting", slot)]
    office.clock.ms += DAY_MS
    assert desk.rows("--needs-approval") == []


def test_alerts_are_said_in_words(desk: Desk) -> None:
    desk.fleet.add(unsent_pt=4_900_000)
    rows = desk.rows("alerts")
    assert [(row["alert"], row["severity"]) for row in rows] == [("money_at_risk", "page"), ("watchdog", "none")]
    _, out, _ = desk.cli.run("fleet", "alerts", "--lang", "ar")
    assert "49,000.00" in out
    assert "watchdog" not in out
    _, text, _ = desk.cli.run("fleet", "metrics")
    assert "# TYPE manfaz_alert gauge" in text
    assert desk.rows("watch") == []


# ---- what a heartbeat may say ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        None, [], "x", {"worst": {"n": "1", "severity": "stop"}}, {"worst": {"n": 1, "severity": "dire"}},
        {"version": "x" * 41, "phase": 5, "ring": "a b", "stops": "all", "found": [None, "x", True]},
        {"backup_age_h": True, "wall_ms": 2**60, "crashes_24h": "many"},
    ],
    ids=range(7),
)  # fmt: skip
def test_what_is_odd_is_kept_as_nothing(odd: object) -> None:
    found = reported_health.sound(odd)
    assert all(value in (None, []) for value in found.values())
    assert set(found) == set(well(0))


def test_lists_are_bounded() -> None:
    assert len(reported_health.sound({"found": list(range(5000))})["found"]) == 40


def test_since_when_something_is_so(office: Office) -> None:
    made = Fleet(office)
    device = made.add(days=3)

    def since() -> Any:
        with office.store.reading() as session:
            row = session.one("SELECT version_ms, phase_ms, stops_ms, body FROM health WHERE device = ?", device)
        assert row is not None
        return [made.now_ms - row[0], made.now_ms - row[1], made.now_ms - row[2]], json.loads(row[3])

    assert since()[0] == [3 * DAY_MS] * 3
    made.beat(device, health={"phase": "STAGED", "stops": [2, 1]})
    assert since()[0] == [3 * DAY_MS, 0, 0]
    office.clock.ms += HOUR_MS
    made.beat(device, health={"phase": "STAGED", "stops": [1, 2], "wall_ms": made.now_ms + 7_000})
    assert since()[0] == [3 * DAY_MS + HOUR_MS, HOUR_MS, HOUR_MS]
    assert since()[1]["skew_s"] == 7


def test_a_heartbeat_over_the_wire_is_in_the_row(centre: CentreProcess, device: Device) -> None:
    device.heartbeat(health={**well(5), "phase": "STAGED", "secret": "left out"})
    (row,) = [row for row in centre.cli("fleet") if row["device"] == device.name]
    assert (row["phase"], row["standing"], row["version"]) == ("STAGED", "new", "1.1.0")
    device.heartbeat()  # as an older release says it
    (row,) = [row for row in centre.cli("fleet") if row["device"] == device.name]
    assert (row["phase"], row["version"]) == ("", "0.1.0")
