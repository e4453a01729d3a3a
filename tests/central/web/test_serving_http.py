"""Starting and ending: by the system, by hand, and where it cannot start at all."""

from __future__ import annotations

import signal
import stat
import threading
from dataclasses import replace

import pytest

from central.centre import Centre
from central.cli import serve_command
from protocol.errors import Unavailable
from tests.harness.centre_process import CentreProcess, free_port
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.own_centre import OwnCentre
from tests.harness.stepper import Stepper
from tests.harness.wire_device import SHOP, Device


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_and_comes_back_as_it_was(centre: CentreProcess, steady: Device, how: int) -> None:
    steady.request()
    assert steady.push().status_code == 200
    assert centre.stop(how) == 0
    assert "Traceback" not in centre.log()
    centre.start()
    answer = steady.post(steady.stream(steady.items[-1:]), 400, 400)
    assert steady.read_ack(answer.content).hwm == len(steady.items)


def test_what_it_writes_is_for_its_owner_only(centre: CentreProcess) -> None:
    for file in (centre.data / "keys", centre.data / "root"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o700
        assert {stat.S_IMODE(one.stat().st_mode) for one in file.iterdir() if one.is_file()} == {0o600}


def test_a_second_one_on_the_same_port_says_so(centre: CentreProcess) -> None:
    done = centre.run("serve", "--port", str(centre.port))
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_a_start_without_its_options_keeps_the_address_that_every_receipt_bears(centre: CentreProcess) -> None:
    said = centre.cli("settings", "show", "--shop", SHOP)["public_address"]
    assert said == centre.url
    other = CentreProcess(centre.data, free_port())
    done = other.run("serve", "--port", str(other.port), "--metrics-port", str(centre.port))
    assert done.returncode == 4, "another program has the second port"
    other.told = False
    other.start()
    try:
        assert centre.cli("settings", "show", "--shop", SHOP)["public_address"] == said != other.url
        assert centre.cli("device", "slot", "--shop", SHOP)["invitation"].split()[1] == said
    finally:
        other.stop()


def test_commands_without_a_centre_say_so(centre: CentreProcess) -> None:
    nowhere = CentreProcess(centre.data / "nowhere", 1)
    done = nowhere.run("device", "list")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_the_database_is_not_readable_without_its_key(centre: CentreProcess) -> None:
    files = [file for file in centre.data.iterdir() if file.is_file()]
    assert files
    assert not any(file.read_bytes().startswith(b"SQLite format 3") for file in files)


def test_one_task_that_fails_stops_neither_the_others_nor_its_own_next_try(
    office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, said, watched = FakeClock(), list[Exception](), list[Centre]()

    def locked(_: Centre) -> None:
        raise PermissionError(13, "Permission denied", "updates/metadata")

    monkeypatch.setattr("central.releases.rollout.sign_daily", locked)
    monkeypatch.setattr("central.fleet.rollout_halt.watch", watched.append)
    sweep = serve_command.Sweep(replace(office.centre, mono_ms=clock.mono_ms), said.append)
    Stepper(sweep, clock).run(2 * serve_command.PURGE_MS)
    assert ([type(error) for error in said], len(watched)) == ([PermissionError] * 3, 3)


def test_both_work_behind_the_server_until_its_end(office: OwnCentre, capsys: pytest.CaptureFixture[str]) -> None:
    before = threading.active_count()
    with serve_command._working(office.centre) as arrived:
        assert threading.active_count() == before + 2
        arrived()
    assert threading.active_count() == before
    assert capsys.readouterr().err == ""


def test_the_same_complaint_is_said_once_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    now = [1_000_000]
    complain = serve_command.Complaints(lambda: now[0], lambda: now[0])
    for error in (Unavailable("database_stuck", reason="full"), ValueError("a name"), ValueError("another")):
        complain(error)
        complain(error)
    now[0] += serve_command.PURGE_MS
    complain(ValueError("a third"))
    assert capsys.readouterr().err.splitlines() == [
        "1970-01-01T00:16:40Z worker: database_stuck(reason='full')",
        "1970-01-01T00:16:40Z worker: ValueError",
        "1970-01-01T00:17:40Z worker: ValueError",
    ]  # fmt: skip
