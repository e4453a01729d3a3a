"""A folder that was replaced by an empty one, or lost the file with its id: the keystore knows whose place it is."""

from __future__ import annotations

import errno
import shutil
from itertools import chain, repeat
from pathlib import Path

import pytest

from kiosk.model.service_request import Query
from protocol.errors import Unavailable
from storage.disk import folder_switch
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.store_on_disk import refuses


def sold(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
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
    assert len(again.store.requests.search(Query())) == 1
    again.close()


def test_a_lost_id_is_known_from_the_keystore(folder: Path, keystore: FakeKeystore) -> None:
    sold(folder, keystore)
    before = (folder / "instance").read_text()
    (folder / "instance").unlink()
    again = open_house(folder, keystore)
    assert len(again.store.requests.search(Query())) == 1
    assert (folder / "instance").read_text() == before
    again.close()


def test_what_was_rescued_says_so_to_the_doctor(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    (folder / "kiosk.db").unlink()
    sell(opened.store)
    assert int(opened.store.fact("rescued") or 0) > NOON_MS
    opened.close()


@pytest.mark.parametrize("at", range(4))
def test_a_rescue_that_failed_half_way_is_ended_before_anything_more_is_written(
    folder: Path, keystore: FakeKeystore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    opened = enrolled(folder, keystore)
    sold = {sell(opened.store).id}
    (tmp_path / "second name").hardlink_to(folder / "kiosk.db")
    with monkeypatch.context() as patch:
        steps = chain(repeat(folder_switch._move, at), repeat(refuse))

        def move(source: Path, target: Path) -> None:
            next(steps)(source, target)

        patch.setattr("storage.disk.folder_switch._move", move)
        with pytest.raises(Unavailable):
            sell(opened.store)
    (tmp_path / "second name").unlink()
    sold |= {sell(opened.store).id for _ in range(3)}
    opened.close()
    again = open_house(folder, keystore)
    assert sold <= {row.id for row in again.store.requests.search(Query())}
    again.close()


def refuse(_source: Path, _target: Path) -> None:
    raise OSError(errno.EIO, "the disk")
