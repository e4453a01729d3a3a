"""`fleet`: every counter in one row; what is old says so."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import Any

import pytest

from central.cli import command_line
from central.cli import fleet_commands as command
from central.cli import fleet_commands as view
from central.devices import enrolment
from central.fleet import overview
from central.fleet.alert_words import sentence
from central.fleet.alerts import Alert
from protocol.clock import DAY_MS, HOUR_MS, show_time
from protocol.texts import say
from tests.central.fleet.test_alert_rules import RULE_OF
from tests.central.fleet.test_fleet_alerts import VALUES
from tests.harness import staff_sessions
from tests.harness.centre_command import Cli
from tests.harness.centre_fleet import MINUTE_MS, Fleet, name, well
from tests.harness.centre_process import CentreProcess
from tests.harness.own_centre import SHOP, OwnCentre
from tests.harness.wire_device import Device

__all__ = ["desk"]


class Desk:
    """The command on an office's centre, with the office's clock."""

    def __init__(self, office: OwnCentre, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        @contextmanager
        def opened(_options: object) -> Any:
            yield office.centre

        for module in (command, command_line, staff_sessions):
            monkeypatch.setattr(module, "opened", opened)
        self.cli = Cli(office.keys.parent / "unused", capsys)
        self.fleet = Fleet(office)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.cli.ask("fleet", *words)
        return rows


@pytest.fixture
def desk(office: OwnCentre, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(office, monkeypatch, capsys)


def test_a_row_says_all_of_a_counter(desk: Desk) -> None:
    shop = {"governorate": "Giza", "technician": "Karim", "hours": {"opens": 10}}
    worst = {"n": 39, "severity": "warn", "since_ms": 5}
    desk.fleet.shop("X-1", {"shop": shop})
    device = desk.fleet.add("X-1", unsent=3, unsent_pt=12_500, health={"worst": worst, "found": [39]})
    (row,) = desk.rows()
    assert row["device"] == name(device)
    assert [row[column] for column in command.COLUMNS if column not in ("device", "heard", "last_receipt")] == [
        "X-1", "GIZ", "Karim", "online", "1.1.0", "100", "IDLE", "3", "125.00", "", 200, 4, "39 warn", 5, "9000", "0",
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
    found = overview.sound_health(odd)
    assert all(value in (None, []) for value in found.values())
    assert set(found) == set(well(0))


def test_lists_are_bounded() -> None:
    assert len(overview.sound_health({"found": list(range(5000))})["found"]) == 40


def test_since_when_something_is_so(office: OwnCentre) -> None:
    made = Fleet(office)
    device = made.add(days=3)

    def since() -> Any:
        row = office.row("SELECT version_ms, phase_ms, stops_ms, body FROM health WHERE device = ?", device)
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


LRM = "\u200e"


def lines(desk: Desk, language: str, *words: str) -> list[str]:
    code, out, _ = desk.cli.run("fleet", *words, "--lang", language)
    assert code == 0
    return out.splitlines()


def shown(office: OwnCentre, device: bytes, language: str = "en") -> dict[str, str]:
    with office.store.reading() as session:
        found = overview.device_rows(office.centre, session)
    one = next(one for one in found if one.device == device)
    return view.counter(one, ["shop_silent"], office.clock.ms, language)  # type: ignore[arg-type]  # one of the two


def test_a_counter_that_is_well_is_one_short_line(desk: Desk) -> None:
    desk.fleet.add(desk.fleet.shop("CAI-1"), unsent=3, unsent_pt=412_550, oldest_unsent_ms=desk.fleet.now_ms - HOUR_MS)
    head, row, last = lines(desk, "en")
    assert head.split() == [say("en", f"central.head.{name}") for name in view.COUNTERS]
    assert "5m" in row
    assert "4,125.50  1h" in row
    assert len(row) <= 170
    assert last == "1 counter: online 1."


def test_both_languages_say_every_word_of_theirs(desk: Desk) -> None:
    shop, digits = desk.fleet.shop("CAI-1"), bytes([0x11]) * 16
    desk.fleet.add(shop, device=digits, heard_ago_ms=3 * DAY_MS, health={"phase": "WAITING"})
    for words in ((), ("alerts",)):
        text = "".join(lines(desk, "ar", *words))
        known = {"CAI", "GB", "fleet", "trouble", *RULE_OF}
        assert set(re.findall("[A-Za-z_]{2,}", text)) <= known, text
    assert "silent" in lines(desk, "en")[1]


def test_what_was_true_then_is_marked_and_what_runs_out_is_said(office: OwnCentre) -> None:
    made = Fleet(office)
    row = shown(
        office, made.add(heard_ago_ms=40 * DAY_MS, health={"worst": {"n": 11, "severity": "stop", "since_ms": 5}})
    )
    assert [row[name] for name in ("version", "worst", "printer", "disk", "lease", "heard", "receipt")] == [
        "~1.1.0", "~11 stop", "~ok", "~8 GB", "over", "40d", "40d",
    ]  # fmt: skip
    assert row["standing"] == "missing"


def test_of_a_counter_that_was_never_heard_nothing_is_claimed(office: OwnCentre) -> None:
    row = shown(office, Fleet(office).add(heard_ago_ms=-1, days=0))
    assert {name for name, cell in row.items() if cell} == {
        "shop", "governorate", "device", "standing", "heard", "alerts",
    }  # fmt: skip


def test_why_one_is_missing_is_said_in_words(desk: Desk) -> None:
    device = desk.fleet.add(heard_ago_ms=31 * DAY_MS)
    desk.cli.ask("fleet", "why", "--device", device.hex(), "--because", "stolen")
    assert shown(desk.fleet.office, device)["standing"] == "missing: stolen"
    assert shown(desk.fleet.office, device, "ar")["standing"] == "غائب: مسروق"


def test_a_word_of_a_later_release_is_shown_as_it_is(office: OwnCentre) -> None:
    row = shown(office, Fleet(office).add(health={"phase": "POLISHING", "printer": "odd"}, disk_free_mb=900), "ar")
    assert (row["phase"], row["printer"], row["disk"]) == ("POLISHING", "odd", "900 MB")
    assert shown(office, Fleet(office).add(disk_free_mb="?"))["disk"] == ""


def test_those_that_need_somebody_are_counted_and_can_be_chosen(desk: Desk) -> None:
    desk.fleet.many(38, "CAI")
    desk.fleet.many(2, "GIZ", heard_ago_ms=3 * DAY_MS)
    assert lines(desk, "en")[-1] == "40 counters: online 38 · silent 2. 2 need somebody: fleet --trouble"
    found = lines(desk, "en", "--trouble")
    assert [row.split()[0] for row in found[1:-1]] == ["GIZ-000", "GIZ-001"]
    assert found[-1] == "2 counters: silent 2."
    assert lines(desk, "en", "--missing")[-1] == "No counters here."
    assert len(desk.rows("--trouble")) == 2


def test_arabic_cells_keep_their_places(desk: Desk) -> None:
    """Two of them beside each other would change places on a terminal that knows bidi."""
    desk.fleet.add(desk.fleet.shop("CAI-1", {"shop": {"governorate": "القاهرة", "technician": "كريم"}}))
    head, row, _ = lines(desk, "ar")
    assert re.search(f"القاهرة *{LRM} +كريم *{LRM}", row)
    assert head.startswith(LRM), "or this line alone would run from right to left"


def test_nothing_to_tell_is_said(desk: Desk) -> None:
    desk.fleet.many(3, "CAI")
    assert lines(desk, "en", "alerts")[-1] == "Nothing needs anybody."
    assert lines(desk, "ar", "alerts")[-1] == "لا شيء يحتاج إلى أحد."


def test_an_alert_has_its_finding_its_age_and_its_weight(desk: Desk) -> None:
    device = desk.fleet.add(desk.fleet.shop("ALX-1"), days=2, health={"stops": [11]})
    row = next(line for line in lines(desk, "en", "alerts") if "doctor_stop" in line)
    assert row.split()[:5] == ["now", "ALX-1", device.hex()[:8], "48h", "doctor_stop"]
    assert "Finding 11 (Opening the data) stops the work." in row


def test_an_area_and_a_release_are_named_where_a_counter_would_be() -> None:
    rows = [view.alert(Alert(name, "page", subject, values=VALUES), 0, "en") for name, subject in
            (("area_outage", "Giza"), ("rollout_halted", "1.2.0"))]  # fmt: skip
    assert [(row["device"], row["since"]) for row in rows] == [("Giza", "-"), ("1.2.0", "-")]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"bad": 3, "ring": 60}, "3 of the 60 counters it reached went back or crashed"),
        (
            {"bad": 0, "ring": 60, "acked": 80, "others": 95},
            "80 % of the updated were acknowledged within a day",
        ),
        ({}, "see audit list"),
    ],
)
def test_why_a_release_was_halted_is_said(values: dict[str, int | str], says: str) -> None:
    halted = Alert("rollout_halted", "page", "1.2.0", values={"version": "1.2.0", **values})
    assert says in sentence(halted, "en")
    assert "1.2.0" in sentence(halted, "ar")


def test_numbers_in_an_arabic_sentence_are_isolated() -> None:
    alert = Alert("money_at_risk", "page", "x", values={"amount_pt": 412_550, "hours": 30})
    assert "\u20664,125.50\u2069" in sentence(alert, "ar")
    assert "\u2066" not in sentence(alert, "en")


@pytest.mark.parametrize(
    ("ms", "text"),
    [(-5, "0m"), (59 * MINUTE_MS, "59m"), (HOUR_MS, "1h"), (71 * HOUR_MS, "71h"), (72 * HOUR_MS, "3d")],
)
def test_ages_are_short(ms: int, text: str) -> None:
    assert view.ago("en", ms) == text
