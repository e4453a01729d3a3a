"""`manfaz update` on real parts: a signed directory, a real store, a staged version that is really run."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import storage.keystore.system_keystore
import sync.signed_releases
from kiosk import VERSION
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.system_world import system_world
from kiosk.main.commands import update_command
from kiosk.main.selftest.self_test import _rehearse
from kiosk.model.facts import UPDATE
from kiosk.model.store_changes import PutFact
from kiosk.upkeep.updates.update_standing import read
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.program.explained import explain, say_in_line
from protocol.rings import PILOT
from protocol.texts import LANGUAGES
from starter.launch import PROGRAM
from starter.lock import ProgramLock
from storage.db import upgrade
from storage.db.engine import Database
from storage.opening import Opened, open_store
from storage.versions import migration_rehearsal
from storage.versions.migration_rehearsal import by_version, rehearse, thrown_away
from tests.harness import older_version, shop
from tests.harness.enrolled_store import open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import FakeClock
from tests.harness.release_publisher import NOW_MS, Publisher
from tests.harness.tiny_program import GOOD, Program, lay_version
from tests.storage.versions.test_program_versions import listed, member, pack

NEW = "0.9.0"
FIT = 'if "--rehearse" in sys.argv:\n    print(\'{"rehearsal": {"ms": 12}}\')\n    return\n' + GOOD


class Counter:
    """An installed program with a store of ours, and a centre that publishes to it."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.program = Program(root)
        self.program.ship(VERSION)
        self.data, self.keystore, self.publisher = self.program.data, FakeKeystore(), Publisher(root)
        opened = self.open()
        opened.store.put_enrolment(shop.enrolment())
        sell(opened.store)
        opened.mirror.remember(opened.store.journal.tail().chain)
        opened.close()
        monkeypatch.setenv(PROGRAM, str(self.program.program))
        monkeypatch.setattr(storage.keystore.system_keystore, "SystemKeystore", lambda: self.keystore)
        monkeypatch.setattr(sync.signed_releases, "shipped_root", lambda: self.publisher.root)
        monkeypatch.setattr(update_command, "this_world", lambda: replace(system_world(), clock=FakeClock(NOW_MS)))
        self.said: list[str] = []

    def open(self) -> Opened:
        return open_house(self.data, self.keystore)

    def publish(self, body: str = FIT, version: str = NEW) -> None:
        folder = self.program.root / "made"
        lay_version(folder, version, body)
        files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.py")}
        files[f"assets/{sync.signed_releases.UPDATE_ROOT}"] = self.publisher.root
        raw = listed(files, version).replace(b'"r1"', b'""')
        members = [member(name, data) for name, data in files.items()]
        packed = pack(self.program.root / "packed", *members, member("version.json", raw))
        self.publisher.release(version, packed.read_bytes(), needs_runtime="")

    def update(self, *, check: bool = False, source: Path | None = None) -> int:
        asked = argparse.Namespace(
            data=self.data, centre="http://127.0.0.1:9", ca=None, source=source or self.publisher.folder, check=check
        )
        return update_command.update(asked, self.said.append)

    def kept(self) -> str:
        opened = self.open()
        try:
            return read(opened.store.fact(UPDATE.name)).trouble
        finally:
            opened.close()


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The versions that are run here are not measured."""
    for name in [name for name in os.environ if name.startswith("COV")]:
        monkeypatch.delenv(name)


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(tmp_path, monkeypatch)


def test_from_a_stick_to_the_running_new_version(counter: Counter) -> None:
    counter.publish()
    assert counter.update() == 0
    assert NEW in counter.said[0]
    found = counter.program.pointer()
    assert found is not None
    assert (found.current, found.previous, found.phase, found.rehearsed_ms) == (NEW, "", "TRIAL", 12)
    assert len(list(counter.data.glob("kiosk.db.before-*"))) == 1, "saved before"
    assert not (counter.data / "program" / "rehearsal").exists(), "the copy is thrown away"
    assert counter.program.start().returncode == 0
    found = counter.program.pointer()
    assert found is not None
    assert (found.current, found.phase) == (NEW, "COMMITTED")


def test_a_clock_that_was_put_back_makes_no_release_fresh_again(counter: Counter) -> None:
    counter.publish()
    opened = counter.open()
    opened.store.commit([], [PutFact("floor_ms", str(NOW_MS + 10 * 366 * 86_400_000).encode())])
    opened.close()
    with pytest.raises(Unavailable, match="update_expired"):
        counter.update(check=True)


def test_a_look_changes_nothing(counter: Counter) -> None:
    counter.publish()
    assert counter.update(check=True) == 0
    assert "manfaz update" in counter.said[1]
    assert counter.program.pointer() is None


def test_what_is_newest_is_said(counter: Counter) -> None:
    counter.publish(version=VERSION)
    assert counter.update(check=True) == counter.update() == 0
    assert counter.said
    assert all(VERSION in line for line in counter.said)
    assert counter.program.pointer() is None


UNSOUND = 'print(\'{"rehearsal": {"ms": true}}\')'


@pytest.mark.parametrize("body", [UNSOUND, "os._exit(9)"])
def test_a_version_that_is_not_fit_is_never_started(counter: Counter, body: str) -> None:
    counter.publish(body)
    with pytest.raises(Corrupt, match="update_unfit"):
        counter.update()
    found = counter.program.pointer()
    assert found is not None
    assert (found.current, found.phase, found.trial) == ("", "REVERTED", NEW)
    counter.program.start()
    assert counter.program.told()[-1] == VERSION
    for check in (False, True):
        counter.said.clear()
        assert counter.update(check=check) == 0, "it is not taken again, and that is said"
        assert counter.said == [say_in_line(language, "update.undone", version=NEW) for language in LANGUAGES]


def test_a_stick_that_is_pulled_half_way_is_resumed(counter: Counter) -> None:
    counter.publish()
    target = next((counter.publisher.folder / "targets").iterdir())
    whole = target.read_bytes()
    target.write_bytes(whole[: len(whole) // 2])
    with pytest.raises((Unavailable, Corrupt)):
        counter.update()
    found = counter.program.pointer()
    assert found is not None
    assert (found.phase, found.current) == ("DOWNLOADING", "")
    counter.program.start()
    assert counter.program.told() == [VERSION]
    target.write_bytes(whole)
    assert counter.update() == 0
    found = counter.program.pointer()
    assert found is not None
    assert found.phase == "TRIAL"


def test_where_there_is_no_release_a_sentence_says_so(counter: Counter) -> None:
    """A centre that has published nothing, and a folder that is none: no word of the program stands in it."""
    bare = counter.program.root / "bare"
    (bare / "metadata").mkdir(parents=True)
    for check in (False, True):
        with pytest.raises(Unavailable, match="update_none") as caught:
            counter.update(source=bare, check=check)
        said = [sentence for language in LANGUAGES for sentence in explain(language, caught.value)]
        assert not any("missing" in sentence or "{" in sentence for sentence in said)
    assert counter.program.pointer() is None


def test_a_stick_brings_what_is_for_the_pilots_to_them_alone(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    counter.publish()
    counter.publisher.pace({NEW: {"percent": 0, "halted": False, "pilots": True}})
    assert counter.update() == 0
    assert counter.program.pointer() is None
    monkeypatch.setattr(DocumentsInForce, "ring", lambda _: PILOT)
    assert counter.update() == 0
    found = counter.program.pointer()
    assert found is not None
    assert (found.phase, found.current) == ("TRIAL", NEW)


def test_a_stick_that_is_not_there_or_tampered_with(counter: Counter) -> None:
    counter.publish()
    with pytest.raises(Unavailable, match="update_unreachable"):
        counter.update(source=counter.program.root / "nowhere")
    metadata = counter.publisher.folder / "metadata" / "timestamp.json"
    said = json.loads(metadata.read_bytes())
    said["signed"]["version"] += 7
    metadata.write_text(json.dumps(said))
    with pytest.raises(Corrupt, match="update_forged"):
        counter.update()
    assert counter.program.pointer() is None


def test_while_another_is_at_work_on_the_versions_this_one_is_not_called_the_newest(counter: Counter) -> None:
    """The starter of a trial has them before its version has the store."""
    counter.publish()
    with ProgramLock(counter.data), pytest.raises(Refused, match="already_running"):
        counter.update()
    assert counter.said == []
    assert counter.update() == 0


def test_a_version_for_another_runtime_needs_setup(counter: Counter) -> None:
    counter.publish()
    (counter.program.program / "RUNTIME").write_text("r7\n")
    with pytest.raises(Refused, match="update_needs_setup"):
        counter.update()


def test_a_working_copy_and_a_counter_that_is_no_ones_have_no_updates(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(counter.data)
    counter.keystore.values.clear()
    with pytest.raises(Refused, match="store_none"):
        counter.update()
    open_store(counter.data, counter.keystore, system_world()).close()
    with pytest.raises(Refused, match="not_enrolled"):
        counter.update()
    monkeypatch.delenv(PROGRAM)
    with pytest.raises(Refused, match="update_not_installed"):
        counter.update()


def test_while_the_counter_is_open_it_updates_by_itself(counter: Counter) -> None:
    opened = counter.open()
    with pytest.raises(Refused, match="already_running"):
        counter.update()
    opened.close()


# ---- the rehearsal


@pytest.mark.usefixtures("older_known")
def test_an_old_store_is_brought_up_on_a_copy_and_stays_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    keystore = older_version.house(data)
    monkeypatch.setattr(storage.keystore.system_keystore, "SystemKeystore", lambda: keystore)
    with thrown_away(data) as copy:
        shutil.copyfile(data / "kiosk.db", copy)
        found = _rehearse(data, copy, system_world())
        assert (found["schema"], found["entries"]) == (upgrade.HEAD, len(older_version.NAMES))
        assert found["ms"] > 0
    assert not copy.exists()
    assert upgrade.version(Database(data / "kiosk.db", older_version.KEY)) == older_version.REVISION


@pytest.mark.usefixtures("older_known")
def test_a_copy_that_does_not_verify_ends_the_rehearsal(tmp_path: Path) -> None:
    data = tmp_path / "data"
    keystore = older_version.house(data)
    with thrown_away(data) as copy:
        copy.write_bytes((data / "kiosk.db").read_bytes()[:-4096])
        with pytest.raises((Corrupt, Unavailable)):
            rehearse(data, copy, keystore, system_world())


def hanging(tmp_path: Path) -> Program:
    program = Program(tmp_path)
    program.add(NEW, "time.sleep(60)")
    return program


def test_whoever_comes_back_ends_the_rehearsal(tmp_path: Path) -> None:
    program, asked = hanging(tmp_path), iter([True, False])
    go_on: Callable[[], bool] = lambda: next(asked)  # noqa: E731 - a question of two answers
    with pytest.raises(Unavailable, match="update_paused"):
        by_version(program.data, NEW, tmp_path / "copy", go_on)


def test_one_that_does_not_end_is_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration_rehearsal, "LONGEST_S", 0.0)
    with pytest.raises(Corrupt, match="update_unfit"):
        by_version(hanging(tmp_path).data, NEW, tmp_path / "copy", lambda: True)


@pytest.mark.parametrize("end", ["sys.exit(3)", "os.kill(os.getpid(), 15)", "os.kill(os.getpid(), 9)"])
def test_a_locked_keystore_or_the_end_of_the_session_is_not_held_against_the_release(tmp_path: Path, end: str) -> None:
    program = Program(tmp_path)
    program.add(NEW, end)
    with pytest.raises(Unavailable, match="update_paused"):
        by_version(program.data, NEW, tmp_path / "copy", lambda: True)


@pytest.mark.parametrize("end", ["sys.exit(4)", "os.abort()", "print('{}')"])
def test_what_fails_or_crashes_by_itself_is_not_fit(tmp_path: Path, end: str) -> None:
    program = Program(tmp_path)
    program.add(NEW, end)
    with pytest.raises(Corrupt, match="update_unfit"):
        by_version(program.data, NEW, tmp_path / "copy", lambda: True)


UNSAVED = """print('{"rehearsal": {"error": "upgrade_waits", "n": 3}}'); sys.exit(1)"""
FULL = """print('{"steps": {"keys": {"ok": true}, "store": {"error": "disk_full"}}}'); sys.exit(3)"""


@pytest.mark.parametrize(("body", "code"), [(UNSAVED, "upgrade_waits"), (FULL, "disk_full")])
def test_what_a_rehearsal_waits_for_is_told_by_its_name(tmp_path: Path, body: str, code: str) -> None:
    program = Program(tmp_path)
    program.add(NEW, body)
    with pytest.raises(KioskError, match=code):
        by_version(program.data, NEW, tmp_path / "copy", lambda: True)


def test_a_person_is_told_what_a_version_that_takes_away_waits_for(counter: Counter) -> None:
    counter.publish(UNSAVED)
    with pytest.raises(Refused, match="upgrade_waits") as caught:
        counter.update()
    assert all(explain(language, caught.value) for language in LANGUAGES)
    found = counter.program.pointer()
    assert found is not None
    assert (found.phase, found.current) == ("STAGED", "")


def test_a_program_that_cannot_be_started_is_the_machines_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starter.launch.command", lambda _: ["/nowhere/python"])
    with pytest.raises(Unavailable, match="store_failed"):
        by_version(tmp_path, NEW, tmp_path / "copy", lambda: True)
