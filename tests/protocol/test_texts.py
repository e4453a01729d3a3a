"""Every text a person sees, errors and their families, and the clock."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.events import DocumentsChanged, Event, Events, SyncChanged
from protocol import clock, errors, texts
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.program.explained import explain
from tests.repository import check_texts

DOMAIN = [
    "arabic",
    "money",
    "national_id",
    "mobile",
    "plates",
    "ids",
    "json_part",
    "services",
    "service_file",
    "service_lint",
    "catalogue",
    "fees",
    "fields",
    "forms",
]
KIOSK = Path(errors.__file__).parent


@pytest.mark.parametrize(
    ("n", "ar", "en"),
    [
        (0, "zero", "other"), (1, "one", "one"), (2, "two", "other"), (3, "few", "other"), (10, "few", "other"),
        (11, "many", "other"), (99, "many", "other"), (100, "other", "other"), (102, "other", "other"),
        (103, "few", "other"), (-1, "one", "one"),
    ],
)  # fmt: skip
def test_plurals_are_those_of_cldr(n: int, ar: str, en: str) -> None:
    assert (texts.plural("ar", n), texts.plural("en", n)) == (ar, en)


def test_a_text_is_said_with_its_holes_filled() -> None:
    assert texts.say("ar", "service.time.hours", n=2) == "ساعتان"
    assert texts.say("en", "service.time.hours", n=1) == "1 hour"


def test_an_error_says_what_why_and_what_to_do() -> None:
    what, why, do = explain("ar", Refused("nid_length", found=13))
    assert "13" in what
    assert why
    assert do


@pytest.mark.parametrize("module", DOMAIN)
def test_every_refusal_of_the_domain_has_its_words(module: str) -> None:
    (path,) = KIOSK.rglob(f"{module}.py")
    source = path.read_text(encoding="utf-8")
    codes = re.findall(r'(?:Refused|Unavailable|Corrupt)\(\s*"(\w+)"', source)
    assert [code for code in codes if f"error.{code}" not in texts.table()] == []


@pytest.mark.parametrize(
    "code", ["type", "required", "pattern", "minLength", "maxLength", "choice", "range", "digits", "other", "slot_form"]
)
def test_every_fault_of_a_form_has_its_words(code: str) -> None:
    assert set(texts.table()[f"form.fault.{code}"]) == {"ar", "en"}


def test_no_text_is_missing_doubled_or_lopsided() -> None:
    assert check_texts.lint() == []


def _linted(monkeypatch: pytest.MonkeyPatch, *files: dict[str, Any]) -> list[str]:
    monkeypatch.setattr(texts, "text_files", lambda: [(f"{n}.json", file) for n, file in enumerate(files)])
    return check_texts.lint()


def arabic(entry: Any) -> list[str]:
    """The Arabic words of an entry, of all its parts and plurals."""
    parts = [entry["ar"]] if "ar" in entry else [part["ar"] for part in entry.values()]
    return [one for part in parts for one in (part.values() if isinstance(part, dict) else [part])]


def test_a_command_with_something_filled_in_is_not_turned_round_in_an_arabic_line() -> None:
    """A path that is isolated by itself alone is shown before the command that it belongs behind."""
    bare = [re.sub("\u2066[^\u2069]*\u2069", "", said) for entry in texts.table().values() for said in arabic(entry)]
    turned = re.compile(r"(?:manfaz [a-z]|sudo )[^\u0600-\u06ff]*\{|sudo [a-z]+ [\u0600-\u06ff]")
    assert [said for said in bare if turned.search(said)] == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"ar": "x"}, "0.json: a: en is missing"),
        ({"ar": " ", "en": "x"}, "0.json: a: ar is missing"),
        ({"ar": "{x}", "en": "{y}"}, "0.json: a: the holes differ between the languages"),
        (
            {"ar": {"one": "x"}, "en": {"one": "x", "other": "x"}},
            "0.json: a: ar needs the forms zero, one, two, few, many, other",
        ),
    ],
)
def test_the_lint_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch, entry: dict[str, Any], fault: str) -> None:
    assert _linted(monkeypatch, {"a": entry}) == [fault]


def test_the_lint_looks_into_errors_and_across_files(monkeypatch: pytest.MonkeyPatch) -> None:
    good = {"ar": "x", "en": "x"}
    faults = _linted(monkeypatch, {"a": good, "error.e": {"what": good, "why": good}}, {"a": good})
    assert faults == [
        "0.json: error.e.do: ar is missing",
        "0.json: error.e.do: en is missing",
        "1.json: a stands in 0.json too",
    ]


def test_only_json_files_are_texts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "b.json").write_text('{"b": {}}', encoding="utf-8")
    (folder / "a.json").write_text('{"a": {}}', encoding="utf-8")
    (folder / "a.json~").write_text("an editor's leavings", encoding="utf-8")
    monkeypatch.setattr(texts, "files", lambda _package: tmp_path)
    assert list(texts.text_files()) == [("a.json", {"a": {}}), ("b.json", {"b": {}})]


def test_an_error_carries_its_code_and_values_and_prints_both() -> None:
    for family in (Refused, Unavailable, Corrupt):
        error: KioskError = family("some_code", n=5)
        assert (error.code, error.values, str(error)) == ("some_code", {"n": 5}, "some_code(n=5)")


# ---- clock and events


@pytest.mark.parametrize(
    ("wall_ms", "day", "shown"),
    [
        (1_764_057_600_000, date(2025, 11, 25), "2025-11-25 10:00"),
        (1_764_107_999_000, date(2025, 11, 25), "2025-11-25 23:59"),
        (1_764_108_000_000, date(2025, 11, 26), "2025-11-26 00:00"),
        (1_782_853_200_000, date(2026, 7, 1), "2026-07-01 00:00"),
    ],
)
def test_the_business_day_is_cairos_summer_time_included(wall_ms: int, day: date, shown: str) -> None:
    assert clock.business_date(wall_ms) == day
    assert clock.show_time(wall_ms) == shown


@pytest.mark.parametrize("day", [date(2026, 4, 24), date(2026, 10, 30), date(1970, 1, 1), date(2099, 7, 1)])
def test_a_business_day_begins_to_the_millisecond(day: date) -> None:
    """At both ends of summer time, too: the last Friday of April begins at one o'clock."""
    begins = datetime.combine(day, time(), clock.CAIRO).timestamp() * 1000
    for ms, expected in ((-1, day - timedelta(1)), (0, day), (1, day), (899_999, day), (900_000, day)):
        assert clock.business_date(int(begins) + ms) == expected
        assert clock.moment(int(begins) + ms).astimezone(clock.CAIRO).date() == expected


@pytest.mark.parametrize("wall_ms", [10**17, -(10**17), 2**63 - 1, -(2**63), 253_402_300_799_000, -62_135_596_800_001])
def test_a_time_that_no_calendar_has_is_shown_as_none(wall_ms: int) -> None:
    assert clock.show_time(wall_ms) == "—"


def test_facts_reach_everyone_who_wants_to_know() -> None:
    events, seen = Events(), list[tuple[str, Event]]()
    events.publish(SyncChanged())
    for name in "ab":
        events.subscribe(lambda event, name=name: seen.append((name, event)))  # type: ignore[misc]
    events.publish(DocumentsChanged("settings"))
    assert seen == [("a", DocumentsChanged("settings")), ("b", DocumentsChanged("settings"))]
