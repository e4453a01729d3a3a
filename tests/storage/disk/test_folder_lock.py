"""One program at a time, whatever became of the one before."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from protocol.errors import Refused, Unavailable
from storage.disk.folder_lock import NAME, FolderLock, instance_lock, refuse_running
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_keystore import FakeKeystore

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from storage.disk.folder_lock import FolderLock
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


@pytest.mark.posix
def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / NAME).symlink_to(elsewhere)
    with pytest.raises(Unavailable, match="folder_unusable"):
        FolderLock(tmp_path)
    assert not elsewhere.exists()


def test_a_copied_folder_does_not_open_beside_the_first(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    open_house(tmp_path / "first", keystore).close()
    shutil.copytree(tmp_path / "first", tmp_path / "copy")
    first = open_house(tmp_path / "first", keystore)
    with pytest.raises(Refused, match="already_running"):
        open_house(tmp_path / "copy", keystore)
    first.close()
    open_house(tmp_path / "copy", keystore).close()
    open_house(tmp_path / "first", keystore).close()


def test_another_installation_of_the_account_opens_beside_the_first(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    first, second = open_house(tmp_path / "first", keystore), open_house(tmp_path / "second", keystore)
    second.close()
    first.close()


@pytest.mark.posix
def test_the_lock_of_an_installation_lies_with_the_accounts_running_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    held = instance_lock("ab" * 16)
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o1600, "nobody tidies it up while it is held"
    with pytest.raises(Refused, match="already_running"):
        instance_lock("ab" * 16)
    held.release()
    held.keep_from_tidying()
    instance_lock("ab" * 16).release()


@pytest.mark.parametrize("said", ["", "relative", "/nowhere/at/all"])
def test_without_such_a_folder_it_lies_with_the_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", said)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    held = instance_lock("cd" * 16)
    assert len(list(tmp_path.iterdir())) == 1
    held.release()


def test_whoever_only_asks_makes_nothing_and_holds_nothing(tmp_path: Path) -> None:
    refuse_running(tmp_path / "none")
    refuse_running(tmp_path)
    assert list(tmp_path.iterdir()) == []
    held = FolderLock(tmp_path)
    with pytest.raises(Refused, match="already_running"):
        refuse_running(tmp_path)
    held.release()
    refuse_running(tmp_path)
    FolderLock(tmp_path).release()
    (tmp_path / NAME).unlink()
    (tmp_path / NAME).mkdir()  # what is wrong with the folder, its own step says
    refuse_running(tmp_path)
