"""A computer in place of a broken one, on real stores: its backup is found and put back, and setting up goes on."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.system_world import system_world
from kiosk.main.cli import OK, main
from kiosk.main.program import Program
from kiosk.main.setup_machine import machine
from kiosk.setup.setup_desk import SetUpDesk, answer_file, request_file
from kiosk.setup.setup_host import Offered
from kiosk.setup.setup_steps import SetupProgress, Step
from protocol.errors import Corrupt, Refused, Unavailable
from storage.backup.nearby_backups import MOST, find
from storage.db import upgrade
from storage.disk import folder_switch
from storage.disk.data_folder import ASIDE
from storage.opening import DATABASE
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.premises import Premises
from tests.harness.shop import RECOVERY
from tests.harness.store_on_disk import refuses
from tests.storage.backup.test_restoring import answered


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Premises:
    """A counter with one sale, and a backup of it on a stick; then its computer broke."""
    keystore = FakeKeystore()
    monkeypatch.setattr("storage.keystore.system_keystore.SystemKeystore", lambda: keystore)
    made = Premises(tmp_path / "old", keystore)
    made.sell()
    assert main(["--data", str(made.data), "backup"]) == OK
    shutil.copytree(made.data / "backups", tmp_path / "stick" / "manfaz")
    return made


class NewComputer:
    """From its first start to the enrolment."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, keystore: FakeKeystore | None = None) -> None:
        self.premises, self.stick = Premises(root / "new", keystore or FakeKeystore()), root / "stick"
        monkeypatch.setattr("kiosk.main.setup_machine.plugged", list)
        monkeypatch.setattr("kiosk.main.setup_machine.DISKS", ())
        monkeypatch.setattr("kiosk.main.setup_machine._probe", lambda: "SecretService")
        self.told: list[tuple[int, int]] = []
        self.start()

    def start(self, step: Step = "keystore") -> None:
        self.kiosk: Program = self.premises.kiosk()
        world = system_world()
        self.desk = SetUpDesk(self.kiosk, self.premises.data, world, machine("ar", self.premises.data))
        self.premises.data.mkdir(parents=True, exist_ok=True)
        if not self.desk.progress.results:
            self.desk.keep(SetupProgress(1, step))

    def again(self) -> None:
        """The power went; it is started anew."""
        self.kiosk.close()
        self.start()
        self.desk.resume()

    def offered(self) -> list[Offered]:
        return self.desk.backups.offered(str(self.stick))

    def put_back(self, one: Offered | None = None) -> SetupProgress:
        return self.desk.backups.put_back(one or self.offered()[0], str(self.stick), lambda *at: self.told.append(at))

    def answer(self, key: bytes = RECOVERY) -> None:
        """What two people at the centre send back."""
        one = self.offered()[0]
        file = self.desk.backups.ask(one, str(self.stick))
        assert one.manifest is not None
        assert file == self.stick / request_file(one.manifest)
        (self.stick / answer_file(one.manifest)).write_bytes(answered(file.read_bytes(), key))

    @property
    def store(self) -> Any:
        assert self.kiosk._opened is not None
        return self.kiosk._opened.store


@pytest.fixture
def new(old: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewComputer]:
    made = NewComputer(tmp_path, monkeypatch)
    made.desk.steps.keystore()
    yield made
    made.kiosk.close()


def test_found_asked_for_and_put_back_then_the_enrolment_takes_a_code_for_that_device(
    new: NewComputer, old: Premises
) -> None:
    (one,) = new.offered()
    assert one.manifest is not None
    assert (one.whole, one.manifest.entries, new.kiosk.enrolment.put_back()) == (True, old.seq, None)
    with pytest.raises(Refused, match="backup_asks"):
        new.put_back()
    assert new.desk.progress.step == "enrolment"
    assert new.kiosk.ready, "what was open is open again"
    new.answer()
    progress = new.put_back()
    assert (progress.step, new.told[-1][0]) == ("enrolment", new.told[-1][1])
    back = new.kiosk.enrolment.put_back()
    assert back is not None
    assert (back.shop, back.till, back.seq) == (one.manifest.shop, one.manifest.till, old.seq)
    assert new.kiosk.enrolment.needed()
    assert new.store.requests.at(old.seq) is not None
    new.again()
    assert (new.desk.progress.step, new.kiosk.enrolment.put_back()) == ("enrolment", back)


