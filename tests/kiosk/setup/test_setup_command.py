"""`manfaz setup --accept`: what it does where something is missing. The whole way is walked in test_accept."""

from __future__ import annotations

import io
import json
import os
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.events import DocumentsChanged
from kiosk.main import cli
from kiosk.main.commands import setup_command
from kiosk.main.commands.setup_sources import keep_report
from kiosk.model.store_changes import PutDocument, PutFact
from kiosk.ports.world import LineStatus
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_steps import STEPS
from kiosk.staff.sign_in import Seat
from protocol.documents import trust
from protocol.documents.operators import Activation, activation_hash
from protocol.errors import Refused, Unavailable
from protocol.keys import SeedSigner
from protocol.program.explained import explain
from protocol.texts import LANGUAGES
from protocol.values.arabic import isolate
from protocol.wire.acceptance import sign_report
from storage.backup import nearby_backups
from tests.harness import shop
from tests.harness.setup_host import Host, desk

pytestmark = pytest.mark.usefixtures("qapp")


def asked(folder: Path, *words: str) -> Namespace:
    top = ["--data", str(folder / "data"), "--centre", "http://127.0.0.1:9"]
    return cli.parser().parse_args([*top, "setup", "--accept", "--wait-s", "0", *words])


class Scripted:
    """The command on a counter of the window's tests."""

    def __init__(self, folder: Path, step: Any, *words: str) -> None:
        self.host = Host()
        self.script = setup_command._Script(asked(folder, *words))
        self.script._kiosk.close()
        (folder / "data").mkdir(exist_ok=True)
        self.desk: SetUpDesk = desk(self.host, folder / "data")
        self.host.enrolment.is_needed = STEPS.index(step) <= STEPS.index("enrolment")
        self.host.ready = True
        self.desk.keep(self.desk.progress.at(step))
        self.script._kiosk, self.script._desk = self.host, self.desk  # type: ignore[assignment]


def test_a_server_in_utc_is_noted_and_a_date_that_cannot_be_is_not_passed_over(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "clock")
    made.desk.steps._machine = made.desk.steps._machine.__class__(
        **{name: getattr(made.desk.steps._machine, name) for name in made.desk.steps._machine.__slots__}
        | {"offset_min": lambda _ms: 0}
    )
    made.script._clock()
    assert made.desk.progress.state("clock") == "skipped"
    made.desk.back()
    made.host.shop.clock.wall = 1_430_000_000_000
    with pytest.raises(Refused, match="setup_clock_old"):
        made.script._clock()


def in_zone(made: Scripted, offset: int) -> None:
    made.desk.steps._machine = replace(made.desk.steps._machine, offset_min=lambda _ms: offset)


def test_a_zone_that_is_not_cairo_is_said_as_the_window_says_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Scripted(tmp_path, "clock", "--json")
    in_zone(made, 0)
    made.script._clock()
    reason = json.loads(capsys.readouterr().out)["reason"]
    error = Refused("setup_zone", found=isolate("+00:00"), want=isolate("+02:00"))
    for language in LANGUAGES:
        assert " ".join(explain(language, error)) in reason


def test_a_zone_that_was_set_since_is_looked_at_again_where_it_goes_on(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "clock")
    in_zone(made, 0)
    made.script._clock()
    made.desk.keep(made.desk.progress.at("printer"))
    made.script._zone_again()
    assert (made.desk.progress.state("clock"), made.desk.progress.step) == ("skipped", "printer")
    in_zone(made, 120)
    made.script._zone_again()
    assert (made.desk.progress.state("clock"), made.desk.progress.step) == ("passed", "printer")


def test_a_clock_that_somebody_left_out_stays_left_out(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "clock")
    made.desk.skip("no time")
    made.script._zone_again()
    assert made.desk.progress.results["clock"].note == "no time"


def test_an_enrolment_that_was_kept_before_the_cut_is_found(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "enrolment")
    made.host.enrolment.is_needed = False
    made.script._enrol()
    assert made.desk.progress.step == "catalogue"


def test_the_same_digits_are_shown_after_a_cut_and_a_line_on_a_stick_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from kiosk.setup.enrolment_state import UnderWay

    line = tmp_path / "manfaz-slot.txt"
    line.write_text("manfaz1 https://centre.example 0417 7k3qf9zm2px")
    made = Scripted(tmp_path, "enrolment", "--invitation", str(line))
    assert made.script._slot() == ("0417", "7K3QF9ZM2PX")
    made.host.enrolment.waiting = UnderWay("https://x", "0417", "482915")
    made.host.enrolment.polls = [True]
    made.script._enrol()
    assert "482915" in capsys.readouterr().out
    assert made.host.enrolment.claimed == []


