from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from protocol.documents import trust
from protocol.keys import SeedSigner
from protocol.wire import wire
from sync.line import NoAnswer, Raw, State, Trouble
from sync.line_probe import CentreSeen, Ping
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness
from tests.harness.sync_party import FEED, STRANGER

HTML = {"content-type": "text/html"}


class Line:
    """A line at whose other end stands whatever a test puts there."""

    authority = "centre.example"

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.signer = FEED
        self.members: dict[str, Any] = {}
        self.answer: Raw | NoAnswer | None = None
        self.asked: list[str] = []
        self.takes_ms = 0
        self.closed = False

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        self.asked.append(f"{method} {target}")
        assert (headers, body) == ({}, None)  # nothing that a portal could learn a device by
        if isinstance(self.answer, NoAnswer):
            raise self.answer
        if self.answer is not None:
            return self.answer
        self.clock.pass_ms(self.takes_ms)
        said = {"v": 1, "nonce": target.partition("?n=")[2], "server_ms": self.clock.wall, **self.members}
        return Raw(200, {"content-type": wire.DSSE}, trust.seal_object(trust.PING, said, self.signer))

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def line() -> Line:
    return Line(FakeClock())


def look(line: Line, *, feed: tuple[SeedSigner, ...] = (FEED,)) -> CentreSeen:
    return Ping(line, line.clock, SeededRandomness(1)).ask([signer.public for signer in feed])


def test_the_centre_is_known_by_its_signature(line: Line) -> None:
    assert look(line) == CentreSeen("online", "", 0)


def test_each_question_has_a_nonce_of_its_own(line: Line) -> None:
    ping = Ping(line, line.clock, SeededRandomness(1))
    ping.ask([FEED.public])
    ping.ask([FEED.public])
    assert len(set(line.asked)) == 2
    assert all(len(asked) == len("GET /v1/ping?n=") + 22 for asked in line.asked)


def test_half_of_the_way_there_and_back_is_no_error_of_the_clock(line: Line) -> None:
    line.takes_ms = 4_000
    assert look(line).ahead_ms == -2_000


@pytest.mark.parametrize(
    ("ahead_ms", "state"),
    [(300_000, "online"), (300_001, "clock_wrong"), (-300_001, "clock_wrong"), (-86_400_000, "clock_wrong")],
)
def test_a_clock_too_far_off_to_sign_with_is_named(line: Line, ahead_ms: int, state: State) -> None:
    line.members = {"server_ms": line.clock.wall - ahead_ms}
    assert look(line) == CentreSeen(state, "", ahead_ms)


@pytest.mark.parametrize(
    "members", [{"nonce": "A" * 22}, {"server_ms": "soon"}, {"server_ms": -1}, {"server_ms": True}, {"server_ms": None}]
)
def test_an_old_or_empty_answer_is_not_the_centres(line: Line, members: dict[str, Any]) -> None:
    line.members = members
    assert look(line).state == "portal"


def test_whoever_signs_with_another_key_is_a_portal(line: Line) -> None:
    line.signer = STRANGER
    assert look(line).state == "portal"
    assert look(line, feed=(FEED, STRANGER)).state == "online"


@pytest.mark.parametrize(
    ("answer", "state", "detail"),
    [
        (Raw(200, HTML, b"<form>"), "portal", "200"),
        (Raw(302, {"location": "http://portal.example"}, b""), "portal", "302"),
        (Raw(511, HTML, b""), "portal", "511"),
        (Raw(200, {"content-type": wire.DSSE}, b"{"), "portal", ""),
        (Raw(500, HTML, b""), "server_down", "500"),
        (Raw(503, {"retry-after": "60"}, b""), "server_down", "503"),
        (Raw(429, {}, b""), "server_down", "429"),
        (Raw(404, {"content-type": wire.JSON}, b"{}"), "server_down", "404"),
        (Raw(413, HTML, b""), "server_down", "413"),
    ],
)
def test_what_is_not_the_centres_answer_is_sorted(line: Line, answer: Raw, state: State, detail: str) -> None:
    line.answer = answer
    seen = look(line)
    assert (seen.state, seen.ahead_ms) == (state, None)
    assert not detail or seen.detail == detail


@pytest.mark.parametrize("trouble", ["offline", "portal", "clock_wrong"])
def test_what_the_line_says_is_passed_on(line: Line, trouble: Trouble) -> None:
    line.answer = NoAnswer(trouble, "word")
    assert look(line) == CentreSeen(trouble, "word")  # type: ignore[arg-type]  # these three are states too


def test_closing_lets_the_line_go(line: Line) -> None:
    Ping(line, line.clock, SeededRandomness(1)).close()
    assert line.closed
