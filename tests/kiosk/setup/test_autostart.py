"""The script that starts the program with the session, run as the shop's account would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "assets" / "start" / "manfaz-autostart"


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


def session(home: Path, ends: str, layout: str = "us") -> tuple[int, list[str]]:
    """The exit code of `manfaz-session` around a counter that ends with these codes, and what was called."""
    called = home / "called"
    (home / "ends").write_text(ends)
    commands = {
        "manfaz": f'echo "$MANFAZ_SESSION" > "{home}/told"; read -r code rest < "{home}/ends"\n'
        f'echo "$rest" > "{home}/ends"; exit $code',
        "sleep": ":",
        "setxkbmap": f'[ "$1" = -query ] && echo "layout:     {layout}"; :',
    }  # fmt: skip
    for name, body in commands.items():
        (home / name).write_text(f'#!/bin/sh\necho "{name} $*" >> "{called}"\n{body}\n')
        (home / name).chmod(0o755)
    env = {"MANFAZ": str(home / "manfaz"), "PATH": f"{home}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", str(SCRIPT.parent / "manfaz-session")], env=env, capture_output=True, check=False)
    return done.returncode, called.read_text().splitlines()


COUNTER, LAYOUTS = "manfaz --full-screen", "setxkbmap -layout us,ara -option grp:alt_shift_toggle"


def test_a_session_of_nothing_else_ends_with_the_counter(tmp_path: Path) -> None:
    assert session(tmp_path, "0") == (0, ["setxkbmap -query", LAYOUTS, COUNTER])


def test_the_counter_of_a_session_knows_that_it_starts_alone(tmp_path: Path) -> None:
    session(tmp_path, "0")
    assert (tmp_path / "told").read_text() == "1\n"


@pytest.mark.parametrize("layout", ["us,ara", "eg"])
def test_a_session_leaves_a_layout_that_has_arabic(tmp_path: Path, layout: str) -> None:
    assert LAYOUTS not in session(tmp_path, "0", layout)[1]


def test_a_session_starts_the_counter_again_after_a_fault_and_gives_up_after_three(tmp_path: Path) -> None:
    assert session(tmp_path, "70 0")[1].count(COUNTER) == 2
    (tmp_path / "called").unlink()
    code, called = session(tmp_path, "70 70 70 0")
    assert (code, called.count(COUNTER)) == (1, 3), "somebody has to get back to a desktop"


@pytest.mark.parametrize("file", ["manfaz-autostart", "manfaz-autostart.cmd", "manfaz-session"])
def test_all_start_over_the_full_screen(file: str) -> None:
    assert "--full-screen" in (SCRIPT.parent / file).read_text(encoding="utf-8")
