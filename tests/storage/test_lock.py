"""One program at a time (fault 15), whatever became of the one before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import Refused, Unavailable
from storage.lock import NAME, FolderLock

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from storage.lock import FolderLock
held = FolderLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        with pytest.raises(Refused, match="already_running"):
            FolderLock(tmp_path)
        first.kill()


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        first.kill()
        first.wait(10)
    FolderLock(tmp_path).release()


def test_the_same_process_is_refused_a_second_time_too(tmp_path: Path) -> None:
    held = FolderLock(tmp_path)
    with pytest.raises(Refused, match="already_running"):
        FolderLock(tmp_path)
    held.release()
    FolderLock(tmp_path).release()


def test_to_close_the_file_elsewhere_does_not_lose_the_lock(tmp_path: Path) -> None:
    held = FolderLock(tmp_path)
    (tmp_path / NAME).read_bytes()
    with pytest.raises(Refused):
        FolderLock(tmp_path)
    held.release()


def test_to_release_twice_releases_nobody_elses(tmp_path: Path) -> None:
    first = FolderLock(tmp_path)
    first.release()
    second = FolderLock(tmp_path)
    first.release()
    with pytest.raises(Refused):
        FolderLock(tmp_path)
    second.release()


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / NAME).symlink_to(elsewhere)
    with pytest.raises(Unavailable, match="folder_unusable"):
        FolderLock(tmp_path)
    assert not elsewhere.exists()
