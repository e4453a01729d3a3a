"""A backup put back: into a new folder, read whole, under a new epoch; whatever is interrupted, one store stands."""

from __future__ import annotations

import copy
import json
import os
import shutil
import uuid
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.evidence_file import Evidence
from kiosk.model.facts import EARLIER, PIN_GUESSES
from kiosk.model.store_changes import Erase
from kiosk.ports.store import Store
from kiosk.upkeep.backup import restored_store
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.wire import sealing
from protocol.wire.backup_manifest import Manifest, write_manifest
from starter import files as durable
from starter.lock import ProgramLock
from storage.backup import backup_contents
from storage.backup.restoring import Restoring
from storage.db import upgrade
from storage.db.engine import Database
from storage.disk import folder_switch
from storage.keystore import journal_mirror, store_erasure
from storage.opening import DATABASE
from storage.probes.store_probe import FolderStoreProbe
from tests.harness.enrolled_store import enrolled, enrolment, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import SeededRandomness
from tests.harness.store_on_disk import refuses
from tests.storage.backup.test_backup_making import RECOVERY, always, cover, picture, silent


class Broken:
    """A house whose disk has gone, its backup at two sales, and what its keystore remembers: three."""

    def __init__(self, root: Path) -> None:
        self.root, self.data, self.place = root, root / "data", root / "stick"
        self.keystore = FakeKeystore()
        opened = enrolled(self.data, self.keystore)
        sell(opened.store)
        sell(opened.store)
        self.picture: Evidence = picture(opened)
        self.made: Manifest = opened.copies.make(self.place, cover(), always, silent)
        sell(opened.store)
        opened.mirror.remember(opened.store.journal.tail().chain)
        opened.close()

    def again(self, root: Path) -> Broken:
        """The same house elsewhere."""
        shutil.copytree(self.data, root / "data")
        house = copy.copy(self)
        house.root, house.data, house.keystore = root, root / "data", copy.deepcopy(self.keystore)
        return house

    @property
    def backup(self) -> Path:
        return self.place / self.made.name

    def restoring(self, data: Path | None = None, keystore: FakeKeystore | None = None) -> Restoring:
        return Restoring(data or self.data, keystore or self.keystore, SeededRandomness(3))

    def restore(self, answer: bytes | None = None, **how: Any) -> Any:
        at = Restoring(how.pop("data", self.data), how.pop("keystore", self.keystore), SeededRandomness(3))
        try:
            return at.restore(self.backup, answer, how.pop("go_on", always), silent, **how)
        finally:
            at.close()


@pytest.fixture
def broken(tmp_path: Path) -> Broken:
    os.environ["XDG_RUNTIME_DIR"] = str(tmp_path)
    return Broken(tmp_path)


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", os.environ["XDG_RUNTIME_DIR"])


def lose_database(data: Path) -> None:
    for file in data.glob(f"{DATABASE}*"):
        file.write_bytes(b"the disk has failed")


def answered(request: bytes, private: bytes = RECOVERY) -> bytes:
    """As the centre answers (central/devices/backup_recovery.py)."""
    asked = json.loads(request)
    device, kept = uuid.UUID(asked["device"]).bytes, bytes.fromhex(asked["sealed"])
    key = sealing.open_at_centre(kept, device, asked["epoch"], private)
    made = sealing.seal_for_machine(key, device, kept, bytes.fromhex(asked["machine"]))
    return json.dumps({"v": 1, "kind": "manfaz-recovery-answer", "answer": made.hex()}).encode()


def stands_restored(store: Store) -> bool:
    return store.journal.tail().chain.seq == 2 and restored_store.awaiting(store)


def test_the_same_machine_opens_its_own_backup(broken: Broken) -> None:
    lose_database(broken.data)
    done = broken.restore()
    assert done.manifest == broken.made
    assert done.aside is not None
    assert (done.aside / DATABASE).read_bytes() == b"the disk has failed", "put aside, not deleted"
    opened = open_house(broken.data, broken.keystore)
    assert stands_restored(opened.store)
    assert not opened.rolled_back
    assert opened.pictures.open(broken.picture) == b"a face"
    assert opened.check() == 2
    opened.close()


