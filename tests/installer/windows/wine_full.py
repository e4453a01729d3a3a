"""A setup on a disk that is too full or fills up, beside other folders, or held up: what stood there works on.

On a drive of its own, a tmpfs that can be made small (needs root or sudo). The tests go in their order.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from installer.windows import LIST
from tests.installer.windows.conftest import Built
from tests.installer.windows.wine import Windows
from tests.scenarios.demo.stage import until

pytestmark = [pytest.mark.timeout(900), pytest.mark.enable_socket]
DONE, NO_ROOM, FAILED = 0, 112, 1603
PLENTY: Final = 1_000_000
PROGRAM: Final = "E:\\منفذ Manfaz"
MARK: Final = "app/of-the-version-before"
AS_ROOT: Final = [] if os.geteuid() == 0 else ["sudo"]
_HOLD: Final = """
import ctypes, subprocess, sys
ctypes.windll.kernel32.CreateFileW("E:\\\\منفذ Manfaz\\\\manfaz.ico", 0x80000000, 1, None, 3, 0, None)
print(subprocess.call(" ".join(sys.argv[1:])))
"""


class Drive:
    """E: of the Windows. A tmpfs counts bytes and files, and each may run out."""

    def __init__(self, folder: Path, letter: Path) -> None:
        self.folder, self.letter = folder, letter
        folder.mkdir()
        self._must(
            "mount", "-t", "tmpfs", "-o", f"size=64m,nr_inodes={PLENTY},uid={os.geteuid()}", "small", str(folder)
        )
        letter.symlink_to(folder)

    def room(self, *, megabytes: int = 2048, more_files: int = 0) -> None:
        """`more_files`: so many can be made from now on; 0: as good as any number."""
        told = subprocess.run(["df", "--output=iused", str(self.folder)], capture_output=True, text=True, check=True)
        most = int(told.stdout.split()[-1]) + (more_files or PLENTY)
        self._must("mount", "-o", f"remount,size={megabytes}m,nr_inodes={most}", str(self.folder))

    def close(self) -> None:
        self.letter.unlink()
        self._must("umount", str(self.folder))

    def _must(self, *command: str) -> None:
        subprocess.run([*AS_ROOT, *command], check=True)


@pytest.fixture(scope="module")
def drive(machine: Windows, made: Path) -> Iterator[Drive]:
    drive = Drive(made / "drive", machine.prefix / "dosdevices" / "e:")
    yield drive
    machine.end()
    drive.close()


@pytest.fixture(scope="module")
def program(drive: Drive) -> Path:
    return drive.folder / "منفذ Manfaz"


def setup(machine: Windows, second: Built, folder: str = PROGRAM) -> int:
    return machine.code(second.command, "/S", "/LANG=en", f"/D={folder}")


def works(machine: Windows, second: Built) -> None:
    done = machine.run(f"{PROGRAM}\\manfaz-cli.exe", "version")
    assert (done.code, done.out) == (DONE, f"{second.version}\r\n")


def top(program: Path) -> set[str]:
    return {path.name for path in program.iterdir()}


def stands(machine: Windows, second: Built, program: Path, names: set[str]) -> None:
    """The version before, whole and alone."""
    assert top(program) == names
    assert (program / MARK).is_file()
    works(machine, second)


def test_too_little_room_is_said_in_figures(machine: Windows, second: Built, drive: Drive) -> None:
    assert setup(machine, second) == NO_ROOM
    assert "E:. Free: 64 MB. Needed: 16" in machine.log()
    assert machine.code(second.command, "/S", "/LANG=ar", f"/D={PROGRAM}") == NO_ROOM
    assert "المتاح: 64 م.ب، والمطلوب: 16" in machine.log()
    assert not [path for path in drive.folder.rglob("*") if path.is_file()]


def test_the_folder_of_somebody_else_is_not_moved_away(machine: Windows, second: Built, drive: Drive) -> None:
    drive.room()
    theirs = drive.folder / "tools" / "app" / "theirs.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine", encoding="ascii")
    assert setup(machine, second, "E:\\tools") == FAILED
    assert "holds what is not of a complete Manfaz: app" in machine.log()
    assert [path for path in (drive.folder / "tools").rglob("*") if path.is_file()] == [theirs]


@pytest.fixture(scope="module")
def names(machine: Windows, second: Built, drive: Drive, program: Path) -> set[str]:
    """What lies at the top of an installed program, into which a mark is put."""
    drive.room()
    assert setup(machine, second) == DONE
    found = top(program)
    marked = "f " + MARK.replace("/", "\\") + "\r\n"  # before the folders, which have to be empty by then
    (program / LIST).write_bytes(marked.encode("ascii") + (program / LIST).read_bytes())
    (program / MARK).write_bytes(b"")
    return found


def test_a_disk_that_takes_nothing_more_half_way_leaves_the_version_before(
    machine: Windows, second: Built, drive: Drive, program: Path, names: set[str]
) -> None:
    drive.room(more_files=700)
    assert setup(machine, second) == FAILED
    assert "MB. Needed: " in machine.log()
    assert "What was installed before still works" in machine.log()
    drive.room()
    stands(machine, second, program, names)


def test_a_file_that_is_held_turns_the_change_back(
    machine: Windows, second: Built, program: Path, names: set[str]
) -> None:
    assert machine.ask(_HOLD, second.command, "/S", f"/D={PROGRAM}").strip() == str(FAILED)
    stands(machine, second, program, names)


def test_with_room_it_goes_through_and_nothing_of_the_one_before_is_left(
    machine: Windows, second: Built, program: Path, names: set[str]
) -> None:
    assert setup(machine, second) == DONE
    assert top(program) == names
    assert not (program / MARK).exists()
    works(machine, second)
    assert machine.code(f'"{PROGRAM}\\uninstall.exe"', "/S") == DONE
    until("it is gone", lambda: not program.exists(), 60)
