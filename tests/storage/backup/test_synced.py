"""A copy has its name only once it would survive a power cut: file synced, then named, then its folder synced."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from central.store.sqlite_store import SqliteStore
from storage.disk.data_folder import DATABASE
from storage.opening import Opened
from tests.harness.enrolled_store import enrolled, sell
from tests.storage.backup.test_backup_making import always, cover, picture, silent


class Disk:
    """Remembers which files and folders were synced, and what was named before or without that."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: set[int] = set()
        self.unsynced: list[str] = []
        self.named: set[Path] = set()
        sync, replace = os.fsync, Path.replace

        def fsync(handle: int) -> None:
            self.synced.add(os.fstat(handle).st_ino)
            self.named -= {folder for folder in self.named if folder.stat().st_ino == os.fstat(handle).st_ino}
            sync(handle)

        def renamed(path: Path, target: str | Path) -> Path:
            files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
            self.unsynced += [file.name for file in files if file.stat().st_ino not in self.synced]
            if os.name == "posix":  # Windows has no call that writes a folder through
                self.named.add(Path(target).parent)
            return replace(path, target)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "replace", renamed)


def before_an_upgrade(house: Opened, root: Path) -> None:
    house.back_up(root / "data" / f"{DATABASE}.before-0001")


def here(house: Opened, root: Path) -> None:
    house.copies.make(root / "backups", cover(), always, silent)


def in_the_second_place(house: Opened, root: Path) -> None:
    made = house.copies.make(root / "backups", cover(), always, silent)
    house.copies.carry(made, root / "backups", root / "stick", always, silent)


def of_the_centre(_house: Opened, root: Path) -> None:
    store = SqliteStore(root / "centre.db", bytes(32))
    store.copy_to(root / "centre.bak")
    store.close()


@pytest.mark.parametrize("make", [before_an_upgrade, here, in_the_second_place, of_the_centre])
def test_a_copy_is_on_the_disk_before_it_is_named(
    make: Callable[[Opened, Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = enrolled(tmp_path / "data")
    sell(house.store)
    picture(house)
    disk = Disk(monkeypatch)
    make(house, tmp_path)
    house.close()
    assert (disk.unsynced, disk.named) == ([], set())


def test_the_centres_copy_has_no_name_until_it_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, target = SqliteStore(tmp_path / "centre.db", bytes(32)), tmp_path / "centre.bak"
    reading = SqliteStore.reading

    def looked_at(copy: SqliteStore) -> object:
        assert not target.exists() or target.stat().st_size == 0, "named while nobody knew whether it can be read"
        return reading(copy)

    monkeypatch.setattr(SqliteStore, "reading", looked_at)
    store.copy_to(target)
    monkeypatch.undo()
    store.close()
    assert target.stat().st_size > 0
