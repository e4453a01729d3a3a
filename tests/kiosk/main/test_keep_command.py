"""`manfaz backup`, `restore`, `move`, `retire` as a technician gives them."""

from __future__ import annotations

import errno
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.events import Events, SyncChanged
from kiosk.core.journal_writer import JournalWriter
from kiosk.main.cli import CORRUPT, OK, REFUSED, UNAVAILABLE, main
from kiosk.main.commands import keep_command
from kiosk.main.without_window import finish_leaving
from kiosk.model.store_changes import PutAck
from kiosk.ports.store import Store
from kiosk.setup.setup_steps import SetupNotebook, SetupProgress, due
from kiosk.upkeep import departure
from protocol.errors import Refused
from protocol.journal.acknowledgement import Ack, sign
from protocol.program.terminal import STOPPED
from protocol.wire.backup_manifest import read_manifest, write_manifest
from storage.backup import backup_contents
from storage.disk import folder_switch
from storage.disk.data_folder import ASIDE
from storage.opening import DATABASE
from tests.harness.premises import Premises
from tests.harness.shop import ACK, RECOVERY
from tests.harness.store_on_disk import refuses
from tests.storage.backup.test_restoring import answered


def manfaz(premises: Premises, *words: str) -> int:
    return main(["--data", str(premises.data), *words])


def acknowledge(premises: Premises) -> None:
    """All of it has reached the centre."""
    opened = premises.store()
    chain = opened.store.journal.tail().chain
    ack = Ack(chain.device, chain.epoch, chain.seq, chain.hash, 1)
    opened.store.commit([], [PutAck(ack, sign(ack, ACK))])
    opened.close()


def backup_of(premises: Premises) -> Path:
    return next(path for path in (premises.data / "backups").iterdir() if path.name != "pictures")


def test_backed_up_and_put_back(premises: Premises, capsys: pytest.CaptureFixture[str]) -> None:
    premises.sell()
    assert manfaz(premises, "backup") == OK
    assert "opened from there" in capsys.readouterr().out
    backup = backup_of(premises)
    (premises.data / DATABASE).write_bytes(b"broken")
    assert manfaz(premises, "restore", str(backup)) == OK
    said = capsys.readouterr().out
    assert "Nothing is sold" in said
    assert "30 days" in said
    kiosk = premises.kiosk()
    kiosk.open()
    assert kiosk.enrolment.needed(), "no sale before the centre's word"
    kiosk.close()
    assert manfaz(premises, "restore", str(premises.root / "none")) == UNAVAILABLE


