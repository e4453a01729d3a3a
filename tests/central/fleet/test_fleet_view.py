"""What `fleet` shows to people, in both languages: short, and in order on a terminal that knows bidi."""

from __future__ import annotations

import re

import pytest

from central.cli import fleet_view as view
from central.fleet import overview
from central.fleet.alerts import Alert
from protocol.clock import DAY_MS, HOUR_MS
from tests.central.fleet.test_alert_rules import RULE_OF
from tests.central.fleet.test_fleet import Desk, desk
from tests.central.fleet.test_fleet_alerts import VALUES
from tests.harness.centre_fleet import MINUTE_MS, Fleet
from tests.harness.centre_office import Office

__all__ = ["desk"]
LRM = "\u200e"


def lines(desk: Desk, language: str, *words: str) -> list[str]:
    code, out, _ = desk.cli.run("fleet", *words, "--lang", language)
    assert code == 0
    return out.splitlines()


def shown(office: Office, device: bytes, language: str = "en") -> dict[str, str]:
    with office.store.reading() as session:
        found = overview.device_rows(office.centre, session)
    one = next(one for one in found if one.device == device)
    return view.counter(one, ["shop_silent"], office.clock.ms, language)  # type: ignore[arg-type]  # one of the two


def test_a_counter_that_is_well_is_one_short_line(desk: Desk) -> None:
    desk.fleet.add(desk.fleet.shop("CAI-1"), unsent=3, unsent_pt=412_550, oldest_unsent_ms=desk.fleet.now_ms - HOUR_MS)
    head, row, last = lines(desk, "en")
    assert head.split() == [view.heads("en", view.COUNTERS)[name] for name in view.COUNTERS]
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


def test_what_was_true_then_is_marked_and_what_runs_out_is_said(office: Office) -> None:
    made = Fleet(office)
    row = shown(
        office, made.add(heard_ago_ms=40 * DAY_MS, health={"worst": {"n": 11, "severity": "stop", "since_ms": 5}})
    )
    assert [row[name] for name in ("version", "worst", "printer", "disk", "lease", "heard", "receipt")] == [
        "~1.1.0", "~11 stop", "~ok", "~8 GB", "over", "40d", "40d",
    ]  # fmt: skip
    assert row["standing"] == "missing"


def test_of_a_counter_that_was_never_heard_nothing_is_claimed(office: Office) -> None:
    row = shown(office, Fleet(office).add(heard_ago_ms=-1, days=0))
    assert {name for name, cell in row.items() if cell} == {
        "shop", "governorate", "device", "standing", "heard", "alerts",
    }  # fmt: skip


def test_why_one_is_missing_is_said_in_words(desk: Desk) -> None:
    device = desk.fleet.add(heard_ago_ms=31 * DAY_MS)
    desk.cli.ask("fleet", "why", "--device", device.hex(), "--because", "stolen")
    assert shown(desk.fleet.office, device)["standing"] == "missing: stolen"
    assert shown(desk.fleet.office, device, "ar")["standing"] == "غائب: مسروق"


def test_a_word_of_a_later_release_is_shown_as_it_is(office: Office) -> None:
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
    assert "Finding 11 (Opening the database) stops the work." in row


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
    assert says in view.sentence(halted, "en")
    assert "1.2.0" in view.sentence(halted, "ar")


def test_numbers_in_an_arabic_sentence_are_isolated() -> None:
    alert = Alert("money_at_risk", "page", "x", values={"amount_pt": 412_550, "hours": 30})
    assert "\u20664,125.50\u2069" in view.sentence(alert, "ar")
    assert "\u2066" not in view.sentence(alert, "en")


@pytest.mark.parametrize(
    ("ms", "text"),
    [(-5, "0m"), (59 * MINUTE_MS, "59m"), (HOUR_MS, "1h"), (71 * HOUR_MS, "71h"), (72 * HOUR_MS, "3d")],
)
def test_ages_are_short(ms: int, text: str) -> None:
    assert view.ago("en", ms) == text
