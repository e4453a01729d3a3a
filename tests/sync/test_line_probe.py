"""The way to the centre, told apart; and a support file on it."""

from __future__ import annotations

import socket
import threading

import pytest

from kiosk.upkeep.doctor.check_result import Seen, Unknown
from protocol.errors import Unavailable
from protocol.wire import wire
from sync import line_probe
from sync.line import NoAnswer, Raw
from sync.line_probe import CentreSeen, LineProbe, diagnosed, has_name, has_way
from sync.live_questions import LiveQuestions
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness
from tests.harness.sync_party import FEED, lost, pair
from tests.sync.test_centre_ping import Line


def line(address: str) -> LineProbe:
    return LineProbe(lambda: address, None, lambda: [FEED.public], FakeClock(), SeededRandomness(1))


@pytest.mark.parametrize(
    ("sight", "state"),
    [
        (CentreSeen("online", "", 5), "online"), (CentreSeen("clock_wrong", "", 900_000), "clock_wrong"),
        (CentreSeen("portal", "certificate"), "foreign"), (CentreSeen("portal", "tls"), "foreign"),
        (CentreSeen("portal", "200"), "portal"), (CentreSeen("offline", "connection"), "silent"),
        (CentreSeen("server_down", "503"), "silent"),
    ],
)  # fmt: skip
def test_what_a_ping_saw_in_the_words_of_a_diagnosis(sight: CentreSeen, state: str) -> None:
    assert diagnosed(sight).state == state
    assert diagnosed(sight).ahead_ms == sight.ahead_ms


def test_nobody_answers_on_this_machine_so_the_centre_is_silent_and_it_is_looked_at_once() -> None:
    asked = line("http://127.0.0.1:9")
    assert asked.inspect() == Seen("silent")
    assert asked.inspect() is asked.inspect()


def test_without_an_address_there_is_nothing_to_look_for() -> None:
    with pytest.raises(Unknown, match="no_centre"):
        line("").inspect()


def test_no_way_out_and_no_name_are_two_things(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_probe, "has_way", lambda: False)
    assert line("https://centre.example").inspect() == Seen("no_link")
    monkeypatch.setattr(line_probe, "has_way", lambda: True)
    monkeypatch.setattr(line_probe, "has_name", lambda _host: False)
    assert line("https://centre.example").inspect() == Seen("no_name")
    monkeypatch.setattr(line_probe, "has_name", lambda _host: True)
    monkeypatch.setattr(LineProbe, "ask", lambda _self, _line, _keys: Seen("online", 0))
    assert line("https://centre.example").inspect() == Seen("online", 0)


def test_a_datagram_without_a_route_is_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(_self: socket.socket, _address: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    assert not has_way()
    monkeypatch.setattr(socket.socket, "connect", lambda _self, _address: None)
    assert has_way()


def test_a_name_is_found_or_not_or_not_in_time() -> None:
    def missing(_host: str, _port: int) -> None:
        raise socket.gaierror

    end = threading.Event()
    assert has_name("x", ask=lambda _host, _port: None)
    assert not has_name("x", ask=missing)
    assert not has_name("x", 0.05, lambda _host, _port: end.wait(30))
    end.set()


def test_the_other_end_is_really_asked() -> None:
    there = Line(FakeClock())
    there.answer = NoAnswer("portal", "certificate")
    assert line("http://127.0.0.1:9").ask(there, [FEED.public]) == Seen("foreign")
    assert there.closed


# ---- the support file


def test_a_support_file_is_signed_for() -> None:
    centre, _line, kiosk = pair()
    assert LiveQuestions(kiosk.client).send_support(b"KJS1") == "S-7"
    centre.support = {"number": "x" * 100}
    assert len(LiveQuestions(kiosk.client).send_support(b"KJS1")) == 40


@pytest.mark.parametrize("bent", [{"number": 7}, {"number": ""}, {"request_nonce": "old"}, {"device": "x"}])
def test_an_answer_to_something_else_is_no_receipt(bent: dict[str, object]) -> None:
    centre, _line, kiosk = pair()
    centre.support = bent
    with pytest.raises(Unavailable, match="line_portal"):
        LiveQuestions(kiosk.client).send_support(b"KJS1")


def test_without_a_line_it_is_said() -> None:
    _centre, line, kiosk = pair()
    line.after = lost
    support = LiveQuestions(kiosk.client)
    with pytest.raises(Unavailable, match="line_offline"):
        support.send_support(b"KJS1")
    line.after = lambda _target, _raw: Raw(200, {"content-type": wire.DSSE}, b"<html>")
    with pytest.raises(Unavailable, match="line_portal"):
        support.send_support(b"KJS1")
    support.close()
    assert line.closed