def test_whoever_names_the_stick_hears_which_folder_it_is(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    premises.sell()
    assert manfaz(premises, "backup") == OK
    older = backup_of(premises)
    stick = premises.root / "USB STICK"
    shutil.copytree(older.parent, stick / "shop")
    older = stick / "shop" / older.name
    manifest = read_manifest((older / backup_contents.MANIFEST).read_bytes())
    newer = replace(manifest, seq=manifest.seq + 1, made_ms=manifest.made_ms + 1)
    shutil.copytree(older, older.parent / newer.name)
    (older.parent / newer.name / backup_contents.MANIFEST).write_bytes(write_manifest(newer))
    (older.parent / f"{newer.name[:-1]}x").mkdir()
    capsys.readouterr()
    before = (premises.data / DATABASE).read_bytes()
    assert manfaz(premises, "restore", str(stick)) == REFUSED
    said = capsys.readouterr().err
    assert f"manfaz restore '{older.parent / newer.name}'" in said
    assert "lie in it: 2" in said
    for path in older.parent.glob(f"*/{DATABASE}"):
        path.unlink()
    assert manfaz(premises, "restore", str(stick)) == REFUSED, "a backup that has suffered is named where none is whole"
    (stick / "shop").rename(stick / ".shop")
    assert manfaz(premises, "restore", str(stick)) == UNAVAILABLE
    assert "There is no backup here" in capsys.readouterr().err
    assert (premises.data / DATABASE).read_bytes() == before


def test_a_stick_that_does_not_read_is_not_called_empty(
    premises: Premises, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stick = premises.root / "stick"
    stick.mkdir()
    really = Path.exists

    def exists(path: Path) -> bool:
        if path.parent == stick:
            raise OSError(errno.EIO, "the stick does not read")
        return really(path)

    monkeypatch.setattr(Path, "exists", exists)
    assert manfaz(premises, "restore", str(stick)) == UNAVAILABLE
    said = capsys.readouterr().err
    assert "does not work" in said
    assert "no backup here" not in said


def test_a_copy_made_under_a_wrong_clock_is_not_the_newest(
    premises: Premises, capsys: pytest.CaptureFixture[str]
) -> None:
    premises.sell()
    assert manfaz(premises, "backup") == OK
    newest = backup_of(premises)
    far = newest.with_name("0192f0c1-1-1-20990416-052000")
    shutil.copytree(newest, far)
    older = replace(read_manifest((far / backup_contents.MANIFEST).read_bytes()), seq=1, made_ms=4_080_000_000_000)
    (far / backup_contents.MANIFEST).write_bytes(write_manifest(older))
    assert manfaz(premises, "restore", str(newest.parent)) == REFUSED
    assert str(newest) in capsys.readouterr().err


def test_a_line_for_windows_is_quoted_as_there(
    premises: Premises, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    premises.sell()
    assert manfaz(premises, "backup") == OK
    stick = premises.root / "USB STICK"
    shutil.copytree(premises.data / "backups", stick)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Refused) as refused:
        keep_command._refuse_above(stick, premises.data)
    assert f'manfaz restore "{stick / backup_of(premises).name}"' in str(refused.value.values["command"])


def test_a_second_place_on_the_same_disk_is_refused(premises: Premises, capsys: pytest.CaptureFixture[str]) -> None:
    premises.enrol()
    assert manfaz(premises, "backup", "--choose", str(premises.root / "stick")) == REFUSED
    assert "same disk" in capsys.readouterr().err


def test_a_second_place(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    premises.enrol()
    monkeypatch.setattr("storage.backup.second_place.SecondPlaces.same_disk", lambda *_: False)
    stick = premises.root / "فلاشة"
    assert manfaz(premises, "backup", "--choose", str(stick)) == OK
    assert {path.name for path in stick.iterdir()} == {"manfaz-backups", "pictures", backup_of(premises).name}


def test_a_new_computer_asks(premises: Premises, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    premises.sell()
    assert manfaz(premises, "backup") == OK
    backup = backup_of(premises)
    new = Premises(tmp_path / "new", premises.keystore)
    request = tmp_path / "request.json"
    assert manfaz(new, "restore", str(backup)) == REFUSED
    assert manfaz(new, "restore", str(backup), "--request", str(request)) == OK
    assert json.loads(request.read_bytes())["kind"] == "manfaz-recovery"
    assert "--answer" in capsys.readouterr().out
    answer = tmp_path / "answer.json"
    answer.write_bytes(b'{"answer": "00"}')
    assert manfaz(new, "restore", str(backup), "--answer", str(answer)) == CORRUPT
    assert manfaz(new, "restore", str(backup), "--answer", str(tmp_path / "none")) == UNAVAILABLE
    answer.write_bytes(answered(request.read_bytes(), RECOVERY))
    assert manfaz(new, "restore", str(backup), "--answer", str(answer)) == OK
    assert "30 days" not in capsys.readouterr().out, "there was nothing to put aside"


@pytest.mark.parametrize("kind", ["move", "retire"])
def test_what_is_in_the_way_is_said(premises: Premises, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    premises.sell()
    assert manfaz(premises, kind, "--check") == REFUSED
    said = capsys.readouterr().out
    assert "day is open" in said
    assert "not reached the centre" in said
    assert manfaz(premises, kind) == REFUSED
    assert (premises.data / DATABASE).exists()


@pytest.mark.parametrize("broken_off", [False, True])
def test_without_an_answer_the_same_command_is_given_again(
    premises: Premises, broken_off: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    premises.enrol()
    acknowledge(premises)
    monkeypatch.setattr(keep_command, "ANSWER_S", 0.01)
    if broken_off:
        with monkeypatch.context() as patched:
            patched.setattr("kiosk.main.counter_at_work.SyncLine.now", stop)
            assert manfaz(premises, "move") == STOPPED
    for _ in range(2):
        assert manfaz(premises, "move") == UNAVAILABLE
        assert "give the same command again" in capsys.readouterr().err
    assert manfaz(premises, "unsent") == REFUSED, "its last word would be lost with the folder"
    opened = premises.store()
    assert departure.said(opened.store) == ("move", opened.store.journal.tail().chain.seq), "said once"
    opened.close()


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_first_start_that_got_no_further_may_go(premises: Premises) -> None:
    premises.store().close()
    assert manfaz(premises, "retire", "--check") == OK
    assert manfaz(premises, "retire") == OK
    assert not (premises.data / DATABASE).exists()


def test_without_a_line_nothing_is_erased(
    premises: Premises, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    premises.enrol()
    acknowledge(premises)
    monkeypatch.setattr(keep_command, "ANSWER_S", 0.1)
    assert manfaz(premises, "retire", "--check") == OK
    assert manfaz(premises, "retire") == UNAVAILABLE
    assert "Connect" in capsys.readouterr().err
    opened = premises.store()
    assert departure.said(opened.store) is not None
    opened.close()


@pytest.mark.parametrize("kind", ["move", "retire"])
def test_once_acknowledged_the_counter_leaves(premises: Premises, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    premises.enrol()
    acknowledge(premises)
    monkeypatch.setattr(keep_command, "ANSWER_S", 0.1)
    assert manfaz(premises, kind) == UNAVAILABLE
    acknowledge(premises)
    assert manfaz(premises, kind, "--check") == OK
    assert manfaz(premises, kind) == OK
    assert not (premises.data / DATABASE).exists()
    aside = list(premises.data.glob(f"{ASIDE}*"))
    assert len(aside) == (1 if kind == "move" else 0)
    assert bool(premises.keystore.values) == (kind == "move")
    fresh = premises.store()
    assert fresh.store.enrolment() is None
    fresh.close()


@pytest.mark.parametrize("kind", ["move", "retire"])
@pytest.mark.parametrize("ended_ms", [0, 2])
def test_whoever_comes_after_it_is_set_up_from_the_beginning(
    premises: Premises, monkeypatch: pytest.MonkeyPatch, kind: str, ended_ms: int
) -> None:
    """What is remembered of the first setting up is not his: the paper, the scanner, the report."""
    premises.enrol()
    acknowledge(premises)
    book = SetupNotebook(premises.data)
    book.write(SetupProgress(1, step="printer", ended_ms=ended_ms))
    monkeypatch.setattr(keep_command, "ANSWER_S", 0.1)
    assert manfaz(premises, kind) == UNAVAILABLE
    acknowledge(premises)
    assert manfaz(premises, kind) == OK
    assert book.read() is None
    assert due(premises.data)


def test_what_a_killed_restore_had_staged_takes_no_place_when_the_counter_moves(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a backup, which no start of the next shop could open."""
    premises.enrol()
    acknowledge(premises)
    monkeypatch.setattr(keep_command, "ANSWER_S", 0.1)
    assert manfaz(premises, "move") == UNAVAILABLE
    acknowledge(premises)
    staged = premises.data / folder_switch.STAGED
    staged.mkdir()
    (staged / DATABASE).write_bytes(b"half of it")
    assert manfaz(premises, "move") == OK
    assert not staged.exists()
    assert not (premises.data / DATABASE).exists()
    premises.store().close()


@pytest.mark.parametrize("kind", ["move", "retire"])
def test_nobody_goes_on_working_between_the_last_word_and_its_end(
    premises: Premises, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """What would be sold then would go with the store, unsent."""
    premises.enrol()
    acknowledge(premises)
    monkeypatch.setattr(keep_command, "ANSWER_S", 0.1)
    assert manfaz(premises, kind) == UNAVAILABLE
    acknowledge(premises)
    met: list[str] = []
    go, gone = keep_command._go, finish_leaving

    def another_starts(folder: Path, kind: departure.Kind) -> None:
        refuses("already_running", premises.store)
        met.append("while it is noted")
        go(folder, kind)

    def another_starts_at_last(folder: Path) -> None:
        fresh = premises.store()
        assert fresh.store.enrolment() is None
        gone(folder)
        fresh.close()
        premises.store().close()  # what the other one has begun is not taken from it
        met.append("before it is done")

    monkeypatch.setattr(keep_command, "_go", another_starts)
    monkeypatch.setattr(keep_command, "finish_leaving", another_starts_at_last)
    assert manfaz(premises, kind) == OK
    assert met == ["while it is noted", "before it is done"]


def test_the_centre_acknowledges_while_it_waits(premises: Premises, monkeypatch: pytest.MonkeyPatch) -> None:
    premises.enrol()
    acknowledge(premises)
    said, events = departure.say, Events()

    def say_and_send(store: Store, journal: JournalWriter, kind: departure.Kind) -> int:
        events.publish(SyncChanged())
        seq = said(store, journal, kind)
        chain = store.journal.tail().chain
        ack = Ack(chain.device, chain.epoch, chain.seq, chain.hash, 1)
        store.commit([], [PutAck(ack, sign(ack, ACK))])
        return seq

    monkeypatch.setattr(departure, "say", say_and_send)
    monkeypatch.setattr(keep_command, "Events", lambda: events)
    monkeypatch.setattr("kiosk.main.counter_at_work.SyncLine.start", lambda _line, _start: None)
    monkeypatch.setattr("kiosk.main.counter_at_work.SyncLine.now", lambda _: events.publish(SyncChanged()))
    assert manfaz(premises, "retire") == OK
    assert premises.keystore.values == {}
