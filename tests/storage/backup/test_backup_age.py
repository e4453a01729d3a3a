"""Copies made before upgrades: two always stay, the young ones too, and the one just verified whatever its date."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from protocol.errors import Unavailable
from storage.backup import backup_contents, database_copy
from storage.opening import DATABASE
from tests.harness import older_version
from tests.harness.enrolled_store import open_house
from tests.harness.older_version import KEY

DAY_S = 86_400


def copies(folder: Path, ages: dict[str, float], now: float = 2_000_000_000) -> Path:
    """Files beside a database, that many days old; returns the database's path."""
    for version, days in ages.items():
        for suffix in ("", "-wal", "-shm"):
            file = folder / f"{DATABASE}.before-{version}{suffix}"
            file.write_bytes(b"copy")
            os.utime(file, (now - days * DAY_S,) * 2)
    return folder / DATABASE


@pytest.mark.parametrize(
    ("ages", "stay"),
    [
        ({"0003": 0, "0002": 40, "0001": 80}, {"0003", "0002"}),
        ({"0003": 0, "0002": 40}, {"0003", "0002"}),
        ({"0003": 0}, {"0003"}),
        ({"0004": 0, "0003": 1, "0002": 29, "0001": 31}, {"0004", "0003", "0002"}),
        ({"0004": 0, "0003": 31, "0002": 32, "0001": 33}, {"0004", "0003"}),
        # the clock was wrong when the others were made: they seem to be from the time to come
        ({"0004": 0, "0003": -400, "0002": -300, "0001": 31}, {"0004", "0003", "0002"}),
    ],
)
def test_what_stays(tmp_path: Path, ages: dict[str, float], stay: set[str]) -> None:
    database = copies(tmp_path, ages)
    newest = database.with_name(f"{DATABASE}.before-{next(iter(ages))}")
    gone = database_copy.tidy(database, newest)
    assert {file.name[-4:] for file in gone} == set(ages) - stay
    assert {file.name[-4:] for file in database_copy._copies(database)} == stay
    assert len(list(tmp_path.iterdir())) == 3 * len(stay), "their logs go with them"


def test_the_copy_just_verified_stays_though_two_seem_newer(tmp_path: Path) -> None:
    database = copies(tmp_path, {"0003": 0, "0002": -400, "0001": -300})
    assert database_copy.tidy(database, database.with_name(f"{DATABASE}.before-0003")) == []


def test_nothing_else_is_touched(tmp_path: Path) -> None:
    database = copies(tmp_path, {"0003": 0, "0002": 50, "0001": 60})
    others = [f"{DATABASE}.before-mine", "other.db.before-0001", f"{DATABASE}.part", DATABASE]
    for name in others:
        (tmp_path / name).write_bytes(b"mine")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / f"{DATABASE}.before-0000").mkdir()
    database_copy.tidy(database, database.with_name(f"{DATABASE}.before-0003"))
    assert all((tmp_path / name).exists() for name in others)
    assert (tmp_path / f"{DATABASE}.before-0000").is_dir()


def test_what_cannot_be_removed_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = copies(tmp_path, {"0003": 0, "0002": 50, "0001": 60})

    def locked(_path: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(database_copy, "_remove", locked)
    assert database_copy.tidy(database, database.with_name(f"{DATABASE}.before-0003")) == []
    assert len(database_copy._copies(database)) == 3


@pytest.mark.usefixtures("older_known")
def test_an_upgrade_tidies_once_its_own_copy_has_been_verified(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = older_version.house(folder)
    copies(folder, {"0009": 40, "0008": 80}, now=(folder / DATABASE).stat().st_mtime)
    open_house(folder, keystore).close()
    assert {file.name[-4:] for file in database_copy._copies(folder / DATABASE)} == {"0000", "0009"}
    assert backup_contents.check(folder / f"{DATABASE}.before-0000", KEY) == 3


@pytest.mark.usefixtures("older_known")
def test_a_copy_that_fails_removes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    keystore = older_version.house(folder)
    copies(folder, {"0009": 40, "0008": 80}, now=(folder / DATABASE).stat().st_mtime)

    def full(*_: object) -> int:
        raise Unavailable("disk_full")

    monkeypatch.setattr(database_copy, "check", full)
    with pytest.raises(Unavailable, match="store_full"):
        open_house(folder, keystore)
    assert {file.name[-4:] for file in database_copy._copies(folder / DATABASE)} == {"0009", "0008"}