@pytest.mark.parametrize("said", [{"seq": 99}, {"epoch": 7}, {"device": "f" * 8 + "-0000-7000-8000-000000000001"}])
def test_a_backup_that_says_of_itself_what_it_does_not_hold_is_none(broken: Broken, said: dict[str, Any]) -> None:
    """Nobody signs that file. Whoever changes it would hide what the restore lacks, or pass an older store as newer."""
    lose_database(broken.data)
    (broken.backup / backup_contents.MANIFEST).write_bytes(write_manifest(replace(broken.made, **said)))
    refuses("backup_damaged", broken.restore)
    assert (broken.data / DATABASE).read_bytes() == b"the disk has failed"


def test_the_doctor_does_not_send_who_has_restored_to_restore(broken: Broken) -> None:
    lose_database(broken.data)
    broken.restore()
    shop = FolderStoreProbe(broken.data, broken.keystore, SeededRandomness())
    assert shop.trouble() == ""
    shop.close()


def test_no_number_of_the_old_epoch_is_used_again(broken: Broken) -> None:
    lose_database(broken.data)
    broken.restore()
    opened = open_house(broken.data, broken.keystore)
    refuses("epoch_used", lambda: opened.store.put_enrolment(enrolment(1)))
    opened.store.put_enrolment(enrolment(2))
    assert not restored_store.awaiting(opened.store)
    sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.close()
    again = open_house(broken.data, broken.keystore)
    assert (again.store.journal.tail().chain.epoch, again.store.journal.tail().chain.seq) == (2, 1)
    again.close()


def test_a_restored_file_put_back_by_hand_is_noticed(broken: Broken, tmp_path: Path) -> None:
    lose_database(broken.data)
    broken.restore()
    kept = (broken.data / DATABASE).read_bytes()
    opened = open_house(broken.data, broken.keystore)
    opened.store.put_enrolment(enrolment(2))
    sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.close()
    for file in broken.data.glob(f"{DATABASE}*"):
        file.unlink()
    (broken.data / DATABASE).write_bytes(kept)
    refuses("rolled_back", lambda: open_house(broken.data, broken.keystore))


def test_a_crash_before_the_keystore_has_heard_of_the_new_epoch_is_no_rollback(broken: Broken) -> None:
    broken.restore(despite_newer=True)
    opened = open_house(broken.data, broken.keystore)
    opened.store.put_enrolment(enrolment(2))
    opened.close()
    again = open_house(broken.data, broken.keystore)
    assert again.store.journal.tail().chain.epoch == 2
    again.close()


def test_money_of_the_new_epoch_that_the_keystore_has_not_heard_of_was_hidden_from_it(broken: Broken) -> None:
    broken.restore(despite_newer=True)
    opened = open_house(broken.data, broken.keystore)
    opened.store.put_enrolment(enrolment(2))
    sell(opened.store)
    opened.close()
    refuses("rolled_back", lambda: open_house(broken.data, broken.keystore))


def test_a_backup_gives_no_guess_back(broken: Broken) -> None:
    guess(broken, 500)
    shutil.copytree(broken.data, broken.root / "kept")
    broken.restore(despite_newer=True)
    guess(broken, 9)
    shutil.rmtree(broken.data)
    (broken.root / "kept").rename(broken.data)
    refuses("rolled_back", lambda: open_house(broken.data, broken.keystore))


def guess(broken: Broken, times: int) -> None:
    """As `kiosk.staff.pins` counts them."""
    opened = open_house(broken.data, broken.keystore)
    ever = (PIN_GUESSES.kept(opened.store) or 0) + times
    opened.store.commit([], [PIN_GUESSES.put(ever)])
    opened.mirror.guessed(ever)
    opened.mirror.settle()
    opened.close()


