"""The pointer is one sound record, or it is none."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from starter import files, pointer
from starter.pointer import Pointer

SOUND = Pointer("0.2.0", "0.1.0", "0.2.0", 1, "0f" * 32, "TRIAL", 900)


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    assert pointer.read(tmp_path) is None
    pointer.write(tmp_path, SOUND)
    assert pointer.read(tmp_path) == SOUND
    pointer.write(tmp_path, Pointer())
    assert pointer.read(tmp_path) == Pointer()
    assert [path.name for path in (tmp_path / "program").iterdir()] == ["pointer"]


def test_torn_anywhere_or_turned_in_any_byte_it_is_none() -> None:
    raw = pointer.pack(SOUND)
    assert pointer.parse(raw) == SOUND
    for at in range(len(raw)):
        assert pointer.parse(raw[:at]) is None
        assert pointer.parse(raw[:at] + bytes([raw[at] ^ 4]) + raw[at + 1 :]) is None
    assert pointer.parse(raw + b"x") is None
    assert pointer.parse(b"x" * 5000) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"current": "../../x"}, {"current": "0.02.0"}, {"previous": "1"}, {"trial": "0.3.0"}, {"tries": -1},
        {"tries": True}, {"tries": 1.5}, {"release": "xyz"}, {"phase": "TRIED"}, {"rehearsed_ms": None},
        {"previous": "0.2.0"}, {"current": "", "trial": ""}, {"current": ["0.2.0"]},
    ],
)  # fmt: skip
def test_with_a_right_checksum_nonsense_is_still_none(wrong: dict[str, Any]) -> None:
    assert pointer.parse(pointer.pack(replace(SOUND, **wrong))) is None


def test_a_later_programs_members_are_passed_over_and_a_later_form_is_not_read() -> None:
    import hashlib

    for line, wanted in (
        (pointer.pack(SOUND).split(b"\n")[0][:-1] + b',"more":1}', SOUND),
        (pointer.pack(SOUND).split(b"\n")[0].replace(b'"v":1', b'"v":2'), None),
        (b"[" * 3000, None),
        (b"7", None),
    ):
        assert pointer.parse(line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n") == wanted


def test_a_version_orders_as_numbers_and_no_path_is_made_of_what_is_none(tmp_path: Path) -> None:
    assert pointer.order("0.10.0") > pointer.order("0.9.9")
    with pytest.raises(ValueError, match=r"\.\."):
        pointer.version_folder(tmp_path, "..")


# ---- a file that is being read


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """As on Windows: a file is not replaced while somebody has it open. The number of times still to refuse."""
    left, replace = [3], Path.replace

    def refusing(self: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            raise PermissionError(13, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refusing)
    return left


def test_on_windows_a_reader_is_waited_for(tmp_path: Path, held: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READERS_HOLD", True)
    files.replace_whole(tmp_path / "health", b"good")
    assert (tmp_path / "health").read_bytes() == b"good"
    assert held == [0]


def test_a_reader_is_not_waited_for_for_ever(tmp_path: Path, held: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READERS_HOLD", True)
    monkeypatch.setattr(files, "READERS_S", -1.0)
    with pytest.raises(PermissionError):
        files.replace_whole(tmp_path / "health", b"good")
    assert held == [2]


def test_elsewhere_a_refusal_is_one(tmp_path: Path, held: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READERS_HOLD", False)
    with pytest.raises(PermissionError):
        files.replace_whole(tmp_path / "health", b"good")
    assert held == [2]


def test_a_stick_whose_file_system_syncs_no_folders_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, sync = [errno.EINVAL, errno.EIO], os.fsync

    def refusing(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(told.pop(0), "no")
        sync(handle)

    monkeypatch.setattr(os, "fsync", refusing)
    files.replace_whole(tmp_path / "answer", b"whole")
    assert (tmp_path / "answer").read_bytes() == b"whole"
    with pytest.raises(OSError, match="no"):
        files.replace_whole(tmp_path / "answer", b"a disk in trouble is told")


@pytest.mark.posix
def test_what_is_no_file_is_neither_read_nor_replaced(tmp_path: Path) -> None:
    pipe, file = tmp_path / "pipe", tmp_path / "file"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to(file)
    for odd in (pipe, tmp_path, link):
        for act in (lambda: files.replace_whole(odd, b"x"), lambda: files.read_regular(odd, 9)):  # noqa: B023 - at once
            with pytest.raises(OSError, match=r"Illegal seek|Is a directory|symbolic links"):
                act()
    with pytest.raises(FileNotFoundError):
        files.read_regular(file, 9)
    file.write_bytes(b"0123456789")
    assert files.read_regular(file, 9) == b"012345678"
