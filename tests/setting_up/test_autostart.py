"""The script that starts the program with the session, run as the shop's account would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "assets" / "start" / "manfaz-autostart"


def run(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = home / "برامج" / "manfaz"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (home / "bin").mkdir(exist_ok=True)
    identity = home / "bin" / "id"  # tests may run as root; the script may not
    identity.write_text("#!/bin/sh\necho 1000\n")
    identity.chmod(0o755)
    env = {"HOME": str(home), "MANFAZ": str(program), "PATH": f"{home / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(["sh", str(SCRIPT), *options], env=env, capture_output=True, text=True, check=False)


def test_an_autostart_file_a_unit_in_its_place_and_neither(tmp_path: Path) -> None:
    config = tmp_path / ".config"
    desktop, unit = config / "autostart/manfaz.desktop", config / "systemd/user/manfaz.service"
    assert run(tmp_path).returncode == 0
    assert f'Exec="{tmp_path / "برامج" / "manfaz"}" --full-screen' in desktop.read_text(encoding="utf-8")
    assert run(tmp_path, "--unit").returncode == 0
    assert (desktop.exists(), "Restart=on-failure" in unit.read_text(encoding="utf-8")) == (False, True)
    assert (config / "systemd/user/graphical-session.target.wants/manfaz.service").resolve() == unit.resolve()
    assert run(tmp_path, "--off").returncode == 0
    assert not unit.exists()


@pytest.mark.parametrize("file", ["manfaz-autostart", "manfaz-autostart.cmd"])
def test_both_start_over_the_full_screen(file: str) -> None:
    assert "--full-screen" in (SCRIPT.parent / file).read_text(encoding="utf-8")
