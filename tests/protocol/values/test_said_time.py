"""Days and times as people say them, at every boundary: midnight, year's end, both ends of summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.clock import CAIRO, show_time
from protocol.texts import LANGUAGES, Language, say
from protocol.values.arabic import strip_invisible
from protocol.values.said_time import said_day, said_time

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=CAIRO)


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def seen(language: Language, at: datetime, now: datetime = NOW, *, with_clock: bool = False) -> str:
    return strip_invisible(said_time(language, ms(at), ms(now), with_clock=with_clock))


@pytest.mark.parametrize(
    ("at", "ar", "en"),
    [
        ("2026-11-25 12:04", "اليوم 12:04", "Today 12:04"),
        ("2026-11-25 00:00", "اليوم 00:00", "Today 00:00"),
        ("2026-11-24 23:59", "أمس 23:59", "Yesterday 23:59"),
        ("2026-11-24 18:30", "أمس 18:30", "Yesterday 18:30"),
        ("2026-11-23 23:59", "23 نوفمبر", "23 November"),
        ("2026-11-26 00:00", "غدًا 00:00", "Tomorrow 00:00"),
        ("2026-11-27 00:00", "27 نوفمبر", "27 November"),
        ("2026-01-01 09:00", "1 يناير", "1 January"),
        ("2025-12-31 09:00", "31 ديسمبر 2025", "31 December 2025"),
        ("2027-01-01 09:00", "1 يناير 2027", "1 January 2027"),
    ],
)
def test_a_time_is_said_as_people_say_it(at: str, ar: str, en: str) -> None:
    there = datetime.fromisoformat(at).replace(tzinfo=CAIRO)
    assert (seen("ar", there), seen("en", there)) == (ar, en)


def test_an_older_day_has_its_clock_where_it_is_asked_for() -> None:
    at = datetime(2026, 11, 23, 10, 12, tzinfo=CAIRO)
    assert seen("ar", at, with_clock=True) == "23 نوفمبر، 10:12"
    assert seen("en", at, with_clock=True) == "23 November, 10:12"


def test_where_the_clock_is_in_doubt_no_day_is_today() -> None:
    said = {language: strip_invisible(said_time(language, ms(NOW), None, with_clock=True)) for language in LANGUAGES}
    assert said == {"ar": "25 نوفمبر 2026، 15:30", "en": "25 November 2026, 15:30"}
    assert said_time("ar", 0, None) != "—"


def test_yesterday_is_yesterday_over_the_year() -> None:
    now = datetime(2027, 1, 1, 0, 5, tzinfo=CAIRO)
    assert seen("ar", datetime(2026, 12, 31, 23, 55, tzinfo=CAIRO), now) == "أمس 23:55"
    assert seen("en", datetime(2026, 12, 30, 23, 55, tzinfo=CAIRO), now) == "30 December 2026"


@pytest.mark.parametrize("night", [date(2026, 4, 24), date(2026, 10, 30)])
def test_the_day_before_a_change_of_the_clock_is_yesterday(night: date) -> None:
    """A day of 23 hours and one of 25 are days as any other."""
    now = datetime(night.year, night.month, night.day, 1, 30, tzinfo=CAIRO)
    for hour in (0, 12, 22):
        at = datetime.combine(night - timedelta(1), datetime.min.time(), CAIRO).replace(hour=hour)
        assert seen("en", at, now).startswith("Yesterday")


@pytest.mark.parametrize(
    ("utc", "ar", "en"),
    [
        ((19, 59), "أمس 22:59", "Yesterday 22:59"),
        ((20, 0), "أمس 23:00 (توقيت صيفي)", "Yesterday 23:00 (summer time)"),
        ((20, 59), "أمس 23:59 (توقيت صيفي)", "Yesterday 23:59 (summer time)"),
        ((21, 0), "أمس 23:00 (توقيت شتوي)", "Yesterday 23:00 (winter time)"),
        ((21, 59), "أمس 23:59 (توقيت شتوي)", "Yesterday 23:59 (winter time)"),
        ((22, 0), "اليوم 00:00", "Today 00:00"),
    ],
)
def test_the_hour_that_comes_twice_says_which_it_is(utc: tuple[int, int], ar: str, en: str) -> None:
    """Summer time ends at the end of the last Thursday of October: 23:00 to 23:59 comes twice."""
    at, now = datetime(2026, 10, 29, *utc, tzinfo=UTC), datetime(2026, 10, 30, 8, 0, tzinfo=CAIRO)
    assert (seen("ar", at, now), seen("en", at, now)) == (ar, en)


@pytest.mark.parametrize("wall_ms", [10**17, -(10**17), 2**63 - 1, -(2**63), 253_402_300_799_000])
def test_a_time_that_no_calendar_has_is_said_as_none(wall_ms: int) -> None:
    assert said_time("ar", wall_ms, ms(NOW)) == "—"
    assert said_time("en", ms(NOW), wall_ms) == "—"


DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
MINUTES = st.integers(26_297_280, 68_374_080).map(lambda minute: datetime.fromtimestamp(minute * 60, UTC))
"""Of the years 2020 to 2099."""


@given(a=DAYS, b=DAYS, today=DAYS)
def test_two_days_are_never_said_alike(a: date, b: date, today: date) -> None:
    for language in LANGUAGES:
        assert (said_day(language, a, today) == said_day(language, b, today)) == (a == b)


@given(at=MINUTES, now=MINUTES)
def test_what_is_said_is_the_day_of_cairo(at: datetime, now: datetime) -> None:
    shown, today = show_time(ms(at)), show_time(ms(now))
    year, month, day = map(int, shown[:10].split("-"))
    for language in LANGUAGES:
        said = seen(language, at, now, with_clock=True)
        assert shown[-5:] in said
        if said.startswith(say(language, "time.today")):
            assert shown[:10] == today[:10]
        elif abs((date(year, month, day) - date.fromisoformat(today[:10])).days) > 1:
            assert said.startswith(f"{day} {say(language, f'time.month.{month}')}")
            assert (f" {year}" in said) == (shown[:4] != today[:4])


@given(a=MINUTES, more=st.integers(1, 60 * 24 * 3), now=MINUTES)
def test_two_minutes_are_never_said_alike(a: datetime, more: int, now: datetime) -> None:
    """Not even those of the hour that comes twice."""
    b = a + timedelta(minutes=more)
    for language in LANGUAGES:
        assert seen(language, a, now, with_clock=True) != seen(language, b, now, with_clock=True)
