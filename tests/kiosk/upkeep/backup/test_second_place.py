"""The second place of backups: the centre's word before the counter's, and what lies there is looked at again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.model.facts import BACKUP_SECOND
from kiosk.model.store_changes import PutDocument
from kiosk.upkeep.backup.backup_maker import OPEN_MS, PROVE_MS
from kiosk.upkeep.backup.backup_schedule import AGAIN_MS
from protocol.clock import DAY_MS
from protocol.documents import trust
from protocol.errors import Unavailable
from storage.backup.second_place import SecondPlaces
from storage.disk import sticks
from tests.harness.shop import FEED, OPERATOR, PIN, settings
from tests.harness.store_on_disk import refuses
from tests.kiosk.upkeep.backup.test_backup_maker import STICK, House, house, working

__all__ = ["house", "working"]
NAS = Path("/mnt/nas/manfaz").absolute()


def set_by_centre(house: House, second: str, version: int = 2) -> None:
    envelope = trust.seal_object(trust.SETTINGS, settings(version, backups={"second": second}), FEED)
    house.shop.store.commit([], [PutDocument("settings", version, envelope)])
    house.shop.counter.in_force.forget()


def always() -> bool:
    return True


def silent(_done: int, _whole: int) -> None:
    return None


# ---- whose word counts


def test_the_centres_word_goes_before_the_counters_and_its_silence_gives_it_back(working: House) -> None:
    place = working.backups.second_place
    working.backups.second_place.choose(str(STICK))
    assert (place.said(), place.shown()) == ("", str(STICK))
    set_by_centre(working, str(NAS))
    assert (working.backups.second_place.path(), place.shown()) == (NAS, str(NAS))
    assert working.backups.second_place.plugged(), "it is marked when it is first reached"
    working.backups.second(always, silent)
    assert len(working.shelf.standing(NAS)) == 1
    refuses("backup_set", lambda: working.backups.second_place.choose(str(STICK)))
    set_by_centre(working, "", 3)
    assert working.backups.second_place.path() == STICK
    assert working.backups.second_place.plugged()


def test_a_folder_of_ours_is_offered_on_each_disk_that_is_in(working: House) -> None:
    place = working.backups.second_place
    assert place.offered() == []
    working.disks.roots = [STICK.parent]
    assert place.offered() == [STICK.parent / "manfaz"]
    set_by_centre(working, str(NAS))
    assert place.offered() == [NAS, STICK.parent / "manfaz"], "that of the centre can be taken once more"
    set_by_centre(working, str(STICK.parent / "manfaz"), 3)
    assert place.offered() == [STICK.parent / "manfaz"]


def test_what_is_in_is_looked_for_with_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sticks, "sticks", lambda: [tmp_path / "STICK"])
    assert SecondPlaces(tmp_path).plugged()[0] == tmp_path / "STICK"

    def gone() -> list[Path]:
        raise OSError

    monkeypatch.setattr(sticks, "sticks", gone)
    assert SecondPlaces(tmp_path).plugged() == []


def test_a_disk_is_found_by_its_name_wherever_it_is_in(working: House) -> None:
    set_by_centre(working, "label:SHOP 7")
    place = working.backups.second_place
    assert (place.path(), place.shown(), place.plugged()) == (None, "label:SHOP 7", False)
    refuses("backup_away", lambda: working.backups.second(always, silent))
    one, two = Path("/media/one").absolute(), Path("/media/two").absolute()
    working.disks.labels["SHOP 7"] = one
    assert working.backups.second_place.plugged()
    working.disks.labels["SHOP 7"] = two
    working.disks.marks = {two / "manfaz": working.disks.marks[one / "manfaz"]}  # the same disk in another socket
    assert working.backups.second_place.plugged()
    assert place.shown() == str(two / "manfaz")


def test_another_disk_in_its_place_is_not_taken_for_it_until_somebody_says_so(working: House) -> None:
    set_by_centre(working, str(NAS))
    assert working.backups.second_place.plugged()
    del working.disks.marks[NAS]  # somebody has formatted it, or put another one there
    assert not working.backups.second_place.plugged()
    working.backups.second_place.choose(str(NAS))
    assert working.backups.second_place.plugged()


def test_a_place_that_is_not_in_becomes_no_folder_of_this_computer(working: House) -> None:
    working.disks.same.add(NAS)
    set_by_centre(working, str(NAS))
    assert not working.backups.second_place.plugged()
    assert working.disks.marks == {}
    working.disks.same.clear()
    working.disks.locked = True
    assert not working.backups.second_place.plugged()
    set_by_centre(working, "Q:manfaz", 3)
    assert not working.backups.second_place.plugged(), "nothing that any counter could use"


def test_a_path_of_another_system_is_no_place_here(working: House) -> None:
    set_by_centre(working, "E:\\manfaz" if Path("/").is_absolute() else "/mnt")
    assert not working.backups.second_place.plugged()
    refuses("backup_away", lambda: working.backups.second(always, silent))


def test_before_the_settings_have_come_the_centre_is_silent(working: House) -> None:
    del working.shop.store._s.documents["settings"]  # type: ignore[attr-defined]
    working.shop.counter.in_force.forget()
    assert working.backups.second_place.said() == ""


# ---- not to be reached


def test_since_when_it_is_away_is_kept_once_and_ends_when_it_is_back(working: House) -> None:
    set_by_centre(working, "label:SHOP7")
    working.keeper.step()
    first = working.shop.store.fact("backup_away")
    working.shop.clock.pass_ms(DAY_MS)
    working.keeper.step()
    assert working.shop.store.fact("backup_away") == first
    assert json.loads(first or b"")["place"] == "label:SHOP7"
    working.disks.labels["SHOP7"] = Path("/media/one").absolute()
    working.shop.clock.pass_ms(AGAIN_MS)
    working.keeper.step()
    assert working.shop.store.fact("backup_away") == b""
    assert working.backups.last(BACKUP_SECOND) is not None


def test_where_there_is_none_nothing_is_away(working: House) -> None:
    working.keeper.step()
    assert working.shop.store.fact("backup_away") is None


# ---- looked at again


@pytest.fixture
def copied(working: House) -> House:
    """There is a verified copy in the second place, and nobody works."""
    working.backups.second_place.choose(str(STICK))
    working.shop.counter.people.sign_out()
    working.keeper.now()
    working.shelf.proved.clear()
    return working


def test_it_is_compared_every_night_and_opened_every_week(copied: House) -> None:
    copied.keeper.step()
    assert copied.shelf.proved == [], "it has just been opened there"
    looked: list[bool] = []
    for _ in range(9):
        copied.shop.clock.pass_ms(PROVE_MS)
        copied.keeper.step()
        copied.keeper.step()
    looked = copied.shelf.proved
    assert looked == [False] * (OPEN_MS // PROVE_MS) + [True]


def test_not_while_somebody_works_nor_while_it_is_away(copied: House) -> None:
    mark = copied.disks.marks.pop(STICK)
    copied.shop.clock.pass_ms(PROVE_MS)
    copied.keeper.step()
    copied.disks.marks[STICK] = mark
    copied.shop.counter.people.sign_in(OPERATOR, PIN)
    copied.keeper.step()
    assert copied.shelf.proved == []


@pytest.mark.parametrize("rotten", [True, Unavailable("backup_place", place="x")])
def test_what_has_gone_bad_there_is_made_anew(copied: House, rotten: Exception | bool) -> None:
    before = copied.shelf.standing(STICK)
    copied.shelf.rotten = rotten
    copied.shop.clock.pass_ms(PROVE_MS)
    copied.keeper.step()
    assert copied.shelf.standing(STICK) == before
    last = copied.backups.last(BACKUP_SECOND)
    assert last is not None
    assert last.at_ms == copied.shop.clock.wall_ms()


def test_a_bad_one_that_cannot_be_made_anew_does_not_count(copied: House) -> None:
    copied.shelf.rotten = True
    copied.shelf.broken = Unavailable("backup_full", need_mb=16, place="x")
    copied.shop.clock.pass_ms(PROVE_MS)
    copied.keeper.step()
    assert copied.backups.last(BACKUP_SECOND) is None
    assert copied.backups.fault() == (copied.shop.clock.wall_ms(), "backup_full")


@pytest.mark.parametrize("left", [0, 1])
def test_what_is_gone_from_there_is_made_anew_and_an_older_one_does_not_stand_for_it(copied: House, left: int) -> None:
    """Somebody made room on the stick, or what says of the newest copy what it is cannot be read any more."""
    older = copied.shelf.standing(STICK)[0]
    copied.shop.counter.people.sign_in(OPERATOR, PIN)
    copied.shop.counter.people.sign_out()
    copied.keeper.now()
    newest = copied.shelf.standing(STICK)[0]
    copied.shelf.held[STICK] = [older][:left]
    copied.shop.clock.pass_ms(PROVE_MS)
    assert not copied.backups.prove(always, silent)
    assert copied.shelf.standing(STICK)[0].seq == newest.seq > older.seq


def test_what_is_gone_with_its_disk_is_not_missed(copied: House) -> None:
    copied.disks.marks.clear()
    copied.shelf.held.pop(STICK)
    refuses("backup_away", lambda: copied.backups.prove(always, silent))
    assert copied.backups.last(BACKUP_SECOND) is not None


def test_a_disk_pulled_out_meanwhile_is_not_a_bad_copy(copied: House) -> None:
    copied.shelf.rotten = Unavailable("backup_stopped")
    refuses("backup_stopped", lambda: copied.backups.prove(always, silent))
    copied.shelf.rotten = Unavailable("backup_place", place="x")
    copied.disks.marks.clear()
    refuses("backup_place", lambda: copied.backups.prove(always, silent))
    copied.shelf.rotten = True
    refuses("backup_away", lambda: copied.backups.prove(always, silent))
    assert len(copied.shelf.standing(STICK)) == 1


def test_where_nothing_is_there_is_nothing_to_look_at(working: House) -> None:
    assert working.backups.prove(always, silent)
    working.backups.second_place.choose(str(STICK))
    assert working.backups.prove(always, silent)


def test_what_is_said_to_be_there_already_is_opened_first(copied: House) -> None:
    copied.backups.second(always, silent)
    assert copied.shelf.proved == [True]
    copied.shelf.rotten = True
    copied.backups.second(always, silent)
    assert len(copied.shelf.standing(STICK)) == 1


# ---- the names of real disks


def test_a_stick_is_known_by_its_folder_and_another_disk_by_its_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "media" / "SHOP7").mkdir(parents=True)
    (tmp_path / "sdb1").write_bytes(b"")
    by_label, mounts = tmp_path / "by-label", ["proc /proc proc rw 0 0"]
    by_label.mkdir()
    monkeypatch.setattr("storage.disk.sticks._ROOTS", (f"{tmp_path.as_posix()}/media/*",))
    monkeypatch.setattr("storage.disk.data_folder._mounts", lambda: mounts)
    (by_label / "NAS\\x20DISK").symlink_to(tmp_path / "sdb1")
    here = tmp_path.as_posix()
    mounts += [f"/dev/sdc1 {here}/media/SHOP7 vfat rw 0 0", f"{here}/sdb1 /mnt/big\\040disk ext4 rw 0 0"]

    def found(label: str) -> Path | None:
        return sticks.labelled(label, by_label)

    assert found("SHOP7") == tmp_path / "media" / "SHOP7"
    assert found("NAS DISK") == Path("/mnt/big disk")
    assert found("OTHER") is None
    del mounts[1:]
    assert found("NAS DISK") is None
    assert SecondPlaces(tmp_path).labelled("no such disk") is None
