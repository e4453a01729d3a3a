"""Two setups at once, and an upgrade that is cut off: one of two versions works, or says so and a second run mends it.

All of it in an Arabic folder; the tests go in their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from installer.windows import NEW
from installer.windows_launcher import SAID, UNFINISHED
from tests.installer.windows import dialogs_at_wine
from tests.installer.windows.conftest import Built
from tests.installer.windows.counter_at_wine import END_S, WineDisplay
from tests.installer.windows.dialogs_at_wine import OK
from tests.installer.windows.wine import Done, Windows
from tests.scenarios.demo.stage import until

pytestmark = pytest.mark.timeout(900)
PROGRAM: Final = "C:\\برامج\\منفذ"
DONE, OTHER_SETUP = 0, 1618
NOT_STARTED: Final = 70
CUT_S: Final = 600
"""A whole setup until then, with somebody looking at each of its system's calls."""


@pytest.fixture(scope="module")
def shown(made: Path, first: Built) -> Iterator[Windows]:
    """A Windows of its own with a screen."""
    machine, display = Windows(made / "cut-prefix", first.stage / "python"), WineDisplay()
    machine.show_on(display.name)
    yield machine
    machine.end()
    display.close()


@pytest.fixture(scope="module")
def program(shown: Windows) -> Path:
    return shown.c / "برامج" / "منفذ"


def ask(machine: Windows, *words: str) -> Done:
    return machine.run(f"{PROGRAM}\\manfaz-cli.exe", *words)


def works(machine: Windows, built: Built) -> bool:
    said = ask(machine, "version")
    return (said.code, said.out) == (DONE, f"{built.version}\r\n")


def cut_at(machine: Windows, command: str, call: str, path: Path) -> None:
    """A setup under way when the power goes: all of this Windows ends as it comes to `path` with this call."""
    machine.end()
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", str(path)]
    with machine.server([*strace, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL"]) as server:
        running = machine.start(command, "/S")
        server.wait(CUT_S)
        running.wait(END_S)


def test_a_second_setup_says_that_one_runs_and_the_first_goes_on(
    shown: Windows, first: Built, second: Built, program: Path
) -> None:
    one = shown.start(first.command, "/LANG=ar", f"/D={PROGRAM}")
    dialogs_at_wine.press(shown, "مرحبا", OK)
    assert shown.code(second.command, "/S") == OTHER_SETUP
    another = shown.start(second.command, "/LANG=en")
    dialogs_at_wine.press(shown, "Another Manfaz setup is running", OK)
    assert another.wait(END_S) == OTHER_SETUP % 256
    assert not program.exists()
    for words in ("المكونات", PROGRAM):
        dialogs_at_wine.press(shown, words, OK)
    dialogs_at_wine.press(shown, "افتحه بحساب المحل", OK)
    assert one.wait(END_S) == DONE
    assert works(shown, first)


def test_killed_while_it_lays_the_new_version_out_it_leaves_the_old_one_at_work(
    shown: Windows, first: Built, second: Built, program: Path
) -> None:
    running = shown.start(second.command, "/S")
    until("half of it lies there", (program / NEW / "app" / "kiosk").exists, END_S)
    running.kill()
    running.wait(END_S)
    assert works(shown, first)


def test_a_power_cut_between_two_versions_is_said_in_both_languages_and_mended_by_either(
    shown: Windows, first: Built, second: Built, program: Path
) -> None:
    cut_at(shown, second.command, "rename", program / NEW / "app")
    assert (program / UNFINISHED).exists()
    assert not (program / "app").exists(), "the cut came where nothing is whole"
    said = ask(shown, "version")
    assert said.code == NOT_STARTED
    assert all(line in said.err for line in SAID)
    running = shown.start(f"{PROGRAM}\\manfaz.exe")
    dialogs_at_wine.press(shown, SAID[1], OK)
    assert running.wait(END_S) == NOT_STARTED
    assert shown.code(first.command, "/S") == DONE
    assert works(shown, first)


def test_cut_off_at_the_last_part_the_next_run_ends_it(shown: Windows, second: Built, program: Path) -> None:
    cut_at(shown, second.command, "rename", program / NEW / "uninstall.exe")
    assert ask(shown, "version").code == NOT_STARTED
    assert shown.code(second.command, "/S") == DONE
    assert works(shown, second)
    assert "cut off" in shown.log()


def test_cut_off_while_it_clears_the_old_one_away_the_new_one_works(
    shown: Windows, second: Built, program: Path
) -> None:
    cut_at(shown, second.command, "unlink", program / "setup.old.1" / "app" / "kiosk" / "counter.py")
    assert (program / "setup.old.1").exists()
    assert works(shown, second)
    assert shown.code(second.command, "/S") == DONE
    assert list(program.glob("setup.*")) == []
    assert works(shown, second)