def test_a_disk_that_fails_again_before_the_first_backup_of_the_new_epoch(broken: Broken) -> None:
    lose_database(broken.data)
    broken.restore()
    opened = open_house(broken.data, broken.keystore)
    opened.store.put_enrolment(enrolment(2))
    sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.close()
    lose_database(broken.data)
    broken.restore()
    opened = open_house(broken.data, broken.keystore)
    assert stands_restored(opened.store)
    refuses("epoch_used", lambda: opened.store.put_enrolment(enrolment(2)))
    opened.store.put_enrolment(enrolment(3))
    opened.close()


def test_another_machine_asks_the_centre(broken: Broken, tmp_path: Path) -> None:
    fresh, keystore = tmp_path / "محل جديد", FakeKeystore()
    refuses("backup_asks", lambda: broken.restore(data=fresh, keystore=keystore))
    at = broken.restoring(fresh, keystore)
    request = at.request(broken.backup)
    assert at.request(broken.backup) == request, "the same key, however often it is asked"
    at.close()
    assert json.loads(request)["shop"] == "CAI-001"
    done = broken.restore(answered(request), data=fresh, keystore=keystore)
    assert done.aside is None
    assert not any("restore-key" in name for name in keystore.values)
    opened = open_house(fresh, keystore)
    assert stands_restored(opened.store)
    assert opened.pictures.open(broken.picture) == b"a face"
    opened.close()
    key = next(value for name, value in keystore.values.items() if name.endswith("database-key"))
    assert key not in broken.keystore.values.values(), "the old machine's key is not the new one's"
    assert backup_contents.check(fresh / DATABASE, key) == 2


def test_an_answer_for_another_machine_opens_nothing(broken: Broken, tmp_path: Path) -> None:
    keystores = [FakeKeystore(), FakeKeystore()]
    folders = [tmp_path / "one", tmp_path / "two"]
    requests = []
    for folder, keystore, chance in zip(folders, keystores, (1, 2), strict=True):
        at = Restoring(folder, keystore, SeededRandomness(chance))
        requests.append(at.request(broken.backup))
        at.close()
    for answer in (answered(requests[1]), b"{}", b"x", b'{"answer": 5}', b'{"answer": "00"}'):
        with pytest.raises(Corrupt, match="recovery_key"):
            broken.restore(answer, data=folders[0], keystore=keystores[0])
    left = answered(requests[0])
    refuses("backup_asks", lambda: broken.restore(left, data=tmp_path / "x", keystore=FakeKeystore()))
    with pytest.raises(Corrupt, match="recovery_key"):
        answered(requests[0], private=bytes(31) + b"\1")


def test_an_answer_left_on_the_stick_stands_in_the_way_of_nothing(broken: Broken, tmp_path: Path) -> None:
    """The computer before had asked; this one has not, and opens its own backup by itself."""
    fresh, keystore = tmp_path / "before", FakeKeystore()
    at = broken.restoring(fresh, keystore)
    left = answered(at.request(broken.backup))
    at.close()
    lose_database(broken.data)
    broken.restore(left)
    opened = open_house(broken.data, broken.keystore)
    assert stands_restored(opened.store)
    opened.close()


# ---- what is refused


