"""A version's files: whole or not there, inside their folder, and every one as it was signed."""

from __future__ import annotations

import errno
import hashlib
import importlib.resources
import io
import json
import os
import sys
import tarfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installer import app_layer, runtime, source
from protocol.errors import Corrupt, Unavailable
from starter import pointer
from starter.pointer import Pointer
from starter.trial import quarantined
from storage.disk.disk_space import FLOOR_BYTES
from storage.versions import program_versions
from storage.versions.program_versions import Staged, Versions

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FILES = {"kiosk/__init__.py": b'VERSION = "0.2.0"\n', "assets/texts/a.json": b"{}", "storage/x_1.py": b"x = 1\n"}


def listed(files: dict[str, bytes], version: str = "0.2.0") -> bytes:
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return json.dumps({"version": version, "needs_runtime": "r1", "schema": "0010", "files": hashes}).encode()


def member(name: str, data: bytes = b"", **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    made = tarfile.TarInfo(name)
    made.size = len(data)
    for field, value in more.items():
        setattr(made, field, value)
    return made, data


def pack(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for made, data in members:
            tar.addfile(made, io.BytesIO(data))
    path.parent.mkdir(parents=True, exist_ok=True)
    checked: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}  # as installer.app_layer packs
    path.write_bytes(zstd.compress(plain.getvalue(), options=checked))
    return path


def archive(folder: Path, files: dict[str, bytes] = FILES, **more: Any) -> Path:
    raw = more.pop("raw", listed(files))
    members = [member(name, data) for name, data in files.items()]
    members += [member("version.json", raw), member("complete", b"whatever it says")]
    return pack(folder / "staging" / "app-0.2.0.tar.zst", *members, *more.pop("extra", ()))


@pytest.fixture
def kept(tmp_path: Path) -> Versions:
    return Versions(tmp_path, lambda _: 10**12, lambda _: None)


def lies(tmp_path: Path, version: str = "0.2.0") -> bool:
    return pointer.version_folder(tmp_path, version).exists()


def test_an_archive_becomes_a_version_and_goes(tmp_path: Path, kept: Versions) -> None:
    packed = archive(tmp_path)
    assert kept.sound("0.2.0") is None
    assert kept.unpack(packed, "0.2.0") == Staged("0.2.0", "r1", "0010")
    folder = pointer.version_folder(tmp_path, "0.2.0")
    assert {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")} == {
        **FILES, "version.json": listed(FILES),
    }  # fmt: skip
    assert kept.unpack(tmp_path / "gone", "0.2.0") == Staged("0.2.0", "r1", "0010"), "it stands already"
    (folder / "storage" / "x_1.py").write_bytes(b"x = 2\n")
    assert kept.sound("0.2.0") is None


def test_its_modules_are_compiled_before_it_is_complete(tmp_path: Path) -> None:
    packed = archive(tmp_path)
    Versions(tmp_path, lambda _: 10**12).unpack(packed, "0.2.0")
    folder = pointer.version_folder(tmp_path, "0.2.0")
    assert len(list(folder.rglob("*.pyc"))) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        member("../outside.py", b"x"), member("/etc/outside", b"x"), member("kiosk/../../outside", b"x"),
        member("a\\..\\outside", b"x"), member("C:/outside", b"x"), member("kiosk/.", b""), member("x.", b""),
        member("kiosk/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("kiosk/hard", type=tarfile.LNKTYPE, linkname="version.json"),
        member("kiosk/dev", type=tarfile.CHRTYPE), member("folder", type=tarfile.DIRTYPE),
        member("KIOSK/__init__.py", b"twice"), member("unlisted.py", b"x"), member("/".join("abcdefghijklmn"), b"x"),
        member("kiosk", b"x"), member("x" * 101, b"x"), member("نص", b"x"),
    ],
    ids=lambda made: made[0].name[:20],
)  # fmt: skip
def test_what_leaves_the_folder_or_is_not_listed_is_refused_and_nothing_stays(
    tmp_path: Path, kept: Versions, wrong: tuple[tarfile.TarInfo, bytes]
) -> None:
    packed = archive(tmp_path, extra=(wrong,))
    with pytest.raises(Corrupt, match="update_broken"):
        kept.unpack(packed, "0.2.0")
    assert not lies(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"staging", "program"}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"[]", b"{}", b"[" * 100_000, listed(FILES, "0.2.1"), listed({**FILES, "more.py": b""}),
        listed({**FILES, "storage/x_1.py": b"x = 2\n"}), b'{"version":"0.2.0","files":3}',
    ],
)  # fmt: skip
def test_a_list_that_does_not_fit_the_files_is_refused(tmp_path: Path, kept: Versions, raw: bytes) -> None:
    packed = archive(tmp_path, raw=raw)
    with pytest.raises(Corrupt, match="update_broken"):
        kept.unpack(packed, "0.2.0")
    assert not lies(tmp_path)


