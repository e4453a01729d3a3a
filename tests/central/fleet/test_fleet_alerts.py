"""Each alert of the table fires where it should, and none on a fleet that is well. On either store."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from central.devices import enrolment
from central.documents.opening_hours import Hours, read
from central.fleet import metrics
from central.fleet import overview as fleet_counters
from central.fleet.alert_words import sentence
from central.fleet.alerts import Alert, alerts
from central.fleet.overview import DeviceRow
from central.projection.chain_projection import Projector
from protocol.clock import DAY_MS, HOUR_MS
from protocol.journal.entries import EntryType
from tests.central.fleet.test_alert_rules import RULE_OF
from tests.harness.centre_fleet import MINUTE_MS, Fleet, name
from tests.harness.own_centre import SHOP, OwnCentre

NAMES: Final = (
    "shop_silent", "area_outage", "money_at_risk", "clone", "rollout_halted", "rollout_stuck", "version_old",
    "metadata_stale", "doctor_stop", "incident", "backup_old", "mirror_late", "day_open", "clock_wrong",
    "enrolment_tries", "enrolment_waits", "signature_refused", "key_superseded", "erase_heard",
    "chain_parked", "id_twice", "not_held", "watchdog",
)  # fmt: skip


START_MS: Final = 1_764_057_600_000
"""Ten in the morning of a Tuesday in Cairo."""


@pytest.fixture
def fleet(office: OwnCentre) -> Fleet:
    """Thirty shops of three governorates, all of them well."""
    office.clock.ms = START_MS
    made = Fleet(office)
    for area in ("CAI", "GIZ", "ALX"):
        made.many(10, area)
    return made


def fired(fleet: Fleet) -> list[Alert]:
    with fleet.office.store.reading() as session:
        found = alerts(fleet.office.centre, session)
    assert found[-1].name == "watchdog"
    return found[:-1]


def the(fleet: Fleet) -> Alert:
    """The one alert that fires."""
    found = fired(fleet)
    assert len(found) == 1, found
    return found[0]


def test_a_fleet_that_is_well_is_left_in_peace(fleet: Fleet) -> None:
    assert fired(fleet) == []


VALUES: Final[dict[str, int | str]] = {
    **dict.fromkeys(("hours", "counters", "of", "amount_pt", "shops", "seconds", "jumps", "times", "bad", "ring"), 100),
    "step": "call", "version": "1.2.0", "phase": "WAITING", "finding": 11, "slot": "1234",
    "epoch": 1, "seq": 7, "why": "personal_frame", "device": "01234567", "entries": 20, "pictures": 3,
}  # fmt: skip


@pytest.mark.parametrize("alert", NAMES)
def test_every_alert_has_its_words(alert: str) -> None:
    english, arabic = (sentence(Alert(alert, "page", "x", values=VALUES), language) for language in ("en", "ar"))
    assert not {"{", "}"} & {*english, *arabic}
    words = re.compile("[A-Za-z_]{3,}")
    assert words.search(english)
    assert not words.search(arabic), "no word of the other language"


# ---- silence -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "step", "severity"), [(1, None, ""), (2, "call", "ticket"), (4, "visit", "page"), (6, "lease", "page")]
)
def test_a_silent_shop_is_missed_by_its_opening_hours(fleet: Fleet, days: int, step: str | None, severity: str) -> None:
    device = fleet.add(heard_ago_ms=days * DAY_MS)
    if step is None:
        assert fired(fleet) == []
        return
    found = the(fleet)
    assert (found.name, found.severity, found.values["step"], found.subject) == (
        "shop_silent",
        severity,
        step,
        name(device),
    )
    assert found.values["hours"] == days * 13


def test_a_counter_that_was_never_heard_is_silent_since_its_enrolment(fleet: Fleet) -> None:
    fleet.add(heard_ago_ms=-1, days=3)
    assert the(fleet).name == "shop_silent"


@pytest.mark.parametrize("state", ["suspended", "superseded"])
def test_a_counter_that_was_shut_out_is_not_missed(fleet: Fleet, state: str) -> None:
    fleet.add(heard_ago_ms=9 * DAY_MS, state=state)
    assert fired(fleet) == []


def test_a_counter_that_was_retired_is_not_missed(fleet: Fleet) -> None:
    office = fleet.office
    retired, silent = office.enrol(), office.enrol()
    for device, kind in ((retired, EntryType.LEAVING), (silent, EntryType.LOGIN)):
        device.write(kind, {"v": 1, "kind": "retire", "op": "", "login": 0})
        office.take(device, device.items)
    office.clock.ms += 9 * DAY_MS
    for one in counters(office):
        fleet.beat(one.device) if one.name not in {retired.name, silent.name} else None
    assert [one.subject for one in fired(fleet) if one.name == "shop_silent"] == [silent.name]
    assert {one.name: one.standing(office.clock.ms) for one in counters(office)}[retired.name] == "left"


def counters(office: OwnCentre) -> list[DeviceRow]:
    with office.store.reading() as session:
        return fleet_counters.device_rows(office.centre, session)


def test_a_shop_that_opens_seldom_may_be_silent_longer(fleet: Fleet) -> None:
    hours = {"opens": 10, "closes": 14, "closed": [4, 5]}
    fleet.add(fleet.shop("RED-1", {"shop": {"hours": hours}}), heard_ago_ms=5 * DAY_MS)
    assert fired(fleet) == []
    fleet.office.clock.ms += 6 * DAY_MS
    silent = [one for one in fired(fleet) if one.shop == "RED-1" and one.name == "shop_silent"]
    assert silent[0].values["step"] == "call"


def test_an_outage_of_an_area_is_one_alert_and_covers_the_shops(fleet: Fleet) -> None:
    fleet.many(4, "CAI", heard_ago_ms=40 * MINUTE_MS)
    assert (the(fleet).name, the(fleet).subject, the(fleet).values["counters"]) == ("area_outage", "CAI", 4)
    fleet.add("CAI-001", heard_ago_ms=3 * DAY_MS)
    fleet.add("GIZ-001", heard_ago_ms=3 * DAY_MS)
    assert [(one.name, one.governorate, one.muted) for one in fired(fleet)] == [
        ("area_outage", "CAI", False), ("shop_silent", "GIZ", False), ("shop_silent", "CAI", True),
    ]  # fmt: skip


def test_an_outage_everywhere_covers_all(fleet: Fleet) -> None:
    for area in ("CAI", "GIZ"):
        fleet.many(2, area, heard_ago_ms=40 * MINUTE_MS)
    fleet.add("ALX-001", heard_ago_ms=3 * DAY_MS)
    assert [(one.name, one.subject == "*", one.muted) for one in fired(fleet)] == [
        ("area_outage", True, False), ("shop_silent", False, True),
    ]  # fmt: skip


@pytest.mark.parametrize(("silent", "alerts"), [(2, []), (3, ["area_outage"]), (5, ["area_outage"])])
def test_an_outage_of_a_centre_with_five_counters(office: OwnCentre, silent: int, alerts: list[str]) -> None:
    office.clock.ms = START_MS
    few = Fleet(office)
    few.many(5 - silent, "ASW")
    few.many(silent, "QEN", heard_ago_ms=40 * MINUTE_MS)
    assert [one.name for one in fired(few)] == alerts


def test_shops_that_close_for_the_night_are_no_outage(fleet: Fleet) -> None:
    fleet.office.clock.ms = START_MS + 12 * HOUR_MS + 30 * MINUTE_MS  # 22:30
    late = Fleet(fleet.office)
    late.many(20, "LUX", heard_ago_ms=40 * MINUTE_MS)
    assert [one for one in fired(fleet) if one.name == "area_outage"] == []


# ---- what a counter says -----------------------------------------------------------------------------------------


def hours_ago(fleet: Fleet, hours: int) -> int:
    return fleet.now_ms - hours * HOUR_MS


@pytest.mark.parametrize(
    ("alert", "near", "beyond"),
    [
        ("money_at_risk", {"unsent_pt": 4_000_000}, {"unsent_pt": 4_000_001}),
        ("money_at_risk", {"unsent_pt": 5, "oldest_unsent_ms": -23}, {"unsent_pt": 5, "oldest_unsent_ms": -25}),
        ("metadata_stale", {"health": {"metadata_age_h": 720}}, {"health": {"metadata_age_h": 721}}),
        ("backup_old", {"health": {"backup_age_h": 168}}, {"health": {"backup_age_h": 169}}),
        ("backup_old", {"days": 7, "health": {"backup_age_h": None}}, {"days": 8, "health": {"backup_age_h": None}}),
        ("backup_old", {"days": 1, "health": None}, {"days": 9, "health": None}),
        ("mirror_late", {"health": {"mirror_s": 59}}, {"health": {"mirror_s": 60}}),
        ("mirror_late", {"health": {"mirror_entries": 19}}, {"health": {"mirror_entries": 20}}),
        ("day_open", {"health": {"found": [40]}}, {"health": {"found": [40, 41]}}),
    ],
    ids=["cap", "age", "metadata", "backup", "none", "mute", "mirror", "mirrored", "day"],
)
def test_what_a_counter_says_fires_beyond_its_bound(
    fleet: Fleet, alert: str, near: dict[str, Any], beyond: dict[str, Any]
) -> None:
    def placed(how: dict[str, Any]) -> dict[str, Any]:
        oldest = how.get("oldest_unsent_ms")
        return how if oldest is None else {**how, "oldest_unsent_ms": hours_ago(fleet, -oldest)}

    fleet.add(**placed(near))
    assert fired(fleet) == []
    device = fleet.add(**placed(beyond))
    assert (the(fleet).name, the(fleet).subject) == (alert, name(device))


def test_what_has_arrived_since_is_no_money_at_risk(fleet: Fleet) -> None:
    """A stick brings a heartbeat that was written before anybody took the work beside it, and none comes after."""
    owed: dict[str, Any] = {"unsent": 3, "unsent_pt": 4_900_000, "oldest_unsent_ms": hours_ago(fleet, 60)}
    fleet.add(last_seq=9, **owed)
    assert fired(fleet) == []
    fleet.add(last_seq=10, **owed)
    assert the(fleet).name == "money_at_risk"


def test_a_silent_counter_does_not_look_healthy(fleet: Fleet) -> None:
    """What it said was well then; time goes on."""
    device = fleet.add(heard_ago_ms=7 * DAY_MS, unsent_pt=500, oldest_unsent_ms=fleet.now_ms - 7 * DAY_MS)
    found = {one.name for one in fired(fleet) if one.subject == name(device)}
    assert found == {"shop_silent", "money_at_risk", "backup_old"}


@pytest.mark.parametrize(("skew_s", "fires"), [(299, False), (-300, False), (-302, True), (3_600, True)])
def test_a_clock_that_is_off(fleet: Fleet, skew_s: int, fires: bool) -> None:
    at_ms = fleet.now_ms - 5 * MINUTE_MS
    fleet.add(health={"wall_ms": at_ms + skew_s * 1000})
    assert [one.name for one in fired(fleet)] == (["clock_wrong"] if fires else [])


def test_a_clock_that_jumps_twice_a_day(fleet: Fleet) -> None:
    fleet.office.publish_catalogue()
    device = fleet.office.enrol()
    fleet.beat(device.chain.device)
    device.open_epoch()
    device.write(EntryType.CLOCK_JUMP, {"v": 1, "from_ms": 5, "to_ms": 9})
    fleet.office.arrive(device)
    assert fired(fleet) == []
    before = len(device.items)
    device.write(EntryType.CLOCK_JUMP, {"v": 1, "from_ms": 9, "to_ms": 5})
    fleet.office.take(device, device.items[before:])
    Projector(fleet.office.centre).drain()
    assert (the(fleet).name, the(fleet).values["jumps"]) == ("clock_wrong", 2)
    fleet.office.clock.ms += DAY_MS
    assert [one for one in fired(fleet) if one.name == "clock_wrong"] == []


def test_what_stops_a_counter_is_told_after_an_hour(fleet: Fleet) -> None:
    device = fleet.add(days=2)
    fleet.beat(device, 50 * MINUTE_MS, health={"stops": [11]})
    assert fired(fleet) == []
    fleet.beat(device, 5 * MINUTE_MS, health={"stops": [11]})
    fleet.office.clock.ms += 11 * MINUTE_MS
    assert (the(fleet).name, the(fleet).values["finding"]) == ("doctor_stop", 11)
    fleet.beat(device)
    assert fired(fleet) == []


def test_the_same_in_many_shops_is_one_incident(fleet: Fleet) -> None:
    fleet.many(3, "SUZ", health={"stops": [16]}, days=2)
    found = fired(fleet)
    assert [(one.name, one.muted) for one in found] == [("incident", False), *[("doctor_stop", True)] * 3]
    assert found[0].values == {"finding": 16, "shops": 3}


def test_two_histories_are_told_of(fleet: Fleet) -> None:
    device = fleet.add(state="frozen")
    with fleet.office.store.writing() as session:
        session.run(
            "INSERT INTO equivocation VALUES (?, ?, 1, 1, ?, ?, ?, ?, NULL, 77)",
            bytes(32), device, bytes(32), b"", b"", b"",
        )  # fmt: skip
    assert (the(fleet).name, the(fleet).since_ms, the(fleet).severity) == ("clone", 77, "page")


def test_what_follows_from_silence_is_covered_by_it(fleet: Fleet) -> None:
    """It is seen in the list and told to nobody: money is another matter."""
    device = fleet.add(
        heard_ago_ms=40 * DAY_MS, days=60, unsent_pt=500, oldest_unsent_ms=fleet.now_ms - 40 * DAY_MS,
        health={"phase": "WAITING"},
    )  # fmt: skip
    found = {one.name: one.muted for one in fired(fleet) if one.subject == name(device)}
    assert found == {
        "shop_silent": False, "money_at_risk": False, "backup_old": True, "metadata_stale": True, "rollout_stuck": True,
    }  # fmt: skip


# ---- keys that are not believed ----------------------------------------------------------------------------------


def turn_away(fleet: Fleet, why: str, device: bytes, times: int = 1) -> None:
    for _ in range(times):
        fleet.office.centre.rejected_auth.count(why, device, fleet.now_ms)
    fleet.office.centre.rejected_auth.keep(fleet.office.store)


def test_one_signature_in_a_counters_name_is_told_of_for_a_day(fleet: Fleet) -> None:
    device = fleet.add()
    turn_away(fleet, "signature", device, 3)
    found = the(fleet)
    assert (found.name, found.severity, found.subject) == ("signature_refused", "ticket", name(device))
    assert (found.values, found.since_ms) == ({"times": 3}, fleet.now_ms)
    fleet.office.clock.ms += DAY_MS
    assert [one for one in fired(fleet) if one.name == "signature_refused"] == []


@pytest.mark.parametrize("why", ["clock", "repeated", "suspended", "frozen"])
def test_what_happens_to_a_counter_that_is_well_is_no_alert(fleet: Fleet, why: str) -> None:
    turn_away(fleet, why, fleet.add())
    assert fired(fleet) == []


@pytest.mark.parametrize("why", ["unreadable", "unknown"])
def test_what_strangers_send_is_counted_and_wakes_nobody(fleet: Fleet, why: str) -> None:
    turn_away(fleet, why, b"", 5)
    assert fired(fleet) == []
    with fleet.office.store.reading() as session:
        assert f'manfaz_refused_total{{why="{why}"}} 5\n' in metrics.text(fleet.office.centre, session)


def test_a_computer_that_was_called_broken_and_speaks(fleet: Fleet) -> None:
    device = fleet.add(state="superseded")
    turn_away(fleet, "superseded", device)
    assert (the(fleet).name, the(fleet).severity, the(fleet).subject) == ("key_superseded", "page", name(device))


def test_the_old_key_until_the_new_one_has_begun_is_no_second_computer(fleet: Fleet) -> None:
    """It was approved for its next epoch and has not fetched the statement yet."""
    fleet.office.publish_catalogue()
    device = fleet.office.enrol()
    new = fleet.office.enrol(device.chain.device)
    fleet.beat(device.chain.device)
    turn_away(fleet, "superseded", device.chain.device)
    assert fired(fleet) == []
    fleet.office.clock.ms += MINUTE_MS
    new.open_epoch()
    fleet.office.arrive(new)
    assert fired(fleet) == []
    fleet.office.clock.ms += MINUTE_MS
    turn_away(fleet, "superseded", device.chain.device)
    assert (the(fleet).name, the(fleet).values) == ("key_superseded", {"times": 2})


def test_a_stolen_computer_that_asks_is_heard_of(fleet: Fleet) -> None:
    device = fleet.add(state="erased")
    turn_away(fleet, "erased", device)
    assert (the(fleet).name, the(fleet).severity) == ("erase_heard", "ticket")


# ---- enrolment ---------------------------------------------------------------------------------------------------


def test_five_wrong_tries(fleet: Fleet) -> None:
    with fleet.office.store.writing() as session:
        slot, _ = enrolment.make_slot(fleet.office.centre, session, SHOP, "amal")
        session.run("UPDATE slot SET tries = 4 WHERE slot = ?", slot)
    assert fired(fleet) == []
    with fleet.office.store.writing() as session:
        session.run("UPDATE slot SET tries = 5 WHERE slot = ?", slot)
    assert (the(fleet).name, the(fleet).values["slot"]) == ("enrolment_tries", slot)
    fleet.office.clock.ms += DAY_MS
    assert [one for one in fired(fleet) if one.name == "enrolment_tries"] == []


def test_a_device_that_waits_for_half_an_hour_of_the_office(fleet: Fleet) -> None:
    with fleet.office.store.writing() as session:
        slot, _ = enrolment.make_slot(fleet.office.centre, session, SHOP, "amal")
        session.run("UPDATE slot SET state = 'revealed', claimed_ms = ? WHERE slot = ?", fleet.now_ms, slot)
    fleet.office.clock.ms += 30 * MINUTE_MS
    assert [one.name for one in fired(fleet) if "enrolment" in one.name] == []
    fleet.office.clock.ms += MINUTE_MS
    assert [one.name for one in fired(fleet) if "enrolment" in one.name] == ["enrolment_waits"]


# ---- for Prometheus ----------------------------------------------------------------------------------------------


def test_what_fires_is_in_the_metrics(fleet: Fleet) -> None:
    fleet.shop('X"\\\n-1')
    device = fleet.add('X"\\\n-1', unsent=7, unsent_pt=4_500_000, oldest_unsent_ms=fleet.now_ms)
    with fleet.office.store.reading() as session:
        text = metrics.text(fleet.office.centre, session)
    assert 'manfaz_alert{alert="watchdog",' in text
    assert f'manfaz_alert{{alert="money_at_risk",severity="page",subject="{name(device)}",shop="X\\"\\\\\\n-1"' in text
    assert 'manfaz_counters{standing="online"} 31' in text
    assert f"manfaz_evaluated_timestamp_seconds {START_MS // 1000}\n" in text
    assert text.endswith("\n")
    assert all(line.startswith("#") or line.count(" ") >= 1 for line in text.splitlines())


def test_every_alert_is_tried_with_its_rule() -> None:
    assert {*RULE_OF, "watchdog"} == set(NAMES)


# ---- opening hours -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        (None, Hours()), ({"opens": 10, "closes": 20, "closed": [4]}, Hours(10, 20, frozenset({4}))),
        ({"opens": 22, "closes": 2}, Hours()), ({"opens": "9"}, Hours()), ({"closed": "fri"}, Hours()),
        ({"closed": [9, 4, "x"]}, Hours(9, 22, frozenset({4}))), ({"closed": [0, 1, 2, 3, 4, 5, 6]}, Hours()),
    ],
)  # fmt: skip
def test_opening_hours_as_a_shop_sets_them(said: object, hours: Hours) -> None:
    assert read(said) == hours


def test_time_in_which_a_shop_is_open() -> None:
    day = Hours(9, 22)
    morning = START_MS - HOUR_MS  # 09:00
    assert day.open_ms(morning - 3 * HOUR_MS, morning + 2 * HOUR_MS) == 2 * HOUR_MS
    assert day.open_ms(morning, morning + DAY_MS) == 13 * HOUR_MS
    assert day.open_ms(morning + 5, morning) == 0
    assert day.open_ms(0, morning) == (40 * 13 - 1) * HOUR_MS  # in October the clocks went back
    assert [day.open_ms(at, at + 1) for at in (morning + n * HOUR_MS for n in (-1, 0, 12, 13))] == [0, 1, 1, 0]
    assert Hours(9, 22, frozenset({1})).open_ms(morning, morning + 1) == 0  # a Tuesday
    assert Hours(0, 24).open_ms(morning, morning + DAY_MS) == DAY_MS
