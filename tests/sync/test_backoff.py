"""Whatever Retry-After says, the wait lies between 1 s and 6 h; nobody comes back in step."""

from __future__ import annotations

from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.clock import moment
from sync.line import LONGEST_S, RETRY_MAX_S, RETRY_MIN_S, Backoff, retry_after
from tests.harness.fakes.fake_world import NOON_MS, SeededRandomness

NOW_S = NOON_MS / 1000


class Ceiling:
    """Chance that always gives its ceiling."""

    def take(self, count: int) -> bytes:
        return bytes(count)

    def below(self, ceiling: float) -> float:
        return ceiling


def test_the_ceiling_doubles_up_to_a_quarter_of_an_hour() -> None:
    backoff = Backoff(Ceiling())
    assert [backoff.failed() for _ in range(10)] == [4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    for _ in range(5_000):
        backoff.failed()
    assert backoff.failed() == LONGEST_S


def test_a_success_begins_anew() -> None:
    backoff = Backoff(Ceiling())
    backoff.failed()
    backoff.succeeded()
    assert backoff.failed() == 4


def test_retry_after_is_a_floor_with_jitter_on_top() -> None:
    waits = [Backoff(SeededRandomness(n)).failed(3600) for n in range(50)]
    assert min(waits) >= 3600
    assert len({round(wait, 3) for wait in waits}) > 40


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3600", 3600), (" 120 ", 120), ("0", RETRY_MIN_S), ("999999999999", RETRY_MAX_S),
        (format_datetime(moment(NOON_MS + 90_000), usegmt=False), 90),
        (format_datetime(moment(NOON_MS + 90_000), usegmt=True), 90),
        (format_datetime(moment(NOON_MS - 90_000), usegmt=True), RETRY_MIN_S),
        ("Fri, 31 Dec 9999 23:59:59 GMT", RETRY_MAX_S),
    ],
)  # fmt: skip
def test_retry_after_is_obeyed_within_reason(text: str, seconds: float) -> None:
    assert retry_after(text, NOW_S) == pytest.approx(seconds)


@pytest.mark.parametrize("text", [None, "", "-5", "1.5", "soon", "1e9", "٣٠", "Fri, 99 Foo 2026 99:99:99", "9" * 4_000])
def test_nonsense_is_no_floor(text: str | None) -> None:
    assert retry_after(text, NOW_S) is None


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    found = retry_after(text, NOW_S)
    assert found is None or RETRY_MIN_S <= found <= RETRY_MAX_S


def test_six_thousand_counters_come_back_spread_over_a_quarter_of_an_hour() -> None:
    chance = SeededRandomness(39)
    arrivals = [0] * 90
    for _ in range(6_000):
        backoff = Backoff(chance)
        backoff.failures = 9
        arrivals[int(backoff.failed() // 10)] += 1
    assert max(arrivals) < 110  # in ten seconds; 67 is the mean
