"""The whole kiosk without a window: real store, real threads, a printer that writes files, a centre that is away."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partialmethod
from pathlib import Path

import pytest

from kiosk.core.events import DocumentsChanged
from kiosk.core.journal_writer import Writing
from kiosk.core.system_world import system_world
from kiosk.main.config import Config
from kiosk.main.counter_at_work import SyncLine
from kiosk.main.program import Program
from kiosk.model.service_request import PrintState
from kiosk.model.store_changes import PutCursor, PutFact, SetPaper
from kiosk.receiving import feed_documents
from protocol.errors import Refused, Unavailable
from protocol.journal.acknowledgement import Ack, sign
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.journal.kj01 import read_body
from storage.keystore.journal_mirror import KeystoreMirror
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.premises import Premises
from tests.harness.shop import ACK, CODE, DEVICE_SEED, OPERATOR, PIN, Shop, documents, enrolment
from ui.paper.printers import FolderPrinter

pytestmark = pytest.mark.enable_socket
NOWHERE = "http://127.0.0.1:9"


def until(question: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not question():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def make(folder: Path, keystore: FakeKeystore) -> Program:
    printer = FolderPrinter(folder / "papers")
    config = Config(folder / "kiosk", printer, lambda sheet, copy: f"{sheet.number}/{copy}".encode(), NOWHERE)
    return Program(config, system_world(), lambda: keystore)


def enrolled(folder: Path, keystore: FakeKeystore) -> Program:
    """A kiosk that has been approved and has its documents, as after the first feed."""
    kiosk = make(folder, keystore)
    kiosk.open()
    opened = kiosk._opened
    assert opened is not None
    opened.secrets.put_signing_seed(1, DEVICE_SEED)
    opened.store.put_enrolment(enrolment())
    kiosk._work()
    kiosk.counter.journal.write([], documents())
    kiosk.events.publish(DocumentsChanged("settings"))
    return kiosk


def served(kiosk: Program) -> str:
    kiosk.counter.people.activate(OPERATOR, CODE, PIN)
    kiosk.counter.till.open_day(0)
    shop = Shop.__new__(Shop)  # only for its sale: the counter is this kiosk's own
    shop.counter = kiosk.counter
    return kiosk.counter.desk.record(shop.sale()).request.id


def test_a_thread_at_work_gives_way_to_the_screen_within_a_millisecond(tmp_path: Path) -> None:
    sys.setswitchinterval(0.005)
    make(tmp_path, FakeKeystore())
    assert sys.getswitchinterval() <= 0.001


def test_a_kiosk_that_nobody_knows_asks_to_be_enrolled(tmp_path: Path) -> None:
    kiosk = make(tmp_path, FakeKeystore())
    with pytest.raises(Refused, match="not_ready"):
        _ = kiosk.enrolment
    kiosk.open()
    assert kiosk.enrolment.needed()
    for question in (lambda: kiosk.counter.line, lambda: kiosk.counter.people, lambda: kiosk.at_work.updates):
        with pytest.raises(Refused, match="not_enrolled"):
            question()
    kiosk.close()


def test_whoever_waits_is_told_once_it_is_open_and_later_at_once(tmp_path: Path) -> None:
    kiosk = make(tmp_path, FakeKeystore())
    told: list[int] = []
    kiosk.on_ready(lambda: told.append(1))
    kiosk.run(kiosk.open).result(20)
    kiosk.on_ready(lambda: told.append(2))
    assert told == [1, 2]
    assert kiosk.run_slow(lambda: 3).result(5) == 3
    kiosk.close()


def test_a_citizen_is_served_printed_and_still_there_after_a_restart(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    kiosk = enrolled(tmp_path, keystore)
    request_id = served(kiosk)
    until(lambda: len(list((tmp_path / "papers").glob("*.bin"))) == 1)
    until(lambda: not kiosk.counter.papers.jobs())
    assert kiosk.counter.in_force.settings().shop.id == "shop-1"
    assert kiosk.counter.in_force.statement().epoch == 1
    kiosk.close()
    again = make(tmp_path, keystore)
    again.open()
    found = again.counter.desk.requests.get(request_id)
    assert found is not None
    assert (found.paper, found.sent) == (PrintState.PRINTED, False)
    again.close()


def test_without_the_centre_the_line_says_so_and_waits(tmp_path: Path) -> None:
    kiosk = enrolled(tmp_path, FakeKeystore())
    served(kiosk)
    until(lambda: kiosk.counter.line.status().state == "offline")
    assert not kiosk.counter.line.online()
    assert kiosk.counter.line.status().waiting == 1
    kiosk.counter.line.now()
    with pytest.raises(Unavailable):
        kiosk.counter.desk.inquire(kiosk.counter.desk.service("traffic-fines-inquiry"), {})
    kiosk.close()


def test_going_to_work_twice_is_going_once(tmp_path: Path) -> None:
    kiosk = enrolled(tmp_path, FakeKeystore())
    counter = kiosk.counter
    kiosk._work()
    assert kiosk.counter is counter
    kiosk.close()


def test_a_lost_signing_key_stops_the_kiosk(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    kiosk = enrolled(tmp_path, keystore)
    kiosk.close()
    seed = next(name for name in keystore.values if "signing-seed-1" in name)
    keystore.delete(seed)
    again = make(tmp_path, keystore)
    with pytest.raises(Refused, match="signing_key_lost"):
        again.open()
    again.close()


def test_a_failed_start_closes_quietly(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    keystore.locked = True
    kiosk = make(tmp_path, keystore)
    with pytest.raises(Unavailable):
        kiosk.open()
    kiosk.close()
    assert not kiosk.ready


def test_a_new_epoch_of_the_house_begins_with_what_rules_in_it(premises: Premises) -> None:
    """The centre judges each epoch by its own journal: without these entries it would know no price."""
    premises.sell()
    opened = premises.store()
    opened.secrets.put_signing_seed(2, DEVICE_SEED)
    opened.store.put_enrolment(enrolment(2))
    opened.close()
    kiosk = premises.kiosk()
    kiosk.open()
    first, *applied = [item.record for item in kiosk.counter.context.store.journal.export(2)]
    assert first.fields.entry_type == EntryType.EPOCH_OPEN
    assert {record.fields.entry_type for record in applied} == {EntryType.DOCUMENT_APPLIED}
    assert [read_body(record.body)["kind"] for record in applied] == ["settings", "operators", "catalogue"]
    kiosk.close()


def test_a_paper_that_was_being_sent_when_the_power_went_is_asked_about(premises: Premises) -> None:
    premises.sell()
    opened = premises.store()
    [job] = opened.store.print_jobs.of_entry(1, premises.seq)
    opened.store.commit([], [SetPaper(job.id, (PrintState.WAITING,), PrintState.SENDING)])
    opened.close()
    kiosk = premises.kiosk()
    kiosk.open()
    [found] = kiosk.counter.papers.jobs()
    assert (found.id, found.state) == (job.id, PrintState.UNCERTAIN)
    kiosk.close()


def test_what_the_centre_has_acknowledged_is_in_the_keystore_at_once(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever brings back an older database finds out, even if the power goes in the next second."""
    premises.sell()
    monkeypatch.setattr(KeystoreMirror, "__init__", partialmethod(KeystoreMirror.__init__, late_ms=600_000))
    kiosk = premises.kiosk()
    kiosk.open()
    record = kiosk.counter.journal.write([Writing(Unknown(EntryType.LOGIN, {"kind": "lock"}))])[-1]
    before = remembered(premises)
    ack = Ack(record.fields.device, 1, record.fields.seq, record.hash, 2_000_000_000_000)
    assert isinstance(kiosk.counter.line, SyncLine)
    kiosk.counter.line._asking[0]._client.inbound.acknowledged(sign(ack, ACK))
    until(lambda: before < remembered(premises) == (1, record.fields.seq))
    kiosk.close()


