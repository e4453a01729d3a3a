"""Practice on a whole kiosk: a database and a key of its own, papers crossed out, nothing sent, nothing left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.core.system_world import system_world
from kiosk.main import practice
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.model.facts import PRACTICE
from kiosk.model.paper_sheet import Content
from kiosk.model.service_request import Query
from kiosk.model.store_changes import PutDocument, PutFact
from kiosk.printing.printer_choice import PrinterChoice
from protocol.clock import DAY_MS, HOUR_MS
from protocol.documents import trust
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness import shop as dokki
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.premises import NOWHERE, Premises
from tests.harness.shop import CODE, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop

pytestmark = pytest.mark.enable_socket


@dataclass
class Printed:
    """A printer that keeps what it was given; its renderer says whether the paper is crossed out."""

    papers: list[bytes] = field(default_factory=list)

    def status(self) -> None: ...

    def send(self, data: bytes) -> None:
        self.papers.append(data)

    @staticmethod
    def render(content: Content, copy: int) -> bytes:
        return f"{content.practice} {content.cash} {copy}".encode()


def until(question: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not question():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def printed() -> Printed:
    return Printed()


@pytest.fixture
def kiosk(tmp_path: Path, printed: Printed) -> Iterator[Program]:
    """Signed in, the day open."""
    premises = Premises(tmp_path, FakeKeystore())
    premises.enrol()
    world = system_world()
    made = Program(Config(premises.data, printed, printed.render, NOWHERE), world, lambda: premises.keystore)
    made.open()
    made.counter.people.activate(OPERATOR, CODE, PIN)
    made.counter.till.open_day(0)
    yield made
    made.close()


def sell(kiosk: Program) -> str:
    shop = Shop.__new__(Shop)  # only for its sale: the counter is this kiosk's own
    shop.counter = kiosk.counter
    return kiosk.counter.desk.record(shop.sale(7)).request.id


def entries(kiosk: Program) -> list[tuple[int, dict[str, object]]]:
    items = kiosk.at_work.counter.context.store.journal.export(1)
    return [(item.record.fields.entry_type, read_body(item.record.body)) for item in items]


def test_a_clock_that_the_counter_goes_by_is_one_to_practise_by(kiosk: Program, printed: Printed) -> None:
    """Days without a line, off at night: the signed floor lies far behind, and somebody has confirmed the date.

    Setting up ends with a practice of which nothing is left, so that nothing confirmed in it would last.
    """
    now_ms = kiosk.counter.context.now_ms()
    kept = {"floor_ms": now_ms - 2 * DAY_MS, "clock_ms": now_ms - HOUR_MS}
    kiosk.counter.context.store.commit([], [PutFact(name, str(value).encode()) for name, value in kept.items()])
    assert kiosk.counter.context.trusted_time.doubt() is None
    kiosk.start_practice()
    kiosk.counter.till.open_day(5_000)
    sell(kiosk)
    until(lambda: len(printed.papers) == 1)


def test_what_is_done_in_practice_is_nowhere_in_the_real_store(kiosk: Program, printed: Printed) -> None:
    kiosk.start_practice()
    assert kiosk.practising
    assert kiosk.counter.people.working().operator.id == OPERATOR
    kiosk.counter.till.open_day(5_000)
    request_id = sell(kiosk)
    until(lambda: len(printed.papers) == 1)
    assert printed.papers[0] == b"True False 0"
    assert not kiosk.counter.line.online()
    kiosk.stop_practice()
    assert kiosk.counter.desk.requests.get(request_id) is None
    assert kiosk.counter.desk.requests.search(Query()) == []
    assert [kind for kind, _ in entries(kiosk)].count(EntryType.REQUEST) == 0


def test_start_and_stop_are_in_the_real_journal_and_nobody_is_signed_in_after_it(kiosk: Program) -> None:
    real = kiosk.counter.in_force.statement().device_text
    kiosk.start_practice()
    assert kiosk.counter.in_force.statement().device_text != real
    assert kiosk.counter.in_force.statement().number(5) == "0-000005", "no centre gives that till"
    kiosk.start_practice()  # a second press is the same practice
    kiosk.stop_practice()
    kiosk.stop_practice()
    assert kiosk.counter.in_force.statement().device_text == real
    told = [body for kind, body in entries(kiosk) if kind == EntryType.PRACTICE]
    assert [(body["kind"], body["op"]) for body in told] == [("start", OPERATOR), ("stop", OPERATOR)]
    with pytest.raises(Refused, match="signed_out"):
        kiosk.counter.people.working()
    kiosk.counter.people.sign_in(OPERATOR, PIN)


def test_nothing_of_it_is_left_on_the_disk_and_each_begins_anew(kiosk: Program, tmp_path: Path) -> None:
    folder = tmp_path / "data" / practice.FOLDER
    for _ in range(2):
        kiosk.start_practice()
        kiosk.counter.till.open_day(0)
        assert folder.is_dir()
        kiosk.stop_practice()
        assert not folder.exists()
        kiosk.counter.people.sign_in(OPERATOR, PIN)


def test_a_pin_of_the_real_counter_opens_the_practice_after_a_lock(kiosk: Program) -> None:
    kiosk.start_practice()
    kiosk.counter.people.lock()
    kiosk.counter.people.unlock(PIN)
    kiosk.counter.people.sign_out()
    kiosk.counter.people.sign_in(OPERATOR, PIN)


def test_nobody_elses_pin_can_be_guessed_there(kiosk: Program) -> None:
    kiosk.counter.people.sign_out()
    kiosk.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    kiosk.counter.people.sign_out()
    kiosk.counter.people.sign_in(OPERATOR, PIN)
    kiosk.start_practice()
    with pytest.raises(Refused, match="pin_wrong"):
        kiosk.counter.people.vouch(SUPERVISOR, PIN_SUPERVISOR)
    kiosk.counter.people.vouch(SUPERVISOR, "11111111")


def test_two_of_one_role_have_the_same_practice_pin(kiosk: Program) -> None:
    second = "0192f0c1-7c3a-7b1e-8a4d-0000000000a3"
    people = dokki.operators(2)
    people["operators"].append(dokki.person(second, "supervisor", 3))
    document = PutDocument("operators", 2, trust.seal_object(trust.OPERATORS, people, dokki.FEED))
    kiosk.at_work.counter.journal.write([], [document])
    for who in (SUPERVISOR, second):
        kiosk.counter.people.sign_out()
        kiosk.counter.people.activate(who, CODE, PIN_SUPERVISOR)
    kiosk.counter.people.sign_out()
    kiosk.counter.people.sign_in(OPERATOR, PIN)
    kiosk.start_practice()
    for who in (SUPERVISOR, second):
        kiosk.counter.people.vouch(who, practice.practice_pin("supervisor"))


def test_real_papers_wait_while_somebody_practises(kiosk: Program, printed: Printed) -> None:
    kiosk.start_practice()
    real = kiosk.at_work.counter
    real.people.sign_in(OPERATOR, PIN)
    shop = Shop.__new__(Shop)
    shop.counter = real
    real.desk.record(shop.sale(8))
    time.sleep(0.3)
    assert printed.papers == []
    kiosk.stop_practice()
    until(lambda: len(printed.papers) == 1)
    assert printed.papers[0].startswith(b"False")


def test_nobody_practises_signed_out_and_nothing_has_begun(kiosk: Program) -> None:
    kiosk.counter.people.sign_out()
    before = len(entries(kiosk))
    with pytest.raises(Refused, match="signed_out"):
        kiosk.start_practice()
    assert not kiosk.practising
    assert len(entries(kiosk)) == before


def test_a_practice_cut_short_is_ended_by_the_next_start(tmp_path: Path, printed: Printed) -> None:
    premises = Premises(tmp_path, FakeKeystore())
    premises.enrol()
    opened = premises.store()
    opened.store.commit([], [PutFact(PRACTICE.name, OPERATOR.encode())])
    opened.close()
    made = premises.kiosk()
    made.open()
    try:
        assert entries(made)[-1][1]["kind"] == "stop"
        assert made.at_work.counter.context.store.fact(PRACTICE.name) == b""
    finally:
        made.close()


def test_an_inquiry_needs_a_line() -> None:
    line = practice.NoLine()
    line.wake()
    line.now()
    with pytest.raises(Refused, match="needs_line"):
        line.inquire("fines", {})
    assert line.status().state == "offline"


def test_nobody_elses_tills_are_looked_at_or_paid_for_in_practice() -> None:
    for ask in (practice.NoLine().find, practice.NoLine().refund):
        with pytest.raises(Unavailable, match="shop_offline"):
            ask({})


def test_the_printer_chosen_for_the_real_papers_prints_those_of_the_practice(tmp_path: Path, printed: Printed) -> None:
    premises = Premises(tmp_path, FakeKeystore())
    premises.enrol()
    world = system_world()
    config = Config(
        premises.data, Printed(), Printed.render, NOWHERE, make_device=lambda _choice: (printed, printed.render)
    )
    made = Program(config, world, lambda: premises.keystore)
    made.open()
    try:
        made.counter.people.activate(OPERATOR, CODE, PIN)
        made.counter.papers.choose(PrinterChoice("tcp", "127.0.0.1:9"))
        made.start_practice()
        made.counter.till.open_day(0)
        sell(made)
        until(lambda: len(printed.papers) == 1)
        assert printed.papers[0] == b"True False 0"
    finally:
        made.close()  # ends the practice by itself
    assert not (premises.data / practice.FOLDER).exists()


def test_keys_in_memory_can_be_forgotten() -> None:
    keys = practice.MemoryKeystore()
    keys.put("a", bytes(32))
    keys.delete("a")
    keys.delete("a")
    assert keys.get("a") is None