def test_a_stick_that_cannot_be_written_or_holds_nothing_is_said(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "enrolment", "--request", str(tmp_path / "none" / "r.json"))
    with pytest.raises(Unavailable, match="stick_away"):
        made.script._carry()
    made = Scripted(tmp_path, "enrolment", "--answer", str(tmp_path / "none.json"))
    with pytest.raises(Refused, match="stick_none"):
        made.script._carry()


def test_waiting_ends_with_what_was_away_or_with_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Scripted(tmp_path, "enrolment")
    monkeypatch.setattr(setup_command, "LOOK_S", 0.001)

    def away() -> bool:
        raise Unavailable("line_offline")

    made.script._asked.wait_s = -1
    with pytest.raises(Unavailable, match="line_offline"):
        made.script._until(away)
    with pytest.raises(Unavailable, match="setup_time"):
        made.script._until(lambda: False)
    answers = [False, True]
    made.script._asked.wait_s = 60
    made.script._until(lambda: answers.pop(0))
    tried: list[int] = []

    def back() -> bool:
        tried.append(1)
        if len(tried) == 1:
            raise Unavailable("line_offline")
        return True

    made.script._until(back)
    assert len(tried) == 2


def test_without_a_line_nobody_is_told_to_go_on_working(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Scripted(tmp_path, "enrolment")

    def away() -> None:
        raise Unavailable("line_offline")

    monkeypatch.setattr(made.script, "_claim", away)
    with pytest.raises(Unavailable) as told:
        made.script._enrol()
    assert "Go on working" not in " ".join(explain("en", told.value))


def test_a_wrong_address_is_mended_where_it_was_typed() -> None:
    assert "configuration" not in " ".join(explain("en", Refused("centre_address")))


def waiting() -> Any:
    raise Unavailable("setup_waiting", missing="x")


def test_what_has_not_come_is_waited_for(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "catalogue")
    made.desk.documents = waiting  # type: ignore[method-assign]
    made.script._asked.wait_s = -1
    with pytest.raises(Unavailable, match="setup_time"):
        made.script._documents()


def test_no_printer_and_a_page_nobody_looked_at_are_skipped(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "printer")
    made.script._print()
    assert made.desk.progress.state("printer") == "skipped"
    made.desk.back()
    made.script._choice = made.script._choice.__class__("file", str(tmp_path / "papers"))
    made.script._print()
    assert "nobody looked" in made.desk.progress.results["printer"].note


def test_a_shop_without_people_is_said(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "operator")
    made.host.people.seats = list  # type: ignore[method-assign]
    with pytest.raises(Refused, match="setup_nobody"):
        made.script._operator()


OTHER_CODE = "3H7K9QF2ZM5"


@pytest.fixture
def of_two(tmp_path: Path) -> Callable[..., Any]:
    """A set-up at the step of the first operator, in a shop of two people who have a code each."""

    def make(*more: str) -> Any:
        made = Scripted(tmp_path, "operator", "--pin", shop.PIN, *more)
        seats = made.host.people.seats()
        salt = bytes(16)
        own = replace(seats[0].operator, activation=Activation(salt, activation_hash(OTHER_CODE, salt)))
        made.host.people.seats = lambda: [Seat(own, has_pin=False), *seats[1:]]  # type: ignore[method-assign]
        return made

    return make


def test_the_first_operator_is_the_one_whose_code_is_given(of_two: Callable[..., Any]) -> None:
    made = of_two("--operator-code", OTHER_CODE)
    (own, other) = (seat.operator.id for seat in made.host.people.seats())
    assert made.script._whose(made.host.people.seats()) == own
    assert of_two("--operator-code", shop.CODE).script._whose(made.host.people.seats()) == other


def test_the_one_who_is_named_goes_before_the_code(of_two: Callable[..., Any]) -> None:
    made = of_two("--operator-code", OTHER_CODE, "--operator", "somebody")
    assert made.script._whose(made.host.people.seats()) == "somebody"


def test_a_code_of_nobody_is_tried_on_nobody_of_several(of_two: Callable[..., Any]) -> None:
    made = of_two("--operator-code", "ZZZZZZZZZZZ")
    with pytest.raises(Refused, match="activation_wrong"):
        made.script._operator()
    assert made.script._whose(made.host.people.seats()[:1]) == shop.OPERATOR, (
        "where there is one it is his to get wrong"
    )


class Line:
    """A line that brings what the centre has published when somebody asks, at most once for each of `pages`."""

    def __init__(self, store: Any, pages: list[Callable[[], object]], failures: int = 0) -> None:
        self.store, self.pages, self.failures, self.asked = store, pages, failures, 0

    def status(self) -> LineStatus:
        return LineStatus(last_success_ms=None, next_try_ms=self.asked)

    def now(self) -> None:
        self.asked += 1
        if self.asked > self.failures:
            if self.pages:
                self.pages.pop(0)()
            self.store.commit([], [PutFact("catalogue_seen_ms", str(self.asked).encode())])


def publish(made: Scripted) -> None:
    """The centre's people with a new code, as the feed brings them."""
    people = shop.operators(2)
    salt = bytes(16)
    people["operators"][0]["activation"] = {"salt": salt.hex(), "hash": activation_hash(OTHER_CODE, salt).hex()}
    sealed = trust.seal_object(trust.OPERATORS, people, shop.FEED)
    made.host.store.commit([], [PutDocument("operators", 2, sealed)])
    made.host.shop.counter.events.publish(DocumentsChanged("operators"))


def of_before(folder: Path, pages: int, failures: int = 0) -> tuple[Scripted, Line]:
    """A counter with the people of its backup; the new ones come with page number `pages`."""
    made = Scripted(folder, "operator", "--pin", shop.PIN, "--operator-code", OTHER_CODE)
    made.script._asked.wait_s = 60
    come: list[Callable[[], object]] = [lambda: None] * (pages - 1)
    line = Line(made.host.store, [*come, lambda: publish(made)], failures)
    made.host.counter.line = line
    return made, line


@pytest.mark.parametrize(("pages", "failures"), [(1, 0), (2, 0), (1, 1)])
def test_a_code_given_since_the_backup_is_fetched_before_it_is_judged(
    tmp_path: Path, pages: int, failures: int
) -> None:
    """With the first page; with one that came just after the first was read; with keys changed since the backup."""
    made, _line = of_before(tmp_path, pages, failures)
    made.script._operator()
    assert made.desk.progress.state("operator") == "passed"


def test_a_wrong_code_costs_one_try_where_nobody_new_has_come(tmp_path: Path) -> None:
    made, line = of_before(tmp_path, 3)
    with pytest.raises(Refused, match="activation_wrong"):
        made.script._operator()
    assert line.asked == 2


def test_what_no_news_can_mend_is_refused_at_once(tmp_path: Path) -> None:
    made, line = of_before(tmp_path, 1)
    made.script._asked.pin = "1"
    with pytest.raises(Refused, match="pin_form"):
        made.script._operator()
    assert line.asked == 1


@pytest.mark.parametrize("wait_s", [60, -1])
def test_without_a_line_it_goes_on_with_those_who_are_here_and_says_so(
    tmp_path: Path, wait_s: int, capsys: pytest.CaptureFixture[str]
) -> None:
    made, line = of_before(tmp_path, 1, failures=9)
    made.script._asked.operator_code, made.script._asked.wait_s = shop.CODE, wait_s
    made.script._operator()
    assert made.desk.progress.state("operator") == "passed"
    assert line.asked < 9
    assert "not read" in capsys.readouterr().out


def test_after_a_cut_whoever_has_a_pin_sits_down_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Scripted(tmp_path, "acceptance", "--pin", shop.PIN)
    made.host.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
    made.host.people.sign_out()
    made.script._accept()
    assert made.script._ended() == 1, "the printer was never looked at"
    said = capsys.readouterr().out
    assert "not_ready" in said
    assert "acceptance.json" not in said, "nobody named a folder for the report"


def test_a_folder_for_the_report_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="stick_away"):
        keep_report(tmp_path / "file" / "below", {}, b"{}")


