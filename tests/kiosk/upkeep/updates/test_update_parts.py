"""The thread, the proof of health, and what is kept of an update."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import pytest

from kiosk.model.facts import UPDATE
from kiosk.upkeep.updates.update_parts import GoOn
from kiosk.upkeep.updates.update_standing import Notes, UpdateStatus, read
from kiosk.upkeep.updates.update_worker import CALM_MS, LOOK_MS, Updater
from kiosk.upkeep.updates.version_trial import VersionTrial
from protocol.errors import Corrupt, Refused, Unavailable
from starter import health
from starter.health import Note
from starter.signs import MARK
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.stepper import Stepper

# ---- what is kept


@pytest.mark.parametrize(
    "raw", [None, b"", b"{", b"[]", b"3", b'{"phase": 3, "since_ms": "x"}', b'{"more": 1}', b"[" * 10_000, b"\xff"]
)
def test_nothing_or_nonsense_is_the_beginning(raw: bytes | None) -> None:
    assert read(raw) == UpdateStatus()


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    facts: dict[str, bytes] = {}
    notes = Notes(facts.get, lambda change: facts.update({change.name: change.value}))
    wanted = notes.put(phase="WAITING", version="0.2.0", since_ms=5)
    assert notes.now() == wanted == read(facts[UPDATE.name])


# ---- the proof


def test_nobody_watching_nothing_is_proven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MARK, raising=False)
    trial = VersionTrial(tmp_path)
    trial.opening()
    trial.checking()
    trial.prove({"vault": lambda: 1 / 0})
    assert not trial.watched
    assert list(tmp_path.iterdir()) == []


def test_each_stage_is_told_and_good_is_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "program").mkdir()
    monkeypatch.setenv(MARK, "m1")
    trial = VersionTrial(tmp_path)
    for act, wanted in ((trial.opening, "opening"), (trial.checking, "checking")):
        act()
        assert health.hear(tmp_path, "m1") == Note(wanted)
    trial.prove({"vault": lambda: None, "window": lambda: None})
    assert health.hear(tmp_path, "m1") == Note("good")


def test_what_fails_is_named_without_its_values(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "program").mkdir()

    def broken() -> None:
        raise ValueError("29001010100018")

    with caplog.at_level(logging.ERROR), pytest.raises(Corrupt, match="update_unwell"):
        VersionTrial(tmp_path, "m1").prove({"vault": broken, "window": lambda: None, "receipt": broken})
    assert health.hear(tmp_path, "m1") == Note("bad", ("vault", "receipt"))
    assert "trial: vault: ValueError" in caplog.text
    assert "29001010100018" not in caplog.text


def test_what_the_machine_lacks_is_not_held_against_the_version(tmp_path: Path) -> None:
    (tmp_path / "program").mkdir()
    told = []
    # already running: its own first start goes on after somebody has ended the starter that watched it
    for error in (
        Unavailable("keystore_locked"), Refused("already_running"), Refused("upgrade_waits", n=3),
        Refused("store_newer"), Corrupt("store_damaged"), ImportError(),
    ):  # fmt: skip
        VersionTrial(tmp_path, "m1").fail(error)
        told.append(health.hear(tmp_path, "m1"))
    assert [note and note.stage for note in told] == ["unable", "unable", "unable", "bad", "bad", "bad"]


def test_a_disk_that_takes_no_note_is_no_crash(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        VersionTrial(tmp_path / "gone", "m1").prove({})
    assert "not told" in caplog.text


# ---- the thread


class Steps:
    """`kiosk.upkeep.updates.update_states.UpdateStates` as its thread sees it."""

    def __init__(self) -> None:
        self.went_on: list[bool] = []
        self.asked = 0
        self.fail = False

    def step(self, go_on: GoOn) -> None:
        self.went_on.append(go_on())
        if self.fail:
            raise RuntimeError("29001010100018")

    def ask(self) -> None:
        self.asked += 1

    def standing(self) -> UpdateStatus:
        return UpdateStatus("WAITING")


def test_it_steps_when_asked_and_ends_when_told() -> None:
    steps, closed, clock = Steps(), threading.Event(), FakeClock()
    updater = Updater(steps, closed.set, None, clock)  # type: ignore[arg-type]
    driven = Stepper(updater, clock, CALM_MS)
    driven.run(CALM_MS - 1)
    assert steps.went_on == [], "the first seconds belong to whoever signs in"
    for _ in range(2):
        updater.now()
        driven.run()
    updater.stop()
    assert closed.is_set()
    assert (steps.asked, steps.went_on, updater.standing().phase) == (2, [True, True], "WAITING")
    driven.run()
    assert steps.went_on == [True, True, False], "what was woken last does nothing any more"


def test_a_bug_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    steps, clock = Steps(), FakeClock()
    steps.fail = True
    updater = Updater(steps, lambda: None, None, clock)  # type: ignore[arg-type]
    with caplog.at_level(logging.ERROR):
        assert Stepper(updater, clock).run(2 * LOOK_MS) == 3
    assert "updates: RuntimeError" in caplog.text
    assert "29001010100018" not in caplog.text


def test_stopped_before_its_start_is_nothing() -> None:
    Updater(Steps(), lambda: None, None, FakeClock()).stop()  # type: ignore[arg-type]