def test_a_list_that_nobody_can_start_from_is_refused(tmp_path: Path, kept: Versions) -> None:
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    packed = archive(tmp_path, raw=json.dumps({"version": "0.2.0", "files": hashes}).encode())
    with pytest.raises(Corrupt, match="update_broken"):
        kept.unpack(packed, "0.2.0")


@settings(max_examples=25)
@given(st.integers(0, 400), st.integers(0, 7))
def test_a_torn_or_turned_archive_never_becomes_another_version(at: int, bit: int) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        folder = Path(name)
        packed = archive(folder)
        good = packed.read_bytes()
        at %= len(good)
        for torn in (good[:at], good[:at] + bytes([good[at] ^ (1 << bit)]) + good[at + 1 :]):
            packed.parent.mkdir(exist_ok=True)
            packed.write_bytes(torn)
            kept = Versions(folder, lambda _: 10**12, lambda _: None)
            with suppress(Corrupt):  # a bit that the frame does not use changes nothing
                assert kept.unpack(packed, "0.2.0") == Staged("0.2.0", "r1", "0010")
            assert lies(folder) == (kept.sound("0.2.0") is not None)
            kept.refuse("ab" * 32, "0.2.0")


def test_too_many_or_too_large_is_refused(tmp_path: Path, kept: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    for cap, value in (("FILES_MOST", 3), ("BYTES_MOST", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(program_versions, cap, value)
            packed = archive(tmp_path)
            with pytest.raises(Corrupt, match="update_broken"):
                kept.unpack(packed, "0.2.0")


def test_half_a_version_of_a_power_cut_is_taken_away_first(tmp_path: Path, kept: Versions) -> None:
    folder = pointer.version_folder(tmp_path, "0.2.0")
    (folder / "kiosk" / "old").mkdir(parents=True)
    (folder / "kiosk" / "__init__.py").write_bytes(b"half")
    kept.unpack(archive(tmp_path), "0.2.0")
    assert not (folder / "kiosk" / "old").exists()


@pytest.mark.parametrize("at", range(5))
def test_a_full_disk_leaves_the_old_state(
    tmp_path: Path, kept: Versions, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    packed, left, fsync = archive(tmp_path), [at], os.fsync

    def full(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "full")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="disk_full"):
        kept.unpack(packed, "0.2.0")
    assert not lies(tmp_path)
    assert packed.exists(), "it is tried again when there is room"


def test_room_is_asked_for_before_anything_comes(tmp_path: Path) -> None:
    need = 13 * 1000 + 3 * 500 + FLOOR_BYTES
    Versions(tmp_path, lambda _: need).make_room(1000, 500)
    with pytest.raises(Unavailable, match="disk_full"):
        Versions(tmp_path, lambda _: need - 1).make_room(1000, 500)


def test_a_refused_release_is_remembered_and_its_files_go(tmp_path: Path, kept: Versions) -> None:
    kept.unpack(archive(tmp_path), "0.2.0")
    assert not kept.quarantined("ab" * 32)
    kept.refuse("ab" * 32, "0.2.0")
    assert kept.quarantined("ab" * 32)
    assert quarantined(tmp_path) == {"ab" * 32}
    assert not lies(tmp_path)


def test_only_what_the_pointer_names_is_kept(tmp_path: Path, kept: Versions) -> None:
    kept.tidy(Pointer())
    for version in ("0.1.0", "0.2.0", "0.3.0", "0.4.0"):
        pointer.version_folder(tmp_path, version).mkdir(parents=True)
    kept.tidy(Pointer("0.3.0", "0.2.0", "0.4.0", phase="WAITING"))
    assert [lies(tmp_path, f"0.{n}.0") for n in (1, 2, 3, 4)] == [False, True, True, True]


def test_a_disk_in_trouble_is_told_as_such(tmp_path: Path, kept: Versions, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> None:
        raise OSError(errno.EIO, "io")

    monkeypatch.setattr(program_versions, "remove_tree", broken)
    with pytest.raises(Unavailable, match="store_failed"):
        kept.refuse("ab" * 32, "0.2.0")


@pytest.fixture
def packed_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_layer, "ZSTD_LEVEL", 12)


@pytest.mark.usefixtures("packed_fast")
def test_what_an_installer_packs_is_unpacked(tmp_path: Path, kept: Versions) -> None:
    layer = app_layer.build(tmp_path / "out", "0.2.0")
    told = kept.unpack(layer.archive.path, "0.2.0")
    assert told == Staged("0.2.0", layer.needs_runtime, source.schema())


@pytest.mark.usefixtures("packed_fast")
def test_in_an_installed_program_the_base_lies_in_the_runtime(
    tmp_path: Path, kept: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime.put_fonts(tmp_path / "site-packages")
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    layer = app_layer.build(tmp_path / "out", "0.2.0")
    own = importlib.resources.files
    monkeypatch.setattr(program_versions, "files", lambda name: layer.folder / name if name == "assets" else own(name))
    assert kept.unpack(layer.archive.path, "0.2.0").version == "0.2.0"