def test_pins_of_the_broken_computer_are_set_anew_with_a_new_code(new: NewComputer, old: Premises) -> None:
    new.answer()
    new.put_back()
    people = [name for name in ("0192f0c1-7c3a-7b1e-8a4d-0000000000a1",) if new.store.pin(name)]
    assert [(new.store.pin(name).verifier, bool(new.store.pin(name).activation)) for name in people] == [("", True)]


def test_on_the_same_computer_the_key_and_the_pins_are_there(
    old: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its database is damaged, its keystore is not: the keystore's step says so, and offers this."""
    (old.data / DATABASE).write_bytes(b"the disk has failed")
    same = NewComputer(tmp_path, monkeypatch, old.keystore)
    same.premises.root, same.premises.data = old.root, old.data
    same.start()
    same.desk.keep(SetupProgress(1, "keystore"))
    with pytest.raises(Corrupt):
        same.desk.steps.keystore()
    assert same.desk.progress.state("keystore") == "failed"
    with pytest.raises(Refused, match="backup_path"):
        same.kiosk.apart(lambda _at, _go_on: _refuse())
    assert not bool(same.kiosk.ready), "what did not open before is not opened"
    assert same.put_back().step == "enrolment"
    assert same.kiosk.ready
    assert same.store.pin("0192f0c1-7c3a-7b1e-8a4d-0000000000a1").verifier.startswith("$argon2id")
    assert len(list(old.data.glob(f"{ASIDE}*"))) == 1
    same.kiosk.close()


def _refuse() -> None:
    raise Refused("backup_path")


def test_a_counter_at_work_is_left_alone(old: Premises, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    same = NewComputer(tmp_path, monkeypatch, old.keystore)
    same.premises.root, same.premises.data = old.root, old.data
    same.start()
    same.kiosk.open()
    with pytest.raises(Refused, match="enrol_already"):
        same.put_back()
    assert same.kiosk.ready
    same.kiosk.close()


def test_an_answer_to_another_computer_opens_nothing_and_changes_nothing(new: NewComputer) -> None:
    new.answer()
    (one,) = new.offered()
    assert one.manifest is not None
    file = new.stick / answer_file(one.manifest)
    good = file.read_bytes()
    for content in (b"{}", good[:40], json.dumps({"answer": "00" * 80}).encode()):
        file.write_bytes(content)
        with pytest.raises(Corrupt, match="recovery_key"):
            new.put_back()
        assert new.kiosk.enrolment.put_back() is None
    file.write_bytes(good)
    new.put_back()


def test_the_answer_to_the_computer_before_leads_to_a_request_of_this_one(
    new: NewComputer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies on the stick under the same name: until it was taken away from there nobody came to the request."""
    new.answer()
    third = NewComputer(tmp_path / "الجهاز الثالث", monkeypatch)
    third.stick = new.stick
    with pytest.raises(Refused, match="backup_asks"):
        third.put_back(new.offered()[0])
    third.answer()
    assert third.put_back(new.offered()[0]).step == "enrolment"
    third.kiosk.close()


def test_another_shops_backup_put_back_by_mistake_may_be_put_back_over(new: NewComputer, tmp_path: Path) -> None:
    new.answer()
    new.put_back()
    (one,) = new.offered()
    members = json.loads((one.folder / "backup.json").read_bytes())
    members["device"] = "019a1b2c-0000-7000-8000-000000000002"
    other = one.folder.with_name(f"019a1b2c{one.folder.name[8:]}")
    shutil.copytree(one.folder, other)
    (other / "backup.json").write_text(json.dumps(members))
    wrong = next(found for found in new.offered() if found.folder == other)
    with pytest.raises(Refused, match="backup_asks"):
        new.put_back(wrong)  # it is not refused as another counter's: nobody works under the one that is here


def test_damaged_torn_and_of_a_newer_program(new: NewComputer, monkeypatch: pytest.MonkeyPatch) -> None:
    new.answer()
    (one,) = new.offered()
    database = one.folder / DATABASE
    content = database.read_bytes()
    middle = len(content) // 2
    database.write_bytes(content[:middle] + bytes([content[middle] ^ 0x55]) + content[middle + 1 :])
    with pytest.raises((Corrupt, Unavailable), match="backup_"):
        new.put_back()
    assert new.kiosk.enrolment.put_back() is None
    database.write_bytes(content)
    with monkeypatch.context() as newer:
        newer.setattr(upgrade, "compatible_with", lambda _database: "9999")
        newer.setattr(upgrade, "version", lambda _database: "9999")
        at = new.kiosk.apart
        monkeypatch.setattr(new.kiosk, "open", lambda: None)
        refuses("backup_newer", lambda: at(lambda at, go_on: at.restore(one.folder, _answer(new), go_on, _silent)))
    database.write_bytes(b"")
    (torn,) = new.offered()
    assert not torn.whole
    refuses("backup_damaged", lambda: new.put_back(torn))
    (one.folder / "backup.json").write_bytes(b"half a ma")
    (unreadable,) = new.offered()
    refuses("backup_damaged", lambda: new.put_back(unreadable))
    monkeypatch.undo()


def _answer(new: NewComputer) -> bytes:
    return next(new.stick.glob("*.answer")).read_bytes()


def _silent(_done: int, _whole: int) -> None: ...


def test_a_stick_that_is_pulled_half_way_leaves_what_was_there(
    new: NewComputer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage.backup import restoring

    new.answer()
    (one,) = new.offered()

    def gone(_source: Path, _target: Path, step: Any) -> None:
        step(10)
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as pulled:
        pulled.setattr(restoring, "copy_whole", gone)
        with pytest.raises(Unavailable, match="_place"):
            new.put_back(one)
    assert new.told == [(10, new.told[0][1])]
    assert new.kiosk.enrolment.put_back() is None
    assert new.put_back(one).step == "enrolment"
    shutil.rmtree(new.stick)
    assert new.offered() == []


def test_a_request_that_no_stick_takes(new: NewComputer, tmp_path: Path) -> None:
    (one,) = new.offered()
    refuses("stick_away", lambda: new.desk.backups.ask(one, str(tmp_path / "pulled out")))


def test_closing_the_program_calls_it_off(new: NewComputer) -> None:
    new.answer()
    (one,) = new.offered()
    asked, closing = new.kiosk.apart, threading.Thread(target=new.kiosk.close)

    def slow(at: Any, go_on: Any) -> Any:
        closing.start()
        closing.join()
        return at.restore(one.folder, _answer(new), go_on, _silent)

    with pytest.raises(Unavailable, match="_stopped"):
        asked(slow)


@pytest.mark.parametrize("at", ["copying", "switching"])
def test_killed_in_the_middle_it_is_begun_again_or_ended(
    new: NewComputer, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Before the switch the empty store stands and the backup is chosen again; after it the start ends it."""
    new.answer()
    (one,) = new.offered()

    class Killed(BaseException):
        pass

    def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as cut:
        cut.setattr(
            "storage.backup.restoring.backup_contents.check" if at == "copying" else "storage.disk.folder_switch._move",
            die,
        )
        cut.setattr(new.kiosk, "open", die)  # a program that is dead opens nothing
        with pytest.raises(Killed):
            new.put_back(one)
    new.again()
    assert new.desk.progress.step == "enrolment"
    if at == "copying":
        assert new.kiosk.enrolment.put_back() is None
        new.put_back(one)
    assert new.kiosk.enrolment.put_back() is not None
    assert not (new.premises.data / folder_switch.RECORD).exists()


# ---- looking for them


def test_they_are_found_by_name_wherever_they_lie_and_once(old: Premises, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    (deep,) = find([stick])
    assert deep.folder.parent == stick / "manfaz"
    assert [one.folder for one in find([deep.folder, stick, stick / "manfaz", stick])] == [deep.folder]
    link = tmp_path / "link"
    link.symlink_to(stick)
    assert find([tmp_path / "none", tmp_path / "stick" / "manfaz" / "pictures"]) == []
    (stick / "manfaz" / "making.part").mkdir()
    (stick / ".Trash" / deep.folder.name).mkdir(parents=True)
    shutil.copytree(deep.folder, other := stick / f"0{deep.folder.name[1:-6]}000000")
    (other / DATABASE).unlink()
    assert [(one.folder, one.whole) for one in find([stick])] == [(deep.folder, True), (other, False)]
    shutil.rmtree(other)
    assert len(find([stick])) == 1


def test_a_disk_full_of_other_things_is_not_searched_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.backup.nearby_backups.MOST", 3)
    for place in range(5):
        (tmp_path / f"a{place}").mkdir()
    (tmp_path / "z" / "01a214c1-1-7-20261125-161500").mkdir(parents=True)
    assert find([tmp_path]) == []
    monkeypatch.setattr("storage.backup.nearby_backups.MOST", MOST)
    assert len(find([tmp_path])) == 1
