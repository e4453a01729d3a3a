"""A folder that was replaced by an empty one, or lost the file with its id: the keystore knows whose place it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kiosk.records.transaction import Query
from tests.fakes.keystore import FakeKeystore
from tests.fakes.world import NOON_MS
from tests.storage.disk import refuses
from tests.storage.house import enrolled, open_house, sell


def sold(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    opened.mirror.note(opened.store.tail().chain)
    opened.close()


@pytest.mark.parametrize("empty", [True, False], ids=["empty", "missing"])
def test_an_empty_folder_in_the_place_of_a_counters_is_noticed(
    folder: Path, keystore: FakeKeystore, tmp_path: Path, *, empty: bool
) -> None:
    sold(folder, keystore)
    folder.rename(tmp_path / "away")
    if empty:
        folder.mkdir()
    refuses("rolled_back", lambda: open_house(folder, keystore))
    assert not list(folder.glob("kiosk.db*")), "nothing is built in it"
    shutil.rmtree(folder)
    (tmp_path / "away").rename(folder)
    again = open_house(folder, keystore)
    assert len(again.store.search(Query())) == 1
    again.close()


def test_a_lost_id_is_known_from_the_keystore(folder: Path, keystore: FakeKeystore) -> None:
    sold(folder, keystore)
    before = (folder / "instance").read_text()
    (folder / "instance").unlink()
    again = open_house(folder, keystore)
    assert len(again.store.search(Query())) == 1
    assert (folder / "instance").read_text() == before
    again.close()


def test_what_was_rescued_says_so_to_the_doctor(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    (folder / "kiosk.db").unlink()
    sell(opened.store)
    assert int(opened.store.fact("rescued") or 0) > NOON_MS
    opened.close()
