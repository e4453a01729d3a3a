"""A counter whose computer breaks, one that is stolen, one that moves: real stores, at a real centre.

After a restore no number is used twice, and all that the centre has acknowledged is there once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.core.system_world import system_world
from kiosk.main.cli import OK, main
from kiosk.main.commands import keep_command
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.model.day_book import count_sum
from kiosk.model.service_request import Query
from kiosk.upkeep.backup import restored_store
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from tests.harness.centre_process import CentreProcess
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.shop import PIN
from tests.harness.store_on_disk import refuses
from tests.harness.wire_device import SHOP, centre_with_shop
from tests.kiosk.main.test_every_service import until
from tests.kiosk.main.test_two_tills import MOBILE, OPENING_PT, sell
from ui.paper.printers import FolderPrinter
from ui.paper.rendering import render_raster

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.usefixtures("qapp")]
WAIT_S = 30


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("comes-and-goes")) as running:
        yield running


class Computer:
    """One machine: a data folder and a keystore of its own."""

    def __init__(self, centre: CentreProcess, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.centre, self.data, self._papers = centre, folder / "data", folder / "papers"
        self.keystore, self._monkeypatch = FakeKeystore(), monkeypatch
        self.kiosk: Program | None = None
        self.person: dict[str, Any] = {}

    def start(self) -> Program:
        world = system_world()
        config = Config(self.data, FolderPrinter(self._papers), render_raster, self.centre.url)
        self.kiosk = Program(config, world, lambda: self.keystore)
        self.kiosk.open()
        return self.kiosk

    def enrol(self, slot: dict[str, Any]) -> Program:
        kiosk = self.kiosk or self.start()
        self.person = self.centre.cli("operator", "add", "--shop", SHOP, "--name-ar", "سارة محمود")
        number = kiosk.enrolment.claim(self.centre.url, slot["slot"], slot["code"])
        self.centre.cli("device", "approve", slot["slot"], "--number", number, "--staff", "badr")
        assert kiosk.enrolment.poll()
        store = kiosk.counter.context.store
        until(
            lambda: (
                kiosk.counter.line.online() and None not in map(store.document, ("settings", "operators", "catalogue"))
            )
        )
        return kiosk

    def sit_down(self) -> Program:
        assert self.kiosk is not None
        in_force = self.kiosk.counter.context.in_force
        until(lambda: self.person["id"] in in_force.operators())
        self.kiosk.counter.people.activate(self.person["id"], self.person["code"], PIN)
        if (
            self.kiosk.counter.context.store.days.open_day() is None
        ):  # one that was open when the backup was made goes on
            self.kiosk.counter.till.open_day(OPENING_PT)
        return self.kiosk

    def stop(self) -> None:
        if self.kiosk is not None:
            self.kiosk.close()
            self.kiosk = None

    def manfaz(self, *words: str) -> int:
        self._monkeypatch.setattr("storage.keystore.system_keystore.SystemKeystore", lambda: self.keystore)
        return main(["--data", str(self.data), "--centre", self.centre.url, *words])


@pytest.fixture
def machines(centre: CentreProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Computer]]:
    """An old computer at work, and a new one in its box."""
    made = [Computer(centre, tmp_path / name, monkeypatch) for name in ("old", "new")]
    made[0].enrol(centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal"))
    made[0].sit_down()
    yield made
    for one in made:
        one.stop()


def all_sent(kiosk: Program) -> None:
    store = kiosk.counter.context.store
    kiosk.counter.line.now()
    until(lambda: store.journal.tail().hwm == store.journal.tail().chain.seq)


def chains(centre: CentreProcess, device: str) -> dict[int, dict[str, Any]]:
    return {row["epoch"]: row for row in centre.cli("device", "list") if row["device"] == device}


def restored_on(new: Computer, backup: Path, device: str, tmp_path: Path) -> Program:
    """As docs/support.md says it."""
    request, answer = tmp_path / "request.json", tmp_path / "answer.json"
    assert new.manfaz("restore", str(backup), "--request", str(request)) == OK
    words = ("backup", "open", str(request), "--out", str(answer))
    new.centre.cli(*words, "--staff", "amal")
    new.centre.cli(*words, "--staff", "badr")
    assert new.manfaz("restore", str(backup), "--answer", str(answer)) == OK
    kiosk = new.start()
    assert kiosk.enrolment.needed()
    refuses("not_enrolled", lambda: kiosk.at_work)
    return new.enrol(new.centre.cli("device", "replace", device, "--staff", "amal"))


class Broken:
    """One sale in the backup, one after it, both at the centre; then the computer breaks, and a new one takes over."""

    def __init__(self, machines: list[Computer], tmp_path: Path) -> None:
        old, new = machines
        kiosk = old.kiosk
        assert kiosk is not None
        self.device = kiosk.counter.in_force.statement().device_text
        self.kept = sell(kiosk)
        all_sent(kiosk)
        kiosk.at_work.keeper.now()
        backup = next(
            path for path in kiosk.at_work.keeper.backups.here.iterdir() if path.name.startswith(self.device[:8])
        )
        self.at_backup: int = json.loads((backup / "backup.json").read_bytes())["seq"]
        self.after = sell(kiosk)
        all_sent(kiosk)
        old.stop()
        self.at_end = chains(machines[0].centre, self.device)[1]["hwm"]  # a document may have come behind the sale
        self.kiosk = restored_on(new, backup, self.device, tmp_path)
        self.store = self.kiosk.counter.context.store


def test_a_broken_computer_is_replaced_and_restored(
    machines: list[Computer], centre: CentreProcess, tmp_path: Path, qapp: QApplication
) -> None:
    broken = Broken(machines, tmp_path)
    store = broken.store
    assert store.journal.tail().chain.epoch == 2
    until(lambda: (gap := restored_store.gap(store)) is not None and gap.known)
    gap = restored_store.gap(store)
    assert gap is not None
    assert (gap.epoch, gap.held, gap.lost) == (1, (broken.at_backup + 1, broken.at_end), (0, 0))
    machines[1].sit_down()
    again = sell(broken.kiosk)
    all_sent(broken.kiosk)
    sent, here = store.journal.tail().hwm, [item.record for item in store.journal.export(2)]
    assert EntryType.RECOVERY in {record.fields.entry_type for record in here}
    standing = chains(centre, broken.device)
    assert (standing[1]["hwm"], standing[1]["state"]) == (broken.at_end, "superseded")
    assert standing[2]["state"] == "active"
    assert sent <= min(len(here), standing[2]["hwm"])
    sold = sorted([broken.kept.id, broken.after.id, again.id])
    until(lambda: sold == sorted(row["id"] for row in centre.cli("request", "list") if row["id"] in sold))

    found, _ = broken.kiosk.counter.neighbours.search(Query(text=MOBILE))
    mine = [one.id for one in found if one.device == broken.device]  # the other tests' counters are of this shop, too
    assert mine == [broken.after.id], "what is not here is history; what is here is not"
    before = store.journal.tail().sum_pt
    with pytest.raises(Refused, match="history_only"):
        broken.kiosk.counter.neighbours.refund(next(one for one in found if one.id == broken.after.id))
    assert store.journal.tail().sum_pt == before


def test_a_code_for_another_device_does_not_end_a_restore(
    machines: list[Computer], centre: CentreProcess, tmp_path: Path, qapp: QApplication
) -> None:
    old, _ = machines
    kiosk = old.kiosk
    assert kiosk is not None
    kiosk.at_work.keeper.now()
    backup = next(path for path in kiosk.at_work.keeper.backups.here.iterdir() if path.name != "pictures")
    old.stop()
    assert old.manfaz("restore", str(backup), "--despite-newer") == OK
    kiosk = old.start()
    slot = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
    with pytest.raises(Refused, match="enrolment_other_device"):
        kiosk.enrolment.claim(centre.url, slot["slot"], slot["code"])


def test_a_stolen_computer_destroys_its_keys_when_it_comes_online(
    machines: list[Computer], centre: CentreProcess, qapp: QApplication
) -> None:
    old, _ = machines
    kiosk, gone = old.kiosk, threading.Event()
    assert kiosk is not None
    kiosk.erased = gone.set
    device = kiosk.counter.in_force.statement().device_text
    words = ("device", "erase", device, "--accept-loss", "stolen at night")
    centre.cli(*words, "--staff", "amal")
    assert not gone.is_set()
    centre.cli(*words, "--staff", "badr")
    kiosk.counter.line.now()
    assert gone.wait(WAIT_S)
    old.stop()
    refuses("erased_by_order", old.start)
    assert old.keystore.values == {}


def test_a_counter_moves_to_another_shop(
    machines: list[Computer], centre: CentreProcess, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    old, _ = machines
    kiosk = old.kiosk
    assert kiosk is not None
    device = kiosk.counter.in_force.statement().device_text
    centre.cli("shop", "add", "--id", "GIZ-002")
    monkeypatch.setattr(keep_command, "ANSWER_S", WAIT_S)
    sell(kiosk)
    all_sent(kiosk)
    kiosk.counter.people.sign_out()
    all_sent(kiosk)
    old.stop()
    assert old.manfaz("move") != OK, "the day is open"
    kiosk = old.start()
    assert not kiosk.enrolment.needed(), "nothing was changed"
    close_day(kiosk, old.person["id"])
    all_sent(kiosk)
    old.stop()
    assert old.manfaz("move") == OK
    kiosk = old.enrol(centre.cli("device", "move", device, "--shop", "GIZ-002", "--staff", "amal"))
    assert (
        kiosk.counter.in_force.statement().device_text,
        kiosk.counter.in_force.statement().shop,
        kiosk.counter.in_force.statement().epoch,
    ) == (device, "GIZ-002", 2)
    assert kiosk.counter.context.store.requests.search(Query()) == [], "nothing of the old shop's citizens is here"


def close_day(kiosk: Program, operator: str) -> None:
    """By the operator who comes back to it."""
    kiosk.counter.people.sign_in(operator, PIN)
    kiosk.counter.closing.close(count_sum(kiosk.counter.books.book().expected_pt))
    kiosk.counter.people.sign_out()
