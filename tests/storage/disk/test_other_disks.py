"""The data folder on another disk of the computer: a link from the usual place, which nothing else has to know of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.setup.setup_steps import due
from protocol.errors import Refused, Unavailable
from storage.disk import data_folder, other_disks
from storage.disk.other_disks import lay, rooms
from storage.opening import DATABASE
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.store_on_disk import refuses


def test_a_store_lies_on_the_other_disk_and_is_found_from_the_usual_place(tmp_path: Path) -> None:
    usual, other, keystore = tmp_path / "home" / "manfaz", tmp_path / "قرص د" / "Manfaz", FakeKeystore()
    lay(usual, other)
    opened = enrolled(usual, keystore)
    sell(opened.store)
    opened.close()
    assert (other / DATABASE).exists()
    assert other.stat().st_mode & 0o777 == 0o700
    again = open_house(usual, keystore)
    assert again.store.journal.tail().chain.seq == 1
    again.close()
    error = refuses("folder_begun", lambda: lay(usual, tmp_path / "third"))
    assert str(other) in str(error.values["place"])


def test_what_a_first_start_has_left_goes_with_it_and_anything_else_stays(tmp_path: Path) -> None:
    usual = tmp_path / "manfaz"
    (usual / "logs").mkdir(parents=True)
    (usual / "setup.state").write_bytes(b"half way")
    lay(usual, tmp_path / "one")
    lay(usual, tmp_path / "two")
    assert usual.resolve() == tmp_path / "two"
    lay(usual, tmp_path / "two")()
    assert usual.resolve() == tmp_path / "two", "there already: nothing is done, and nothing is undone"
    full = tmp_path / "full"
    (full / "somebody's").mkdir(parents=True)
    refuses("folder_unusable", lambda: lay(full, tmp_path / "three"))
    assert (full / "somebody's").exists()


def test_it_can_be_undone_and_only_what_is_empty_goes(tmp_path: Path) -> None:
    usual, other = tmp_path / "manfaz", tmp_path / "other"
    undo = lay(usual, other)
    undo()
    assert (os.path.lexists(usual), other.exists()) == (False, False)
    undo = lay(usual, other)
    (other / "x").touch()
    undo()
    undo()
    assert (os.path.lexists(usual), other.exists()) == (False, True)


def test_what_is_no_place_for_data_is_refused_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = tmp_path / "manfaz"
    refuses("folder_path", lambda: lay(usual, Path("Manfaz")))
    refuses("folder_synced", lambda: lay(usual, tmp_path / "OneDrive" / "Manfaz"))
    monkeypatch.setattr(data_folder, "_mounts", lambda: [f"server:/x {tmp_path}/net nfs4 rw 0 0"])
    refuses("folder_remote", lambda: lay(usual, tmp_path / "net" / "Manfaz"))
    assert not os.path.lexists(usual)


def test_a_disk_that_is_away_is_no_new_counter(tmp_path: Path) -> None:
    usual, disk = tmp_path / "manfaz", tmp_path / "disk"
    lay(usual, disk / "Manfaz")
    assert due(usual)
    disk.rename(tmp_path / "away")
    assert not due(usual), "nobody is asked to set up anew"
    error = refuses("folder_gone", lambda: open_house(usual))
    assert isinstance(error, Unavailable)
    assert not disk.exists(), "nothing is made where the disk should be"


def test_the_usual_place_comes_first_and_then_local_disks_that_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "/dev/sda1 / ext4 rw 0 0", f"/dev/sdb1 {tmp_path} ext4 rw 0 0", "tmpfs /run tmpfs rw 0 0", "torn",
        "/dev/sdc1 /media/shop/STICK ext4 rw 0 0", "server:/x /net nfs4 rw 0 0", f"/dev/sdd1 {tmp_path}/no xfs rw 0 0",
    ]  # fmt: skip
    monkeypatch.setattr(data_folder, "_mounts", lambda: lines)
    numbers = {tmp_path: 2}
    monkeypatch.setattr(other_disks, "_device", lambda place: numbers.get(place, 1))
    usual = Path.home() / ".local/share/manfaz"
    found = rooms(usual)
    assert [room.place for room in found] == [usual, tmp_path / "Manfaz"]
    assert all(room.free_mb > 0 for room in found)
    monkeypatch.undo()
    assert rooms(usual)[0].place == usual, "on this machine, whatever it has"
    with pytest.raises(Refused, match="folder_path"):
        lay(usual, Path())
