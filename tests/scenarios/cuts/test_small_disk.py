"""A small disk is full as the tests with it mean it, and a step that swallows that is found out.

The preloaded one is tried on every machine. What is tried runs in a process of its own, this file as a module.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from protocol.errors import Unavailable
from tests.harness.small_disk import PRELOADED, WAY, preloaded, run_with_small_disks, small_disk
from tests.harness.untraced import untraced
from tests.scenarios.cuts.lack import MARK, Lack, LackBench

MODULE: Final = "tests.scenarios.cuts.test_small_disk"
PAGE: Final = bytes(4096)
MORE: Final = len(PAGE) + 1
FOUND: Final = 3


def _copied(disk: Path, copy: Callable[[int, int], object]) -> None:
    with (disk.parent / "source").open("rb") as source, (disk / "one").open("r+b", buffering=0) as file:
        file.seek(0, os.SEEK_END)
        copy(source.fileno(), file.fileno())


def _opened(disk: Path, change: Callable[[int], object]) -> None:
    with (disk / "one").open("r+b", buffering=0) as file:
        change(file.fileno())


def _appended(disk: Path) -> None:
    file = os.open(disk / "one", os.O_WRONLY | os.O_APPEND)
    try:
        os.write(file, PAGE)
    finally:
        os.close(file)


def _from_within(disk: Path) -> None:
    """A relative name."""
    before = Path.cwd()
    os.chdir(disk)
    try:
        Path("relative").mkdir()
    finally:
        os.chdir(before)


def _from_a_folder(disk: Path) -> None:
    folder = os.open(disk, os.O_RDONLY)
    try:
        os.mkdir("of-a-folder", dir_fd=folder)
    finally:
        os.close(folder)


TAKES: Final[Mapping[str, Callable[[Path], object]]] = {
    "a new file": lambda disk: (disk / "new").touch(),
    "a folder": lambda disk: (disk / "folder").mkdir(),
    "a folder of a relative name": _from_within,
    "a folder in an opened one": _from_a_folder,
    "a link": lambda disk: (disk / "link").symlink_to("one"),
    "a second name": lambda disk: (disk / "second").hardlink_to(disk / "one"),
    "write": lambda disk: _opened(disk, lambda file: (os.lseek(file, 0, os.SEEK_END), os.write(file, PAGE))),
    "write at the end": _appended,
    "pwrite": lambda disk: _opened(disk, lambda file: os.pwrite(file, PAGE, len(PAGE))),
    "pwritev": lambda disk: _opened(disk, lambda file: os.pwritev(file, [PAGE, PAGE], 0)),
    "writev": lambda disk: _opened(disk, lambda file: os.writev(file, [PAGE, PAGE])),
    "ftruncate": lambda disk: _opened(disk, lambda file: os.ftruncate(file, MORE)),
    "fallocate": lambda disk: _opened(disk, lambda file: os.posix_fallocate(file, 0, MORE)),
    "sendfile": lambda disk: _copied(disk, lambda source, file: os.sendfile(file, source, 0, len(PAGE))),
    "copy_file_range": lambda disk: _copied(disk, lambda source, file: os.copy_file_range(source, file, len(PAGE))),
}


def _lay(disk: Path) -> None:
    for path in (disk / "one", disk / "two", disk.parent / "source"):
        path.write_bytes(PAGE)


def _refused(disk: Path) -> set[str]:
    """Which of them; each begins with the same file."""
    found = set()
    for name, take in TAKES.items():
        os.truncate(disk / "one", len(PAGE))
        try:
            take(disk)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            found.add(name)
    return found


def _look_at_a_full_one() -> None:
    with tempfile.TemporaryDirectory() as room, small_disk(Path(room) / "disk") as disk:
        here = disk.folder
        _lay(here)
        assert not disk.is_filled()
        disk.fill()
        assert disk.is_filled()
        assert _refused(here) == set(TAKES)
        assert {path.name for path in here.iterdir()} == {"one", "two"}
        with (here / "one").open("r+b", buffering=0) as file:
            assert file.write(PAGE) == len(PAGE), "what has its page is written anew"
            assert (os.fstatvfs(file.fileno()).f_bavail, os.statvfs(here).f_bfree, os.statvfs(here).f_ffree) == (
                0,
                0,
                0,
            )
        (here / "two").replace(here / "one")
        (here / "one").unlink()
        (here.parent / "beside").mkdir()
        assert os.statvfs(here.parent).f_bavail, "another disk"
        _lay(here.parent / "beside")
        disk.empty()
        assert not disk.is_filled()
        assert os.statvfs(here).f_bavail
        _lay(here)
        assert not _refused(here)


# ---- a step that swallows it


def _word(root: Path) -> None:
    (root / MARK).touch()
    (root / "word").write_bytes(PAGE * 2)


def _swallow(root: Path) -> None:
    with suppress(OSError):
        _word(root)


def _tell(root: Path) -> None:
    try:
        _word(root)
    except OSError as error:
        raise Unavailable("backup_full", need_mb=1, free_mb=0, place="-") from error


def _is_whole(root: Path) -> list[str]:
    return [] if (root / "word").read_bytes() == PAGE * 2 else ["lost"]


def _look_for_a_swallower() -> None:
    found = {}
    for act, again in ((_tell, _tell), (_swallow, lambda _root: None)):
        lack = Lack(act.__name__, lambda _root: None, act, _is_whole, frozenset({"backup_full"}), again=again)
        with tempfile.TemporaryDirectory() as room, small_disk(Path(room) / "disk") as disk:
            bench = LackBench(lack, Path(room) / "bench", disk)
            results = [bench.hurt_at(at, "full") for at in bench.survey()]
        assert any(wrong is not None for wrong in results), "the disk was never full"
        found[act] = [line for wrong in results for line in wrong or ()]
    assert not found[_tell], found[_tell]
    assert found[_swallow]
    sys.exit(FOUND)


# ----


@pytest.mark.slow
def test_a_full_preloaded_disk_takes_nothing_that_takes_room_until_it_is_emptied(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", MODULE, "full"], env={**untraced(), **preloaded(tmp_path)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_a_step_that_swallows_a_full_disk_is_found_out_on_a_preloaded_one(tmp_path: Path) -> None:
    environment = {**untraced(), **preloaded(tmp_path)}
    assert environment[WAY] == PRELOADED
    assert subprocess.run([sys.executable, "-m", MODULE, "swallow"], env=environment, check=False).returncode == FOUND


@pytest.mark.slow
def test_a_step_that_swallows_a_full_disk_is_found_out_on_the_disk_of_this_machine() -> None:
    assert run_with_small_disks([sys.executable, "-m", MODULE, "swallow"], untraced()) == FOUND


if __name__ == "__main__":
    {"full": _look_at_a_full_one, "swallow": _look_for_a_swallower}[sys.argv[1]]()
