"""Backups on a real disk: opened where they lie before they count, and what goes wrong leaves the old ones."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.evidence_file import Evidence
from kiosk.model.store_changes import DropEvidence, Erase
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.wire import sealing
from protocol.wire.backup_manifest import Manifest
from starter import files as durable
from storage.backup import backup_contents, backup_files
from storage.backup.backup_files import BackupFiles, Cover
from storage.db import journal_check
from storage.disk import whole_files
from storage.opening import DATABASE, Opened
from tests.harness.enrolled_store import enrolled, entry, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.store_on_disk import key_of, refuses

RECOVERY = bytes([8]) * 32


def seal(key: bytes, device: bytes, epoch: int) -> bytes:
    return sealing.seal_for_centre(key, device, epoch, sealing.public_of(RECOVERY))


def cover(day: int = 0) -> Cover:
    return Cover("CAI-001", "0.3.0", NOON_MS + day * 86_400_000, 1, seal)


def always() -> bool:
    return True


def silent(_done: int, _whole: int) -> None:
    return None


@pytest.fixture
def keystore() -> FakeKeystore:
    return FakeKeystore()


@pytest.fixture
def house(tmp_path: Path, keystore: FakeKeystore) -> Any:
    opened = enrolled(tmp_path / "data", keystore)
    sell(opened.store)
    sell(opened.store)
    yield opened
    opened.close()


def picture(opened: Opened, content: bytes = b"a face") -> Evidence:
    file, key = opened.pictures.keep(content)
    one = Evidence("r1", "id", hashlib.sha256(content).digest(), len(content), "image/jpeg", file, key, NOON_MS, "")
    opened.store.commit([], [one])
    return one


def names(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def test_a_backup_holds_all_and_the_centre_opens_it(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    shot, place = picture(house), tmp_path / "backups"
    told: list[tuple[int, int]] = []
    made = house.copies.make(place, cover(), always, lambda *step: told.append(step))
    assert (made.epoch, made.seq, made.entries, made.pictures) == (1, 2, 2, (shot.file,))
    assert names(place) == {made.name, "pictures"}
    assert told == [(1, 1)]
    assert house.copies.standing(place) == [made]
    device = bytes.fromhex(made.device.replace("-", ""))
    key = sealing.open_at_centre(made.sealed, device, 1, RECOVERY)
    assert key == key_of(tmp_path / "data", keystore)
    assert backup_contents.check(place / made.name / DATABASE, key) == 2
    for file in place.rglob("*"):
        if file.is_file() and file.name != backup_contents.MANIFEST:
            assert b"a face" not in file.read_bytes()
            assert b"SQLite format" not in file.read_bytes()


def test_pictures_lie_in_a_place_once(house: Opened, tmp_path: Path) -> None:
    shot, place = picture(house), tmp_path / "backups"
    house.copies.make(place, cover(), always, silent)
    stamp = (place / "pictures" / shot.file).stat().st_mtime_ns
    sell(house.store)
    house.copies.make(place, cover(1), always, silent)
    assert (place / "pictures" / shot.file).stat().st_mtime_ns == stamp


def test_a_picture_no_copy_needs_goes_with_the_last_that_did(house: Opened, tmp_path: Path) -> None:
    shot, place = picture(house), tmp_path / "backups"
    old = house.copies.make(place, cover(), always, silent)
    house.store.commit([], [DropEvidence(shot.request)])
    house.pictures.sweep(())
    sell(house.store)
    new = house.copies.make(place, cover(), always, silent)
    assert new.pictures == ()
    assert house.copies.prune(place, new) == 1
    assert not (place / old.name).exists()
    assert names(place / "pictures") == set()


def test_after_an_erasure_what_names_the_citizen_goes(house: Opened, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    old = house.copies.make(place, cover(-1), always, silent)
    chain = house.store.journal.tail().chain
    house.store.commit([entry(chain)], [Erase(1, 1)], chain)
    new = house.copies.make(place, cover(), always, silent)
    assert new.erased == (1, 3)
    house.copies.prune(place, new)
    assert names(place) == {new.name, "pictures"}
    assert old.name != new.name


def test_what_is_in_the_way_waits(house: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "backups"
    house.copies.make(place, cover(), always, silent)
    sell(house.store)
    new = house.copies.make(place, cover(), always, silent)

    def held(_folder: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(backup_files, "remove_tree", held)
    (place / "pictures" / ("f" * 32)).write_bytes(b"x")
    monkeypatch.setattr(Path, "unlink", lambda *_a, **_k: held(place))
    monkeypatch.setattr(Path, "replace", lambda *_a, **_k: held(place))
    house.copies.prune(place, new)
    monkeypatch.undo()
    assert len(house.copies.standing(place)) == 2
    house.copies.prune(place, new)
    assert names(place) == {new.name, "pictures"}


@pytest.mark.parametrize("dropped", [False, True])
def test_what_was_cut_off_while_it_went_goes_with_the_next(
    house: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dropped: bool
) -> None:
    """It holds citizens, and nothing that is no backup any more is ever asked whether it may stay."""
    place = tmp_path / "backups"
    old = house.copies.make(place, cover(), always, silent)
    sell(house.store)
    new = house.copies.make(place, cover(), always, silent)

    def half(folder: Path) -> None:
        (folder / backup_contents.MANIFEST).unlink(missing_ok=True)
        raise PermissionError

    monkeypatch.setattr(backup_files, "remove_tree", half)
    if dropped:
        refuses("backup_place", lambda: house.copies.drop(old, place))
    else:
        house.copies.prune(place, new)
    monkeypatch.undo()
    assert house.copies.standing(place) == [new]
    sell(house.store)
    newest = house.copies.make(place, cover(1), always, silent)
    assert names(place) == {new.name, newest.name, "pictures"}


def test_the_second_place_holds_the_same(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    picture(house)
    first, second = tmp_path / "backups", tmp_path / "stick"
    made = house.copies.make(first, cover(), always, silent)
    told: list[tuple[int, int]] = []
    assert house.copies.carry(made, first, second, always, lambda *step: told.append(step)) == made
    assert house.copies.standing(second) == [made]
    assert told[0][0] <= told[0][1]
    key = key_of(tmp_path / "data", keystore)
    assert backup_contents.check(second / made.name / DATABASE, key) == 2
    assert names(second / "pictures") == names(first / "pictures")


# ---- what goes wrong


def stopping(after: int) -> Callable[[], bool]:
    left = iter(range(after))
    return lambda: next(left, None) is not None


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_stopped_at_any_step_the_old_one_stands(house: Opened, tmp_path: Path, after: int) -> None:
    place = tmp_path / "backups"
    old = house.copies.make(place, cover(), always, silent)
    sell(house.store)
    picture(house)
    refuses("backup_stopped", lambda: house.copies.make(place, cover(1), stopping(after), silent))
    assert house.copies.standing(place) == [old]
    assert names(place) == {old.name, "pictures"}
    refuses(
        "backup_stopped", lambda: house.copies.carry(old, place, tmp_path / "stick", stopping(min(after, 2)), silent)
    )
    assert house.copies.standing(tmp_path / "stick") == []


def test_no_room_is_said_before_anything_is_written(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    data, place = tmp_path / "data", tmp_path / "backups"
    full = BackupFiles(data / DATABASE, key_of(data, keystore), data / "evidence", lambda _: 5)
    error = refuses("backup_full", lambda: full.make(place, cover(), always, silent))
    assert error.values["need_mb"] == 16
    assert names(place) == set()


def two_backups(house: Opened, tmp_path: Path) -> tuple[Path, Path, Manifest, Manifest]:
    """Two of them here, of which the older one is in the second place, too."""
    picture(house)
    first, second = tmp_path / "backups", tmp_path / "stick"
    old = house.copies.make(first, cover(), always, silent)
    house.copies.carry(old, first, second, always, silent)
    sell(house.store)
    picture(house, b"another face")
    return first, second, old, house.copies.make(first, cover(1), always, silent)


def failing_at(monkeypatch: pytest.MonkeyPatch, at: int, number: int) -> None:
    """The disk says `number` at the step `at` of those that reach it."""
    steps = iter(range(99))

    def failing(real: Callable[[Any], None]) -> Callable[[Any], None]:
        def step(what: Any) -> None:
            if next(steps) == at:
                raise OSError(number, "pulled")
            real(what)

        return step

    for module, name in ((durable, "sync_folder"), (whole_files, "drop_from_memory"), (backup_files, "sync_folder")):
        monkeypatch.setattr(module, name, failing(getattr(module, name)))


FAULTS = [(errno.ENOSPC, "backup_full"), (errno.EIO, "backup_place"), (errno.ENODEV, "backup_place")]


@pytest.mark.parametrize(("number", "code"), FAULTS)
def test_a_full_disk_or_a_pulled_stick_at_any_step(
    house: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    first, second, old, new = two_backups(house, tmp_path)
    for at in range(6):
        failing_at(monkeypatch, at, number)
        refuses(code, lambda: house.copies.carry(new, first, second, always, silent))
        monkeypatch.undo()
        assert old in house.copies.standing(second), "the old one stands"
        assert not list(second.rglob("*.part"))
        shutil.rmtree(second / new.name, ignore_errors=True)  # only its last sync had failed
        shutil.rmtree(second / "pictures", ignore_errors=True)
    assert house.copies.carry(new, first, second, always, silent) in house.copies.standing(second)


def test_a_place_that_is_gone(house: Opened, tmp_path: Path) -> None:
    made = house.copies.make(tmp_path / "backups", cover(), always, silent)
    (tmp_path / "file").write_bytes(b"")
    refuses("backup_place", lambda: house.copies.make(tmp_path / "file" / "x", cover(), always, silent))
    refuses("backup_place", lambda: house.copies.carry(made, tmp_path / "none", tmp_path / "s", always, silent))
    refuses("backup_place", lambda: backup_contents.manifest_of(tmp_path / "none"))
    assert house.copies.standing(tmp_path / "none") == []


def test_a_damaged_copy_does_not_count(house: Opened, tmp_path: Path) -> None:
    first, second = tmp_path / "backups", tmp_path / "stick"
    made = house.copies.make(first, cover(), always, silent)
    file = first / made.name / DATABASE
    whole = file.read_bytes()
    file.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    with pytest.raises((Corrupt, Unavailable)):
        house.copies.carry(made, first, second, always, silent)
    file.write_bytes(whole)
    refuses("backup_damaged", lambda: house.copies.carry(replace(made, entries=3), first, second, always, silent))
    assert house.copies.standing(second) == []
    (first / made.name / backup_contents.MANIFEST).write_bytes(b"{}")
    assert house.copies.standing(first) == []


def test_a_damaged_picture_does_not_count(house: Opened, tmp_path: Path) -> None:
    first = tmp_path / "backups"
    shot = picture(house)
    file = tmp_path / "data" / "evidence" / shot.file
    *rest, last = file.read_bytes()
    file.write_bytes(bytes([*rest, last ^ 1]))
    refuses("backup_damaged", lambda: house.copies.make(first, cover(), always, silent))
    assert house.copies.standing(first) == []
    assert names(first / "pictures") == set()


def test_a_damaged_store_makes_no_backup(house: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise Corrupt("journal_damaged", epoch=1, seq=2)

    monkeypatch.setattr(journal_check, "check_all", broken)
    refuses("backup_broke", lambda: house.copies.make(tmp_path / "b", cover(), always, silent))


def test_a_store_whose_pages_are_broken_makes_no_backup(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    data = tmp_path / "data"
    other = BackupFiles(data / DATABASE, bytes(32), data / "evidence")
    refuses("backup_broke", lambda: other.make(tmp_path / "b", cover(), always, silent))
    house.store.close()
    file = data / DATABASE
    whole = file.read_bytes()
    file.write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    broken = BackupFiles(file, key_of(data, keystore), data / "evidence")
    with pytest.raises(KioskError, match=r"backup_(broke|place)"):
        broken.make(tmp_path / "b", cover(), always, silent)
    assert house.copies.standing(tmp_path / "b") == []


def test_a_picture_that_goes_meanwhile_is_not_missed(
    house: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(house)

    def gone(*_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, "durable by now")

    monkeypatch.setattr(backup_files, "copy_whole", gone)
    assert house.copies.make(tmp_path / "b", cover(), always, silent).pictures == ()


def test_sales_go_on_while_a_backup_is_made(house: Opened, tmp_path: Path) -> None:
    sold: list[object] = []

    def selling() -> bool:
        if len(sold) < 3:
            sold.append(sell(house.store))
        return True

    made = house.copies.make(tmp_path / "b", cover(), selling, silent)
    assert made.seq <= house.store.journal.tail().chain.seq == 2 + len(sold)
    assert made.entries == made.seq


def test_a_folder_that_holds_anything_is_removed(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(b"x")
    (tmp_path / "a" / "link").symlink_to(tmp_path)
    whole_files.remove_tree(tmp_path / "a")
    whole_files.remove_tree(tmp_path / "a")
    assert names(tmp_path) == set()


def test_the_database_of_a_backup_is_one_file(house: Opened, tmp_path: Path) -> None:
    made = house.copies.make(tmp_path / "b", cover(), always, silent)
    assert names(tmp_path / "b" / made.name) == {DATABASE, backup_contents.MANIFEST}
    shutil.rmtree(tmp_path / "b")