def test_each_step_may_be_told_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Scripted(tmp_path, "clock", "--json")
    made.script._report(step="clock", note="ملاحظة")
    assert json.loads(capsys.readouterr().out) == {"step": "clock", "note": "ملاحظة"}


def test_secrets_need_not_stand_in_the_list_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Namespace] = []

    class Script:
        def __init__(self, given: Namespace) -> None:
            seen.append(given)

        def run(self) -> int:
            return 0

    monkeypatch.setattr(setup_command, "_Script", Script)
    monkeypatch.setattr("sys.stdin", io.StringIO("ABCDEFGHJKM\nACT1VAT10N\n123456\n"))
    assert setup_command.setup(asked(tmp_path, "--code", "-", "--operator-code", "-", "--pin", "-")) == 0
    assert (seen[0].code, seen[0].operator_code, seen[0].pin) == ("ABCDEFGHJKM", "ACT1VAT10N", "123456")


def test_without_accept_it_is_the_window_at_its_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Namespace] = []

    def run(given: Namespace) -> int:
        seen.append(given)
        return 0

    monkeypatch.setattr("kiosk.main.startup.run", run)
    assert cli.main(["setup"]) == 0
    assert seen[0].wizard is True


def test_only_a_counter_that_nobody_enrolled_yet_is_set_up(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "language")
    (tmp_path / "data" / "kiosk.db").touch()
    made.script._refuse_enrolled()
    made.host.enrolment.is_needed = False
    with pytest.raises(Refused, match="enrol_already"):
        made.script._refuse_enrolled()