def remembered(premises: Premises) -> tuple[int, int]:
    """Epoch and entry that the keystore holds."""
    [value] = [value for name, value in premises.keystore.values.items() if name.endswith("/mirror")]
    return int.from_bytes(value[:4], "big"), int.from_bytes(value[4:12], "big")


def test_a_store_is_checked_while_nobody_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.upkeep.attendance.QUIET_MS", 0)
    kiosk = enrolled(tmp_path, FakeKeystore())
    store = kiosk.counter.context.store
    until(lambda: store.fact("checked") is not None)
    when, word, entries = (store.fact("checked") or b"").decode().split()
    assert (word, int(entries) >= 1) == ("ok", True)
    assert abs(int(when) - time.time() * 1000) < 60_000
    kiosk.close()


def test_the_check_of_a_quiet_night_also_lets_go_of_old_papers(tmp_path: Path) -> None:
    kiosk = enrolled(tmp_path, FakeKeystore())
    served(kiosk)
    astray = tmp_path / "kiosk" / "evidence"
    astray.mkdir()
    (astray / ("0" * 32)).write_bytes(b"of a crash between file and row")
    assert kiosk.counter.evidence is kiosk.counter.evidence
    assert kiosk.at_work._check(lambda: True) == kiosk.at_work.counter.context.store.journal.tail().chain.seq
    assert list(astray.iterdir()) == []
    kiosk.close()


def test_a_release_that_knows_more_kinds_reads_the_feed_again_from_its_start(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    kiosk = enrolled(tmp_path, keystore)
    kiosk.counter.context.store.commit([], [PutCursor(9), PutFact(feed_documents.KNOWN.name, b"decision order")])
    kiosk.close()
    again = make(tmp_path, keystore)
    again.open()
    try:
        store = again.counter.context.store
        assert (store.cursor(), (store.fact(feed_documents.AGAIN.name) or b"")[:4]) == (0, b"1 9 ")
    finally:
        again.close()
