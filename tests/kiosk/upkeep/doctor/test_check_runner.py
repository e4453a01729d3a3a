"""All at once, none for long, nothing said twice; a check that crashes is a result."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from kiosk.core.system_world import SystemClock
from kiosk.upkeep.doctor import check_runner, diagnosis
from kiosk.upkeep.doctor.check_result import Check, Finding, Probes, Result, Seen, Unknown
from kiosk.upkeep.doctor.diagnosis import kept, to_show
from protocol.doctor import CHECKS, Severity
from protocol.errors import Unavailable
from protocol.journal.mirror_lag import MOST, MOST_S, Lag
from protocol.program.explained import explain
from protocol.program.loop import start_thread
from protocol.texts import LANGUAGES, Language
from tests.harness.fakes.fake_doctor import FakeComputer, run_at_once
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import FakeClock


@pytest.fixture
def computer() -> FakeComputer:
    return FakeComputer(FakeClock(), FakeStore())


def check(number: int, look: object, *parents: int) -> Check:
    return Check(CHECKS[number], "disk", look, depends_on=parents)  # type: ignore[arg-type]


def ok(_probes: Probes) -> Finding | None:
    return None


def warns(_probes: Probes) -> Finding | None:
    return Finding(Severity.WARN, {"mib": 1})


def notes(_probes: Probes) -> Finding | None:
    return Finding(Severity.NOTE, {"mib": 1})


def crashes(_probes: Probes) -> Finding | None:
    raise ZeroDivisionError


def nobody_knows(_probes: Probes) -> Finding | None:
    raise Unknown("dark")


def states(results: list[Result]) -> list[tuple[str, str]]:
    return [(result.state, result.reason) for result in results]


def test_a_broken_parent_silences_its_children_and_theirs(computer: FakeComputer) -> None:
    checks = [check(1, warns), check(2, warns, 1), check(3, warns, 2), check(4, warns), check(5, ok, 1)]
    results = check_runner.run_here(checks, computer.probes())
    assert states(results) == [
        ("found", ""), ("skipped", "after_1"), ("skipped", "after_2"), ("found", ""), ("ok", ""),
    ]  # fmt: skip


def test_a_note_silences_nobody_and_a_silent_parent_hands_on(computer: FakeComputer) -> None:
    checks = [check(1, notes), check(2, warns, 1), check(3, warns), check(4, ok, 3), check(5, warns, 4, 9)]
    results = check_runner.run_here(checks, computer.probes())
    assert states(results)[1] == ("found", "")
    assert states(results)[4] == ("skipped", "after_3")


def test_a_crash_is_a_result_and_says_that_the_fault_is_ours(computer: FakeComputer) -> None:
    results = check_runner.run_here([check(1, crashes), check(2, warns, 1), check(3, nobody_knows)], computer.probes())
    assert states(results) == [("crashed", "ZeroDivisionError"), ("skipped", "after_1"), ("skipped", "dark")]
    assert diagnosis.exit_code(results) == diagnosis.CRASHED
    for language in LANGUAGES:
        assert all(results[0].words(language))
    assert diagnosis.graver_first(results) == results[:1]


def test_who_is_not_back_in_time_has_crashed_and_who_is_stopped_is_skipped(computer: FakeComputer) -> None:
    end, computer.clock = threading.Event(), SystemClock()

    def hangs(_probes: Probes) -> Finding | None:
        end.wait(30)
        return None

    checks = [check(1, hangs), check(2, ok)]
    results = check_runner.run(checks, computer.probes(), start_thread, limit_ms=300)
    assert states(results) == [("crashed", "too_slow"), ("ok", "")]
    told: list[int] = []
    results = check_runner.run(
        checks, computer.probes(), start_thread, go_on=lambda: not told, tell=lambda one: told.append(one.check.number)
    )
    assert states(results) == [("skipped", "stopped"), ("ok", "")]
    end.set()


def test_everything_runs_beside_everything_and_tells_as_it_goes(computer: FakeComputer) -> None:
    told: list[int] = []
    results = check_runner.run(
        check_runner.CHECKS, computer.probes(), run_at_once, tell=lambda result: told.append(result.check.number)
    )
    assert sorted(told) == [result.check.number for result in results] == list(range(1, 42))


def test_some_numbers_bring_what_they_depend_on() -> None:
    assert [one.number for one in check_runner.with_parents([18])] == [11, 13, 14, 16, 17, 18, 26]


@pytest.mark.parametrize(
    ("results", "code"),
    [([], 0), ([notes], 1), ([warns, crashes], 3), ([crashes], 3), ([ok, warns], 1)],
)
def test_exit_codes(computer: FakeComputer, results: list[object], code: int) -> None:
    checks = [check(number, look) for number, look in enumerate(results, 1)]
    assert diagnosis.exit_code(check_runner.run_here(checks, computer.probes())) == code


def test_a_stop_is_worse_than_a_crash(computer: FakeComputer) -> None:
    def stops(_probes: Probes) -> Finding | None:
        return Finding(Severity.STOP, {"mib": 1})

    results = check_runner.run_here([check(1, stops), check(2, crashes)], computer.probes())
    assert diagnosis.exit_code(results) == diagnosis.STOP


def test_the_document_has_both_languages_and_what_a_program_wants(computer: FakeComputer) -> None:
    computer.free = 1
    results = check_runner.run_here([check_runner.BY_NUMBER[6], check_runner.BY_NUMBER[1]], computer.probes())
    said = diagnosis.document(results, 77)
    assert (said["schema"], said["at_ms"], said["exit"]) == (1, 77, diagnosis.STOP)
    first, second = said["checks"]
    assert (first["number"], first["severity"], first["values"]) == (6, "stop", {"mib": 0})
    assert set(first["texts"]["ar"]) == {"title", "found", "why", "remedy"}
    assert (second["state"], second["severity"], set(second["texts"]["en"])) == ("ok", None, {"title"})


# ---- what stands, and since when


def result(number: int, severity: Severity = Severity.WARN, text: str = "") -> Result:
    return Result(check_runner.BY_NUMBER[number], "found", Finding(severity, {"mib": 3}, text))


def test_what_is_found_again_keeps_its_time_and_what_is_mended_goes() -> None:
    first = diagnosis.standing({}, [result(6), result(15)], 100, full=True)
    again = diagnosis.standing(
        first, [result(6, Severity.STOP), Result(check_runner.BY_NUMBER[15], "ok")], 200, full=False
    )
    assert [(row["n"], row["severity"], row["since_ms"]) for row in again["findings"]] == [(6, "stop", 100)]
    assert (again["at_ms"], again["full_ms"]) == (200, 100)


def test_what_was_not_looked_at_stays_the_gravest_first() -> None:
    first = diagnosis.standing({}, [result(15), result(6, Severity.STOP)], 100, full=True)
    again = diagnosis.standing(first, [], 200, full=False)
    assert [found.check.number for found, _since in kept(again)] == [6, 15]


def test_a_finding_is_shown_once_it_has_stood_for_its_time() -> None:
    shown_after = check_runner.BY_NUMBER[15].show_after_ms
    fact = diagnosis.standing({}, [result(15), result(38, Severity.NOTE)], 1_000, full=True)
    assert to_show(fact, 1_000 + shown_after - 1) is None
    found = to_show(fact, 1_000 + shown_after)
    assert found is not None
    assert found.check.number == 15
    assert to_show(fact, 500) is not None, "a time in the future was a wrong clock"
    assert to_show(diagnosis.standing({}, [result(38, Severity.NOTE)], 1, full=True), 10**12) is None


@pytest.mark.parametrize(
    "rows",
    [
        None, "rows", [7], [{"n": 99}], [{"n": 6, "severity": "grave"}],
        [{"n": 6, "severity": "warn", "text": "other", "values": {}, "since_ms": 1}],
        [{"n": 6, "severity": "warn", "text": "disk_free", "values": 5, "since_ms": 1}],
        [{"n": 2, "severity": "stop", "text": "files", "values": {"n": 3}, "since_ms": 1}],  # of before
    ],
)  # fmt: skip
def test_a_fact_that_is_odd_says_nothing(rows: object) -> None:
    assert kept({"findings": rows}) == []
    assert diagnosis.standing({"findings": rows}, [], 5, full=False)["at_ms"] == 5


def test_a_finding_of_two_kinds_comes_back_as_the_kind_it_was() -> None:
    fact = diagnosis.standing({}, [result(38, Severity.NOTE, "autostart_off")], 1, full=True)
    ((found, since_ms),) = kept(fact)
    assert (found.text, since_ms) == ("autostart_off", 1)


# ---- what only a bent computer shows


def test_answers_that_nobody_has_are_skipped(computer: FakeComputer) -> None:
    clock = FakeClock(wall=10**18)
    computer.clock = clock
    computer.seen = Seen("silent")
    probes = computer.probes()
    by_number = {one.check.number: one for one in check_runner.run_here(check_runner.CHECKS, probes)}
    assert by_number[21].reason == "clock"
    assert by_number[20].state == "skipped"
    clock.wall = FakeClock().wall
    computer.code = "absent"
    by_number = {one.check.number: one for one in check_runner.run_here(check_runner.CHECKS, probes)}
    assert by_number[26].state == "found"


def test_a_keystore_that_is_locked_without_automatic_login_is_the_keystores(computer: FakeComputer) -> None:
    computer.key_code = "keystore_locked"
    found = {
        one.check.number
        for one in check_runner.run_here(check_runner.CHECKS, computer.probes())
        if one.state == "found"
    }
    assert 16 in found
    assert 17 not in found


def sixteenth(computer: FakeComputer) -> Result:
    return next(one for one in check_runner.run_here(check_runner.CHECKS, computer.probes()) if one.check.number == 16)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["keystore_absent", "keystore_locked", "keystore_silent", "keystore_failed"])
def test_a_keystore_that_is_away_has_one_word_everywhere(computer: FakeComputer, language: Language, code: str) -> None:
    computer.key_code = code
    assert sixteenth(computer).words(language)[0] == explain(language, Unavailable(code, reason="TimeoutError"))[0]


def test_a_mirror_that_is_too_late_is_found(computer: FakeComputer) -> None:
    computer.behind = Lag(MOST - 1, MOST_S - 1)
    assert sixteenth(computer).state == "ok"
    computer.behind = Lag(MOST, 3)
    found = sixteenth(computer)
    assert (found.text, found.severity) == ("mirror_late", Severity.STOP)
    assert str(MOST) in found.words("en")[0]


def test_the_words_of_a_check_are_those_of_its_finding(computer: FakeComputer) -> None:
    del computer
    one = replace(result(35), found=Finding(Severity.WARN, {"reason": "paper_out"}))
    assert "paper" in one.words("en")[0]
