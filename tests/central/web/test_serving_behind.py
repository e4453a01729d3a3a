"""What works behind the server: it goes on whatever fails, and does not fill a disk with saying so."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from central.centre import Centre
from central.cli import serve_command
from protocol.errors import Unavailable
from tests.harness.centre_office import Office
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.stepper import Stepper


def test_one_task_that_fails_stops_neither_the_others_nor_its_own_next_try(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, said, watched = FakeClock(), list[Exception](), list[Centre]()

    def locked(_: Centre) -> None:
        raise PermissionError(13, "Permission denied", "updates/metadata")

    monkeypatch.setattr("central.releases.rollout.sign_daily", locked)
    monkeypatch.setattr("central.fleet.rollout_halt.watch", watched.append)
    sweep = serve_command.Sweep(replace(office.centre, mono_ms=clock.mono_ms), said.append)
    Stepper(sweep, clock).run(2 * serve_command.PURGE_MS)
    assert ([type(error) for error in said], len(watched)) == ([PermissionError] * 3, 3)


def test_both_work_behind_the_server_until_its_end(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.active_count()
    with serve_command._working(office.centre) as arrived:
        assert threading.active_count() == before + 2
        arrived()
    assert threading.active_count() == before
    assert capsys.readouterr().err == ""


def test_the_same_complaint_is_said_once_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now = [1_000_000]
    complain = serve_command.Complaints(lambda: now[0])
    for error in (Unavailable("database_stuck", reason="full"), ValueError("a name"), ValueError("another")):
        complain(error)
        complain(error)
    now[0] += serve_command.PURGE_MS
    complain(ValueError("a third"))
    assert capsys.readouterr().err.splitlines() == [
        "worker: database_stuck(reason='full')", "worker: ValueError", "worker: ValueError",
    ]  # fmt: skip