def test_what_has_ended_stays_so_where_it_cannot_be_opened_today(tmp_path: Path) -> None:
    made = Scripted(tmp_path, "acceptance")
    made.desk.keep(replace(made.desk.progress, ended_ms=1))
    before = made.desk.progress
    made.host.ready, made.host.opening = False, Unavailable("keystore_locked")
    with pytest.raises(Unavailable, match="keystore_locked"):
        made.desk.resume()
    assert made.desk.progress == before
    made.desk.keep(made.desk.progress.at("keystore"))  # as it was left by versions that took it back
    made.host.opening = None
    made.desk.resume()
    assert made.host.ready


def test_a_line_that_is_empty_and_an_address_that_nobody_gave_are_said_as_such(tmp_path: Path) -> None:
    (tmp_path / "manfaz-slot.txt").write_text("")
    with pytest.raises(Refused, match="invitation_form"):
        setup_command._Script(asked(tmp_path, "--invitation", str(tmp_path / "manfaz-slot.txt")))
    made = Scripted(tmp_path, "enrolment")
    made.script._asked.centre = None
    with pytest.raises(Refused, match="mistyped"):
        made.script._claim()


@pytest.mark.posix
def test_a_pipe_on_a_stick_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manfaz-slot.txt")
    with pytest.raises(Unavailable, match="file_away"):
        setup_command._Script(asked(tmp_path, "--invitation", str(tmp_path / "manfaz-slot.txt")))
    backup = tmp_path / "01a214c1-1-8-20261126-033124"
    backup.mkdir()
    os.mkfifo(backup / "backup.json")
    assert [one.manifest for one in nearby_backups.find([tmp_path])] == [None]


def test_after_a_backup_was_put_back_it_is_set_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def enrol() -> None:
        raise Refused("slot_form")

    made = Scripted(tmp_path, "enrolment")
    made.desk.keep(replace(made.desk.progress.at("acceptance"), ended_ms=1))
    monkeypatch.setattr(made.script, "_enrol", enrol)
    monkeypatch.setattr(made.host, "close", lambda: None, raising=False)
    with pytest.raises(Refused, match="slot_form"):
        made.script.run()
    assert (made.desk.progress.ended_ms, made.desk.progress.step) == (0, "enrolment")


@pytest.mark.parametrize("before", [b"", b"an earlier epoch's"])
def test_enrolled_anew_at_the_window_it_is_proved_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes
) -> None:
    """It was moved, or put back, since: its old report speaks of another, and is no document that arrived forged."""

    def practise() -> None:
        raise Refused("setup_no_service")

    made = Scripted(tmp_path, "acceptance", "--pin", shop.PIN)
    made.desk.keep(replace(made.desk.progress, ended_ms=1))
    signer = SeedSigner(bytes(32))
    made.host.store.commit([], [PutFact("acceptance", before and sign_report({"v": 1}, signer))])
    monkeypatch.setattr(made.host, "close", lambda: None, raising=False)
    monkeypatch.setattr(made.script, "_works", lambda: dict.fromkeys(STEPS, practise))
    with pytest.raises(Refused, match="setup_no_service"):
        made.script.run()
    assert made.desk.progress.ended_ms == 0


def test_what_is_proved_is_told_again_and_nothing_is_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Scripted(tmp_path, "acceptance", "--pin", shop.PIN)
    made.host.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
    made.host.people.sign_out()
    made.script._accept()
    ended = made.desk.progress
    monkeypatch.setattr(made.host, "close", lambda: None, raising=False)
    assert made.script.run() == 1, "the printer was never looked at"
    assert made.desk.progress == ended
