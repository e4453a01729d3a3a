"""What works behind the server: it goes on whatever fails, and does not fill a disk with saying so."""

from __future__ import annotations

import threading

import pytest

from central.centre import Centre
from central.cli import serve_command
from protocol.errors import Unavailable
from tests.harness.centre_office import Office

WITHIN_S = 30


def test_one_task_that_fails_stops_neither_the_others_nor_its_own_next_try(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried, watched = threading.Semaphore(0), threading.Semaphore(0)

    def locked(_: Centre) -> None:
        tried.release()
        raise PermissionError(13, "Permission denied", "updates/metadata")

    monkeypatch.setattr(serve_command, "PURGE_S", 0.01)
    monkeypatch.setattr("central.releases.rollout.sign_daily", locked)
    monkeypatch.setattr("central.fleet.rollout_halt.watch", lambda _: watched.release())
    with serve_command._working(office.centre):
        assert all(tried.acquire(timeout=WITHIN_S) and watched.acquire(timeout=WITHIN_S) for _ in range(3))
    assert "worker: PermissionError" in capsys.readouterr().err


def test_the_same_complaint_is_said_once_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now = [1000.0]
    complain = serve_command.Complaints(lambda: now[0])
    for error in (Unavailable("database_stuck", reason="full"), ValueError("a name"), ValueError("another")):
        complain(error)
        complain(error)
    now[0] += serve_command.PURGE_S
    complain(ValueError("a third"))
    assert capsys.readouterr().err.splitlines() == [
        "worker: database_stuck(reason='full')", "worker: ValueError", "worker: ValueError",
    ]  # fmt: skip