def test_another_counters_backup(broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members = json.loads((broken.backup / backup_contents.MANIFEST).read_bytes())
    members["device"] = "019a1b2c-0000-7000-8000-000000000002"
    (broken.backup / backup_contents.MANIFEST).write_text(json.dumps(members))
    error = refuses("backup_other", broken.restore)
    assert error.values == {"shop": "CAI-001", "till": 2}


def test_a_sound_store_that_holds_more_is_kept(broken: Broken) -> None:
    error = refuses("backup_behind", broken.restore)
    assert error.values == {"here": 3, "backup": 2}
    done = broken.restore(despite_newer=True)
    opened = open_house(broken.data, broken.keystore)
    assert stands_restored(opened.store)
    gap = restored_store.gap(opened.store)
    assert gap is not None
    assert (gap.known, gap.lost) == (False, (3, 3))
    opened.close()
    aside = done.aside / DATABASE
    key = next(value for name, value in broken.keystore.values.items() if name.endswith("database-key"))
    assert backup_contents.check(aside, key) == 3, "what only the old store holds is there, encrypted"


def test_a_newer_programs_backup(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_database(broken.data)
    monkeypatch.setattr(upgrade, "REVISIONS", ("0000",))
    error = refuses("backup_newer", broken.restore)
    assert error.values == {"program": "0.3.0"}


@pytest.mark.parametrize("file", [DATABASE, backup_contents.MANIFEST, "picture"])
@pytest.mark.parametrize("how", ["flip", "cut", "gone"])
def test_a_damaged_backup(broken: Broken, file: str, how: str) -> None:
    lose_database(broken.data)
    at = broken.backup / file if file != "picture" else broken.place / backup_contents.PICTURES / broken.picture.file
    content = at.read_bytes()
    middle = len(content) // 2
    if how == "gone":
        at.unlink()
    else:
        flipped = content[:middle] + bytes([content[middle] ^ 0x55]) + content[middle + 1 :]
        at.write_bytes(flipped if how == "flip" else content[:middle])
    if (file, how) == (backup_contents.MANIFEST, "flip"):
        at.write_bytes(content.replace(b'"entries":2', b'"entries":9'))
    with pytest.raises((Corrupt, Unavailable, Refused)):
        broken.restore()
    assert (broken.data / DATABASE).read_bytes() == b"the disk has failed"
    assert not (broken.data / folder_switch.STAGED).exists()
    assert not (broken.data / folder_switch.RECORD).exists()


@pytest.mark.parametrize("how", ["gone", "cut"])
def test_one_picture_that_has_suffered_does_not_cost_the_rest(broken: Broken, how: str) -> None:
    lose_database(broken.data)
    file = broken.place / backup_contents.PICTURES / broken.picture.file
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:5])
    broken.restore(without_pictures=True)
    opened = open_house(broken.data, broken.keystore)
    assert stands_restored(opened.store)
    refuses("evidence_lost", lambda: opened.pictures.open(broken.picture))
    opened.close()


def test_a_manifest_that_names_pictures_the_database_does_not(broken: Broken) -> None:
    members = json.loads((broken.backup / backup_contents.MANIFEST).read_bytes())
    members["pictures"].append("f" * 32)
    (broken.backup / backup_contents.MANIFEST).write_text(json.dumps(members))
    shutil.copy(broken.place / "pictures" / broken.picture.file, broken.place / "pictures" / ("f" * 32))
    refuses("backup_damaged", lambda: broken.restore(despite_newer=True))


def test_a_locked_keystore_changes_nothing(broken: Broken) -> None:
    before = (broken.data / DATABASE).read_bytes()
    broken.keystore.locked = True
    refuses("keystore_locked", broken.restore)
    broken.keystore.locked = False
    assert (broken.data / DATABASE).read_bytes() == before


def test_a_wiped_keystore_asks_the_centre(broken: Broken) -> None:
    """The database is there and its key is not."""
    broken.keystore.values.clear()
    refuses("database_key_lost", lambda: open_house(broken.data, broken.keystore))
    refuses("backup_asks", broken.restore)
    at = broken.restoring()
    request = at.request(broken.backup)
    at.close()
    broken.restore(answered(request))
    opened = open_house(broken.data, broken.keystore)
    assert stands_restored(opened.store)
    opened.close()


def test_not_while_a_counter_or_an_update_is_at_work(broken: Broken) -> None:
    opened = open_house(broken.data, broken.keystore)
    refuses("already_running", broken.restoring)
    opened.close()
    with ProgramLock(broken.data):
        refuses("already_running", broken.restoring)
    broken.restoring().close()


