"""Files of evidence: encrypted, whole or not there, and noise once their row is gone."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.model.evidence_file import Evidence
from protocol.errors import Corrupt, Unavailable
from storage.disk.data_folder import EVIDENCE
from storage.disk.disk_space import DiskSpace
from storage.disk.evidence_store import EvidenceStore
from tests.harness.fakes.fake_world import NOON_MS, SeededRandomness

CONTENT = b"CANARY-of-a-picture" * 5_000


def pictures(folder: Path, free: int = 1 << 40) -> EvidenceStore:
    return EvidenceStore(folder, DiskSpace(folder, free=lambda _: free), SeededRandomness())


def kept(made: EvidenceStore, content: bytes = CONTENT) -> Evidence:
    name, key = made.keep(content)
    return Evidence("r", "card", hashlib.sha256(content).digest(), len(content), "image/jpeg", name, key, NOON_MS)


@pytest.mark.posix
def test_what_was_kept_comes_back_and_lies_encrypted(tmp_path: Path) -> None:
    made = pictures(tmp_path)
    one, two = kept(made), kept(made)
    assert made.open(one) == made.open(two) == CONTENT
    files = list((tmp_path / EVIDENCE).iterdir())
    assert {file.name for file in files} == {one.file, two.file}
    assert one.key != two.key
    for file in files:
        assert b"CANARY" not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600
        assert file.stat().st_size == len(CONTENT) + 16


def test_a_file_that_is_not_what_was_kept_does_not_open(tmp_path: Path) -> None:
    made = pictures(tmp_path)
    one, two = kept(made), kept(made, b"other")
    for wrong in (replace(one, key=two.key), replace(one, sha256=two.sha256), replace(one, file=two.file)):
        with pytest.raises(Corrupt, match="evidence_lost"):
            made.open(wrong)
    with pytest.raises(Corrupt, match="evidence_lost"):
        made.open(replace(one, file="0" * 32))


def test_with_the_disk_nearly_full_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="disk_full"):
        pictures(tmp_path, free=1000).keep(CONTENT)
    assert not (tmp_path / EVIDENCE).exists()


@pytest.mark.parametrize("call", ["fsync", "write", "replace"])
def test_when_the_disk_fills_up_half_way_nothing_is_left(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def half(path: Path) -> None:
        path.write_bytes(b"half")
        full()

    made = pictures(tmp_path)
    with monkeypatch.context() as patch:
        if call == "replace":
            patch.setattr(Path, "replace", full)
        elif call == "fsync":
            patch.setattr(os, "fsync", full)
        else:
            patch.setattr("starter.files._writing", half)
        with pytest.raises(Unavailable, match="disk_full"):
            made.keep(CONTENT)
    assert list((tmp_path / EVIDENCE).iterdir()) == []
    assert made.open(kept(made)) == CONTENT


def test_a_disk_that_cannot_be_read_is_in_trouble_and_nothing_is_lost(tmp_path: Path) -> None:
    made = pictures(tmp_path)
    (tmp_path / EVIDENCE / ("a" * 32)).mkdir(parents=True)
    with pytest.raises(Unavailable, match="store_failed"):
        made.sealed("a" * 32)


def test_what_no_row_names_is_swept_and_nothing_else(tmp_path: Path) -> None:
    made = pictures(tmp_path)
    assert made.sweep([]) == 0
    one, two = kept(made), kept(made)
    (tmp_path / EVIDENCE / f"{'b' * 32}.part").write_bytes(b"half")
    (tmp_path / EVIDENCE / "note.txt").write_bytes(b"not ours")
    assert made.sweep({one.file}) == 2
    assert {file.name for file in (tmp_path / EVIDENCE).iterdir()} == {one.file, "note.txt"}
    assert two.file not in {file.name for file in (tmp_path / EVIDENCE).iterdir()}


def test_what_cannot_be_removed_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = pictures(tmp_path)
    kept(made)
    monkeypatch.setattr(Path, "unlink", lambda _self: (_ for _ in ()).throw(PermissionError()))
    assert made.sweep([]) == 0


def test_where_folders_need_no_sync_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("starter.files.sync_folder", lambda _folder: None)
    made = pictures(tmp_path)
    assert made.open(kept(made)) == CONTENT
