"""What only a Windows can show: its disks, its registry, its locks. `make test-windows` runs this file over there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.upkeep.doctor.check_result import Unknown
from storage.disk import sticks
from storage.disk.folder_lock import FolderLock
from storage.probes import windows
from storage.probes.machine import LocalMachine
from storage.probes.repairs import Repairs
from storage.probes.windows import Windows
from tests.storage.disk.test_folder_lock import holder

assert sys.platform == "win32"


def test_the_program_that_lies_in_its_usual_place_is_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path / "all"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "own"))
    here = LocalMachine(tmp_path)
    assert here.installed() == 0
    for place in ("all/Manfaz/app", "own/Programs/Manfaz/app"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "version.json").touch()
    assert here.installed() == 2


def test_a_counter_at_work_is_seen_by_its_lock_and_left_alone(tmp_path: Path) -> None:
    here = LocalMachine(tmp_path)
    assert not here.at_work()
    with holder(tmp_path) as another:
        assert here.at_work()
        another.kill()
        another.wait(10)
    assert not here.at_work()
    FolderLock(tmp_path).release()


def test_it_opens_with_the_session_once_that_has_been_mended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "برامج مثبتة" / "manfaz.exe"
    program.parent.mkdir()
    for name in ("APPDATA", "PROGRAMDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("MANFAZ", str(program))
    assert not Repairs(tmp_path).mend("autostart_off"), "there is no such program"
    program.touch()
    try:
        assert Repairs(tmp_path).mend("autostart_off")
        assert Windows().starts_alone()
        assert windows._value("user", windows._RUN, "Manfaz") == f'"{program}" --full-screen'
        program.unlink()
        assert not Windows().starts_alone(), "what is gone starts nothing"
    finally:
        assert script(tmp_path, "/off") == 0
    assert windows._value("user", windows._RUN, "Manfaz") == ""


def test_a_shortcut_in_the_start_menu_opens_it_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("storage.probes.windows._RUN", "Software\\Manfaz test\\None")
    for name in ("APPDATA", "PROGRAMDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    link = tmp_path / "Microsoft/Windows/Start Menu/Programs/Startup/Manfaz.lnk"
    link.parent.mkdir(parents=True)
    assert not Windows().starts_alone()
    link.touch()
    assert Windows().starts_alone()


def test_it_knows_its_number_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    host = Windows()
    assert host.machine_id() == host.machine_id() != b""
    assert not host.logs_in_alone()
    for question in (lambda: host.running(""), lambda: host.encrypted(tmp_path), host.sleeps):
        with pytest.raises(Unknown, match="windows"):
            question()


def test_a_database_that_nobody_has_open_has_no_holder(tmp_path: Path) -> None:
    database = tmp_path / "kiosk.db"
    assert Windows().holders(database, tmp_path) == 0
    database.touch()
    assert Windows().holders(database, tmp_path) == 0


def test_the_disk_of_the_system_is_neither_a_stick_nor_a_place_for_copies() -> None:
    system = Path(os.environ["SYSTEMDRIVE"] + "\\")
    assert system.is_dir()
    assert system not in [*sticks.sticks(), *sticks.fixed()]


def script(appdata: Path, *options: str) -> int:
    """`manfaz-autostart.cmd` of an account in which no program is installed."""
    file = Path(__file__).parents[3] / "assets" / "start" / "manfaz-autostart.cmd"
    env = {**os.environ, "APPDATA": str(appdata), "MANFAZ": str(appdata / "manfaz.exe")}
    return subprocess.run(["cmd", "/c", str(file), *options], env=env, capture_output=True, check=False).returncode


def test_the_script_of_the_start_takes_its_shortcut_away_and_makes_none_to_nothing(tmp_path: Path) -> None:
    link = tmp_path / "Microsoft/Windows/Start Menu/Programs/Startup/Manfaz.lnk"
    link.parent.mkdir(parents=True)
    link.touch()
    assert script(tmp_path, "/off") == 0
    assert not link.exists()
    assert script(tmp_path) == 1
    assert not link.exists()
