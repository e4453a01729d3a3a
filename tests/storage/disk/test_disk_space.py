"""Room on the disk: refuse in time, and have something to throw off."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol.errors import Unavailable
from storage import opening
from storage.db import upgrade
from storage.disk.disk_space import BALLAST_BYTES, FLOOR_BYTES, MIB, NAME, DiskSpace, free_bytes, is_full
from tests.harness.enrolled_store import enrolled, open_house
from tests.harness.fakes.fake_keystore import FakeKeystore

SMALL = 3 * MIB + 17


def space(folder: Path, free: int) -> DiskSpace:
    return DiskSpace(folder, ballast_bytes=SMALL, floor_bytes=10 * MIB, free=lambda _: free)


def test_the_sizes_are_those_of_the_design() -> None:
    assert (BALLAST_BYTES, FLOOR_BYTES) == (64 * MIB, 200 * MIB)


@pytest.mark.parametrize("free", [10 * MIB, 10 * MIB + 1])
def test_with_room_enough_nothing_is_refused(tmp_path: Path, free: int) -> None:
    space(tmp_path, free).refuse_when_short()


def test_below_the_floor_a_receipt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="disk_full"):
        space(tmp_path, 10 * MIB - 1).refuse_when_short()


@pytest.mark.posix
def test_the_ballast_takes_real_room(tmp_path: Path) -> None:
    assert space(tmp_path, 100 * MIB).keep()
    found = (tmp_path / NAME).stat()
    assert found.st_size == SMALL
    assert found.st_blocks * 512 >= SMALL


def test_a_whole_ballast_is_left_as_it_is(tmp_path: Path) -> None:
    kept = space(tmp_path, 100 * MIB)
    assert kept.keep()
    before = (tmp_path / NAME).stat().st_mtime_ns
    assert kept.keep()
    assert (tmp_path / NAME).stat().st_mtime_ns == before


def test_a_ballast_of_another_size_is_made_again(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"half")
    assert space(tmp_path, 100 * MIB).keep()
    assert (tmp_path / NAME).stat().st_size == SMALL


def test_released_it_gives_its_room_back_and_twice_is_no_fault(tmp_path: Path) -> None:
    kept = space(tmp_path, 100 * MIB)
    assert kept.keep()
    kept.release()
    kept.release()
    assert not kept.has_ballast


def test_it_is_not_made_from_room_that_receipts_need(tmp_path: Path) -> None:
    assert not space(tmp_path, 10 * MIB + SMALL - 1).keep()
    assert not (tmp_path / NAME).exists()


def test_a_disk_that_fills_while_it_is_made_is_left_without_half_a_ballast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_more)
    assert not space(tmp_path, 100 * MIB).keep()
    assert not (tmp_path / NAME).exists()


def test_the_real_measure_is_the_file_systems(tmp_path: Path) -> None:
    assert free_bytes(tmp_path) > 0
    with pytest.raises(Unavailable):
        DiskSpace(tmp_path, floor_bytes=2**62).refuse_when_short()


# ---- a store that is opened on a full disk


@pytest.mark.parametrize("code", ["store_failed", "disk_full"])
def test_an_opening_without_room_says_how_much_and_throws_the_ballast_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    keystore = FakeKeystore()
    enrolled(tmp_path, keystore).close()
    assert (tmp_path / NAME).exists()

    def full(*_: object, **_more: object) -> None:
        raise Unavailable(code, reason="io")

    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "bring_up", full)
        patch.setattr(opening, "is_full", lambda _: code == "store_failed")
        with pytest.raises(Unavailable, match="store_full") as caught:
            open_house(tmp_path, keystore)
    assert caught.value.values["need_mb"] == 201
    assert not (tmp_path / NAME).exists()
    open_house(tmp_path, keystore).close()


def test_another_fault_on_a_full_disk_keeps_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keystore = FakeKeystore()
    enrolled(tmp_path, keystore).close()

    def locked(*_: object, **_more: object) -> None:
        raise Unavailable("keystore_locked")

    monkeypatch.setattr(upgrade, "bring_up", locked)
    monkeypatch.setattr(opening, "is_full", lambda _: True)
    with pytest.raises(Unavailable, match="keystore_locked"):
        open_house(tmp_path, keystore)


def test_a_disk_that_is_gone_is_not_a_full_one(tmp_path: Path) -> None:
    assert not is_full(tmp_path)
    assert not is_full(tmp_path / "gone")
