"""The machine as setting up sees it, on either system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kiosk import setup_machine
from kiosk.paper.printer_choice import parse_choice
from kiosk.setting_up import carried


def test_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = setup_machine.machine("ar", full_screen=True)
    assert found.full_screen
    assert found.autostart() in (False, True)
    (tmp_path / "autostart").mkdir()
    (tmp_path / "autostart" / "manfaz.desktop").touch()
    assert found.autostart() is True
    assert found.offset_min(1_795_600_000_000) % 15 == 0
    assert found.cameras() in (0, 1)
    printer, render = found.device(parse_choice(f"file:{tmp_path / 'papers'}"))
    printer.status()
    assert callable(render)


def test_what_was_installed_names_its_manifest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(setup_machine, "__file__", str(tmp_path / "kiosk" / "setup_machine.py"))
    assert setup_machine._release() == ""
    (tmp_path / "version.json").write_text("{}")
    assert len(setup_machine._release()) == 64


def test_windows_looks_into_its_start_menu(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path))
    assert setup_machine._autostart() is False
    link = tmp_path / "Microsoft/Windows/Start Menu/Programs/Startup/Manfaz.lnk"
    link.parent.mkdir(parents=True)
    link.touch()
    assert setup_machine._autostart() is True
    assert setup_machine.sticks() == []


def test_sticks_with_something_of_ours_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "shop" / name).mkdir(parents=True)
    (tmp_path / "shop" / "b" / carried.ANSWER_FILE).touch()
    monkeypatch.setattr(setup_machine, "ROOTS", (str(tmp_path),))
    assert [stick.name for stick in setup_machine.sticks()] == ["b", "a"]