@pytest.mark.parametrize("why", ["retired", "order"])
def test_an_erasure_that_was_cut_off_does_not_take_what_is_put_back_after_it(
    broken: Broken, why: store_erasure.Why
) -> None:
    store_erasure.begin(broken.data, broken.keystore, why)  # and then the power went
    if why == "order":
        with pytest.raises(Refused, match="erased_by_order"):
            broken.restore()
        return
    with pytest.raises(Refused, match="backup_asks"):
        broken.restore()  # its key went with the rest: the centre is asked
    at = broken.restoring()
    request = at.request(broken.backup)
    at.close()
    broken.restore(answered(request))
    assert not (broken.data / store_erasure.ERASED).exists()
    opened = open_house(broken.data, broken.keystore)
    assert opened.store.journal.tail().chain.seq == 2
    opened.close()


def test_no_room(broken: Broken) -> None:
    at = Restoring(broken.data, broken.keystore, SeededRandomness(3), free=lambda _: 5)
    refuses("restore_full", lambda: at.restore(broken.backup, None, always, silent, despite_newer=True))
    at.close()


@pytest.mark.parametrize(("full", "code"), [(True, "restore_full"), (False, "restore_place")])
def test_what_a_full_disk_and_a_pulled_stick_are_told_by(
    broken: Broken, monkeypatch: pytest.MonkeyPatch, full: bool, code: str
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("store_failed", reason="io")

    monkeypatch.setattr(backup_contents, "check", fail)
    monkeypatch.setattr(backup_contents, "is_full", lambda _: full)
    refuses(code, lambda: broken.restore(despite_newer=True))
    assert not (broken.data / "restoring").exists()


@pytest.mark.parametrize("after", range(4))
def test_stopped_at_any_step_the_old_store_stands(broken: Broken, after: int) -> None:
    left = iter(range(after))
    refuses(
        "restore_stopped",
        lambda: broken.restore(despite_newer=True, go_on=lambda: next(left, None) is not None),
    )
    opened = open_house(broken.data, broken.keystore)
    assert opened.store.journal.tail().chain.seq == 3
    opened.close()


def test_broken_off_by_hand_nothing_of_it_stays(broken: Broken) -> None:
    def broken_off() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken.restore(despite_newer=True, go_on=broken_off)
    assert not (broken.data / "restoring").exists()
    opened = open_house(broken.data, broken.keystore)
    assert opened.store.journal.tail().chain.seq == 3
    opened.close()


def test_what_is_wrong_with_a_backups_folder_is_told_apart(broken: Broken) -> None:
    manifest, database = broken.backup / backup_contents.MANIFEST, broken.backup / DATABASE
    kept = manifest.read_bytes()
    manifest.unlink()
    refuses("backup_damaged", lambda: broken.restore(despite_newer=True))
    manifest.mkdir()
    refuses("backup_damaged", lambda: broken.restore(despite_newer=True))
    manifest.rmdir()
    manifest.write_bytes(kept)
    database.unlink()
    database.mkdir()  # as a pipe would be: no file, and nothing to wait for
    refuses("backup_damaged", lambda: broken.restore(despite_newer=True))
    shutil.rmtree(broken.backup)
    refuses("restore_place", lambda: broken.restore(despite_newer=True))


# ---- interrupted


@pytest.mark.slow
def test_killed_at_every_step_of_the_switch_exactly_one_store_stands(
    broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each replace, unlink and sync of a folder fails once, as if the power went there; then the program starts."""
    stood = []
    for at in range(40):
        house = broken.again(tmp_path / f"cut{at}")
        cut_at(monkeypatch, at)
        try:
            house.restore(despite_newer=True)
        except KioskError:
            ended = False
        else:
            ended = True
        monkeypatch.undo()
        opened = open_house(house.data, house.keystore)
        seq = opened.store.journal.tail().chain.seq
        assert seq == 3 or (seq == 2 and restored_store.awaiting(opened.store))
        assert opened.check() == seq
        assert opened.pictures.open(house.picture) == b"a face"
        opened.close()
        assert not (house.data / folder_switch.RECORD).exists()
        stood.append(seq)
        if ended:
            break
    assert stood[0] == 3
    assert stood[-1] == 2
    assert stood == sorted(stood, reverse=True), "old until the record is written, new from then on"


def cut_at(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    steps = iter(range(999))

    def counted(real: Any) -> Any:
        def step(*arguments: Any, **named: Any) -> Any:
            if next(steps) >= at:
                raise OSError(5, "no power")
            return real(*arguments, **named)

        return step

    for name in ("replace", "mkdir"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    for module in (durable, folder_switch):
        monkeypatch.setattr(module, "sync_folder", counted(durable.sync_folder))


def test_what_was_put_aside_goes_after_thirty_days_of_the_centres_time(broken: Broken) -> None:
    done = broken.restore(despite_newer=True)
    opened = open_house(broken.data, broken.keystore)
    day = 86_400_000
    assert opened.sweep(0) == opened.sweep(29 * day) == 0
    (broken.data / "put-aside-mine").mkdir()
    assert opened.sweep(31 * day) == 1
    assert not done.aside.exists()
    assert (broken.data / "put-aside-mine").exists()
    opened.close()


# ---- what is missing, by number


def facts(store: Store, hwm: int | None) -> None:
    earlier = {} if hwm is None else {"1": hwm}
    store.commit([], [EARLIER.put(earlier)])


@pytest.mark.parametrize(
    ("hwm", "held", "lost"),
    [(None, (0, 0), (3, 3)), (1, (0, 0), (3, 3)), (2, (0, 0), (3, 3)), (3, (3, 3), (0, 0)), (9, (3, 9), (0, 0))],
)
def test_the_gap(broken: Broken, hwm: int | None, held: tuple[int, int], lost: tuple[int, int]) -> None:
    broken.restore(despite_newer=True)
    opened = open_house(broken.data, broken.keystore)
    facts(opened.store, hwm)
    gap = restored_store.gap(opened.store)
    assert gap is not None
    assert (gap.epoch, gap.held, gap.lost, gap.known) == (1, held, lost, hwm is not None)
    opened.close()


def test_no_gap_where_nothing_is_missing(broken: Broken, tmp_path: Path) -> None:
    fresh = open_house(tmp_path / "fresh")
    assert restored_store.gap(fresh.store) is None
    assert restored_store.restore_entry(fresh.store) == ([], [])
    assert not restored_store.awaiting(fresh.store)
    said = restored_store.RestoredStore(1, 2, 2)
    fresh.store.commit([], [restored_store.RESTORED.put(said)])
    facts(fresh.store, 2)
    assert restored_store.gap(fresh.store) is None
    fresh.close()


@pytest.mark.parametrize(
    ("earlier", "found"),
    [
        ({}, [(1, (0, 0), (3, 3), False), (3, (0, 0), (1, 7), False)]),
        ({"1": 3, "2": 5, "3": 4}, [(1, (3, 3), (0, 0), True), (2, (1, 5), (0, 0), True), (3, (1, 4), (5, 7), True)]),
        ({"1": 3, "2": 0, "3": 9}, [(1, (3, 3), (0, 0), True), (3, (1, 9), (0, 0), True)]),
    ],
)
def test_a_later_epoch_than_the_backups_is_named_too(
    broken: Broken, tmp_path: Path, earlier: dict[str, int], found: list[tuple[object, ...]]
) -> None:
    fresh = enrolled(tmp_path / "fresh", FakeKeystore())
    said = restored_store.RestoredStore(1, 2, 3, 3, 7)
    changes = [
        restored_store.RESTORED.put(said),
        EARLIER.put(earlier),
    ]
    fresh.store.commit([], changes)
    assert [(one.epoch, one.held, one.lost, one.known) for one in restored_store.gaps(fresh.store)] == found
    fresh.close()


def test_what_the_keystore_remembers_of_a_later_epoch_is_kept_with_the_restore(broken: Broken) -> None:
    name = next(name for name in broken.keystore.values if name.endswith(journal_mirror.NAME))
    broken.keystore.values[name] = journal_mirror.Mirrored(4, 9, bytes(12)).pack()
    lose_database(broken.data)
    broken.restore()
    opened = open_house(broken.data, broken.keystore)
    assert restored_store.RESTORED.kept(opened.store) == restored_store.RestoredStore(1, 2, 0, 4, 9)
    assert [(one.epoch, one.lost) for one in restored_store.gaps(opened.store)][-1] == (4, (1, 9))
    opened.close()


def test_an_epoch_that_is_here_is_missing_nothing(tmp_path: Path) -> None:
    fresh = enrolled(tmp_path / "fresh", FakeKeystore())
    said = restored_store.RestoredStore(0, 2, 0)
    earlier = EARLIER.put({"0": 2, "1": 40})
    fresh.store.commit([], [restored_store.RESTORED.put(said), earlier])
    assert restored_store.gaps(fresh.store) == []
    fresh.close()


def test_where_nothing_was_restored_nothing_is_missing(tmp_path: Path) -> None:
    fresh = open_house(tmp_path / "fresh")
    assert restored_store.gaps(fresh.store) == []
    fresh.close()


def test_from_inside_the_backups_own_folder(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_database(broken.data)
    monkeypatch.chdir(broken.backup)
    at = broken.restoring()
    assert json.loads(at.request(Path()))["seq"] == 2
    at.restore(Path(), None, always, silent)
    at.close()
    opened = open_house(broken.data, broken.keystore)
    assert opened.pictures.open(broken.picture) == b"a face"
    opened.close()


def test_it_goes_on_under_its_own_device_only(broken: Broken, tmp_path: Path) -> None:
    fresh = open_house(tmp_path / "fresh")
    restored_store.refuse_other(fresh.store, "anybody")
    fresh.close()
    broken.restore(despite_newer=True)
    opened = open_house(broken.data, broken.keystore)
    restored_store.refuse_other(opened.store, broken.made.device)
    other = "019a1b2c-0000-7000-8000-000000000002"
    error = refuses("enrolment_other_device", lambda: restored_store.refuse_other(opened.store, other))
    assert error.values == {"till": 2}
    statement = json.loads(enrolment(2).statement) | {"device": other}
    strange = replace(enrolment(2), statement=json.dumps(statement).encode())
    refuses("enrolment_other_device", lambda: opened.store.put_enrolment(strange))
    assert restored_store.awaiting(opened.store)
    opened.close()


def test_the_new_epoch_says_once_what_it_follows(broken: Broken) -> None:
    broken.restore(despite_newer=True)
    opened = open_house(broken.data, broken.keystore)
    assert restored_store.restore_entry(opened.store) == ([], [])
    opened.store.put_enrolment(enrolment(2))
    writings, noted = restored_store.restore_entry(opened.store)
    assert writings[0].body.members() == {"v": 1, "kind": "restored", "epoch": 1, "seq": 2, "last": 3}
    opened.store.commit([], noted)
    assert restored_store.restore_entry(opened.store) == ([], [])
    opened.close()


def test_what_was_put_aside_and_does_not_open_goes_with_the_first_citizen_who_is_erased(broken: Broken) -> None:
    lose_database(broken.data)
    aside = broken.restore().aside
    assert aside is not None
    opened = open_house(broken.data, broken.keystore)
    opened.store.commit([], [Erase(1, 1)])
    opened.close()
    assert not aside.exists()


def test_what_is_only_in_the_way_stays_for_the_next_time(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> None:
    aside = broken.restore(despite_newer=True).aside
    assert aside is not None
    opened = open_house(broken.data, broken.keystore)
    with monkeypatch.context() as full:
        full.setattr(
            "storage.backup.stores_put_aside.upgrade.bring_up", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
        )
        opened.store.commit([], [Erase(1, 1)])
    assert aside.exists()
    assert opened.check() is not None
    with closing(Database(aside / DATABASE, broken.keystore.values[f"{instance(broken)}/database-key"]).reader()) as at:
        assert at.execute("SELECT count(*) FROM frame WHERE id = (1 << 32 | 1)").fetchone() == (0,)
    opened.close()


def instance(broken: Broken) -> str:
    return (broken.data / "instance").read_text().strip()
