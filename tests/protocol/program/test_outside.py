"""Files that people name: read and written themselves, bounded, with the reason where that fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from protocol.errors import KioskError, Refused, Unavailable
from protocol.program import outside
from protocol.program.explained import explain


def said(error: KioskError) -> str:
    return " ".join(explain("en", error))


def test_what_was_written_is_read(tmp_path: Path) -> None:
    outside.write(outside.make_folder(tmp_path / "a" / "b") / "file", b"0123456789")
    outside.copy(tmp_path / "a" / "b" / "file", tmp_path / "other")
    assert outside.read(tmp_path / "other", 10) == b"0123456789"
    with pytest.raises(Refused, match="file_endless"):
        outside.read(tmp_path / "other", 9)


@pytest.mark.posix
def test_a_link_in_any_part_of_the_path_is_named(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "file").write_bytes(b"ours")
    (tmp_path / "stick").symlink_to(tmp_path / "ours")
    file = tmp_path / "stick" / "file"
    for act in (
        lambda: outside.read(file), lambda: outside.write(file, b"x"), lambda: outside.copy(file, tmp_path / "c"),
        lambda: outside.make_folder(tmp_path / "stick" / "new"),
    ):  # fmt: skip
        with pytest.raises(Unavailable, match="file_away") as raised:
            act()
        assert raised.value.values["path"] == str(tmp_path / "stick")
        assert "a link to another place" in said(raised.value)
    assert [path.name for path in (tmp_path / "ours").iterdir()] == ["file"]


@pytest.mark.posix
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unavailable) as raised:
        outside.read(tmp_path / "pipe")
    assert "a pipe or hardware" in said(raised.value)


def test_a_full_disk_is_said_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="disk_no_room"):
        outside.write(tmp_path / "file", b"x")
