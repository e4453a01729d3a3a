"""What lies in the second place is looked at again: byte by byte, and opened."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from protocol.wire.backup_manifest import Manifest, write_manifest
from storage.backup import backup_contents
from storage.disk.whole_files import same_bytes
from storage.opening import DATABASE, Opened
from tests.harness.store_on_disk import refuses
from tests.storage.backup.test_backup_making import always, cover, house, keystore, names, picture, silent, stopping

__all__ = ["house", "keystore"]


@pytest.fixture
def pair(house: Opened, tmp_path: Path) -> tuple[Path, Path, Manifest]:
    """The same backup, with a picture, here and on a stick."""
    picture(house)
    here, stick = tmp_path / "here", tmp_path / "stick"
    made = house.copies.make(here, cover(), always, silent)
    house.copies.carry(made, here, stick, always, silent)
    return here, stick, made


def flip(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(bytes(data))


def test_what_was_verified_stands(house: Opened, pair: tuple[Path, Path, Manifest]) -> None:
    here, stick, made = pair
    for whole in (False, True):
        assert house.copies.prove(made, here, stick, always, whole=whole)
    (here / made.name / DATABASE).unlink()
    assert house.copies.prove(made, here, stick, always, whole=False), "then it is opened"


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("harm", ["middle", "head", "short", "gone", "picture", "no picture"])
def test_what_has_changed_there_does_not(
    house: Opened, pair: tuple[Path, Path, Manifest], whole: bool, harm: str
) -> None:
    here, stick, made = pair
    file = stick / made.name / DATABASE
    shown = stick / backup_contents.PICTURES / made.pictures[0]
    harms: dict[str, Any] = {
        "middle": lambda: flip(file, file.stat().st_size // 2), "head": lambda: flip(file, 3),
        "short": lambda: file.write_bytes(file.read_bytes()[:-4096]), "gone": file.unlink,
        "picture": lambda: shown.write_bytes(shown.read_bytes()[:-1]), "no picture": shown.unlink,
    }  # fmt: skip
    harms[harm]()
    assert not house.copies.prove(made, here, stick, always, whole=whole)
    house.copies.drop(made, stick)
    assert made.name not in names(stick)
    house.copies.carry(made, here, stick, always, silent)
    assert house.copies.prove(made, here, stick, always, whole=True)


def test_it_can_be_stopped(house: Opened, pair: tuple[Path, Path, Manifest]) -> None:
    here, stick, made = pair
    for whole in (False, True):
        refuses("backup_stopped", partial(house.copies.prove, made, here, stick, stopping(0), whole=whole))
    assert made.name in names(stick)


def test_files_of_one_size_are_compared_to_the_last_byte(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(bytes(3 << 20))
    other.write_bytes(bytes(3 << 20))
    assert same_bytes(one, other, always)
    flip(other, (3 << 20) - 1)
    assert not same_bytes(one, other, always)
    other.write_bytes(b"")
    assert not same_bytes(one, other, always)


def test_a_good_copy_there_stands_though_the_one_here_has_suffered(
    house: Opened, pair: tuple[Path, Path, Manifest]
) -> None:
    here, stick, made = pair
    flip(here / made.name / DATABASE, 5000)
    assert house.copies.prove(made, here, stick, always, whole=False), "it is the only good one"
    picture_here = here / backup_contents.PICTURES / made.pictures[0]
    picture_here.write_bytes(b"")
    assert house.copies.prove(made, here, stick, always, whole=False)


# ---- two counters of a shop with one second place


@pytest.mark.parametrize("torn", [False, True])
def test_one_that_cannot_say_what_it_is_does_not_stand_for_the_new_one(
    house: Opened, pair: tuple[Path, Path, Manifest], torn: bool
) -> None:
    here, stick, made = pair
    file = stick / made.name / backup_contents.MANIFEST
    if torn:
        file.write_bytes(file.read_bytes()[:-9])
    else:
        file.unlink()
    assert house.copies.standing(stick) == []
    house.copies.carry(made, here, stick, always, silent)
    assert house.copies.standing(stick) == [made]
    assert house.copies.prove(made, here, stick, always, whole=True)


@pytest.mark.posix
@pytest.mark.parametrize("where", ["", backup_contents.MANIFEST])
def test_what_a_stranger_laid_at_its_name_is_left_alone(
    house: Opened, pair: tuple[Path, Path, Manifest], where: str, tmp_path: Path
) -> None:
    here, stick, made = pair
    shutil.rmtree(stick / made.name)
    laid = stick / made.name / where
    laid.parent.mkdir(exist_ok=True)
    laid.symlink_to(tmp_path)
    refuses("backup_damaged", lambda: house.copies.carry(made, here, stick, always, silent))
    assert laid.is_symlink()


def of_another(made: Manifest, here: Path) -> Manifest:
    """The same backup as that of another counter."""
    other = replace(made, device="f" * 8 + made.device[8:])
    shutil.copytree(here / made.name, here / other.name)
    (here / other.name / backup_contents.MANIFEST).write_bytes(write_manifest(other))
    return other


def test_two_counters_of_a_shop_write_into_one_place_at_the_same_time(house: Opened, tmp_path: Path) -> None:
    picture(house)
    here, share = tmp_path / "here", tmp_path / "share"
    made = house.copies.make(here, cover(), always, silent)
    other = of_another(made, here)
    steps = iter(range(1000))

    def meanwhile() -> bool:
        if next(steps) == 1:
            house.copies.carry(other, here, share, always, silent)
            assert house.copies.prune(share, other) == 0
        return True

    house.copies.carry(made, here, share, meanwhile, silent)
    for one in (made, other):
        assert house.copies.prove(one, here, share, always, whole=True)
    assert not list(share.rglob("*.part"))


def test_pictures_of_a_backup_under_way_and_of_one_that_cannot_be_read_stay(
    house: Opened, pair: tuple[Path, Path, Manifest]
) -> None:
    _, stick, made = pair
    stranger = stick / backup_contents.PICTURES / ("e" * 32)
    stranger.write_bytes(b"another counter's")
    (stick / "making-ffffffff.part").mkdir()
    house.copies.prune(stick, made)
    assert stranger.exists()
    (stick / "making-ffffffff.part").rmdir()
    (stick / "ffffffff-1-1-20260101-000000" / backup_contents.MANIFEST).mkdir(
        parents=True
    )  # what is there cannot be read
    house.copies.prune(stick, made)
    assert stranger.exists()
    shutil.rmtree(stick / "ffffffff-1-1-20260101-000000")
    house.copies.prune(stick, made)
    assert not stranger.exists()
