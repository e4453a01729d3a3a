"""Over random days: the totals on the screen, in the database, in the journal, on the paper and at the centre agree.

The counter is real, on its real store; so are the page, the sheet that is printed, and the centre, which gets the
journal as it was sent. Each side is added up by itself: by SQL, from the bodies, from the blocks of the paper.
"""

from __future__ import annotations

import tempfile
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.journal import ingestion
from central.money import till_days
from central.projection.chain_projection import Projector
from central.store.sqlite_store import SqliteStore
from kiosk.model.day_book import MOVEMENT_TOTALS, REQUEST_TOTALS, DayBook, count_sum
from kiosk.model.paper_sheet import Amount, Sheet
from kiosk.model.service_request import Day, Decision
from kiosk.model.store_changes import PutDocument
from kiosk.printing.till_papers import CashKind, Moving
from kiosk.staff.centre_approvals import Approver
from protocol.clock import DAY_MS
from protocol.documents import trust
from protocol.errors import Refused
from protocol.journal import kj01
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.journal.personal import pack
from protocol.texts import say
from protocol.wire.enrolment import read_statement
from storage.db.sql_store import SqlStore
from tests.harness import shop as a_shop
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.own_centre import make_centre
from tests.harness.shop import CODE, FEED, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop, answered
from ui.day.day_flow import figures_of, totals_of
from ui.day.day_page import DayPage, DayShown
from ui.main.application import make_application

SALE = st.tuples(st.just("sale"), st.integers(1, 9), st.integers(0, 3))
CASH = st.tuples(st.sampled_from(["cash_in", "cash_out", "deposit"]), st.integers(1, 9_999), st.just(0))
BACK = st.tuples(st.sampled_from(["void", "refund"]), st.integers(0, 99), st.just(0))
USUAL = ("drawer_short", "already_reversed", "void_day", "void_decided")
DAYS = st.lists(
    st.tuples(st.booleans(), st.lists(st.one_of(SALE, SALE, CASH, BACK), max_size=8)), min_size=1, max_size=4
)
"""Whether a day is the date before opened once more, and what is done in it."""
PATIENT = {"age_soft_h": 9 * 24}
"""The line stays cut for all of the days: how long that may be without a supervisor is another test's."""


@dataclass
class Premises:
    """A shop that works through random days."""

    shop: Shop
    number: int = 0

    def work(self, actions: list[tuple[str, int, int]], difference_pt: int) -> Day:
        for what, one, two in actions:
            try:
                self._act(what, one, two)
            except Refused as error:  # the drawer is empty, it was reversed before: part of the day, too
                if error.code not in USUAL:
                    raise
        closing = self.shop.counter.closing
        expected = self.shop.counter.books.book().expected_pt
        return closing.close(count_sum(max(0, expected + difference_pt)), "random", Approver(waits=True))

    def _act(self, what: str, one: int, two: int) -> None:
        counter = self.shop.counter
        if what == "sale":
            self.number += 1
            sale = self.shop.sale_of(self.number, tendered_pt=100_000)
            counter.desk.record(answered(sale, copies=one))
        elif what in ("void", "refund"):
            self._reverse(what, one)
        else:
            kind: CashKind = what  # type: ignore[assignment]
            counter.cash.move(Moving(kind, one * 25, "why", "whom"))

    def _reverse(self, what: str, one: int) -> None:
        if not self.number:
            return
        request = self.shop.counter.desk.requests.get(self.shop.sale(one % self.number + 1).id)
        assert request is not None
        if what == "void":
            self.shop.counter.reversals.void(request.id, "why", Approver(SUPERVISOR, PIN_SUPERVISOR))
        else:
            decision = Decision(1, request.seq, "rejected", "R7", "مرفوض", "no", 1)
            self.shop.store.commit([], [decision])
            self.shop.counter.reversals.refund(request.id)

    def begin(self, *, again: bool) -> None:
        """The next morning; or the date that was closed just now, `again`."""
        if not again:
            self.shop.clock.pass_ms(DAY_MS)
        self.shop.counter.people.sign_in(OPERATOR, PIN)
        self.shop.counter.till.open_day(5_000)


# ---- the five sides, each added up by itself


def of_database(store: SqlStore, day: Day) -> dict[str, int]:
    ask = "SELECT coalesce(sum({}), 0) FROM request WHERE (date, day_number) = (?, ?)"
    parts = {"taken": "total_pt", "government": "total_pt - service_pt", "service": "service_pt", "vat": "vat_pt"}
    found = {name: store._one(ask.format(part), *day.key)[0] for name, part in parts.items()}
    for kind in MOVEMENT_TOTALS:
        found[kind] = store._one(
            "SELECT coalesce(sum(amount_pt), 0) FROM movement WHERE (date, day_number, kind) = (?, ?, ?)",
            *day.key, kind,
        )[0]  # fmt: skip
    ask = "SELECT coalesce(sum(total_pt), 0) FROM request WHERE (date, day_number) <= (?, ?)"
    found["grand"] = store._one(ask, *day.key)[0]
    return found


def of_journal(store: SqlStore, day: Day) -> dict[str, int]:
    found = dict.fromkeys(("taken", "government", "service", "vat", *MOVEMENT_TOTALS, "grand"), 0)
    names = {EntryType.VOID: "void", EntryType.REFUND: "refund"}
    for item in store.journal.export(1):
        kind, body = item.record.fields.entry_type, read_body(item.record.body)
        key = (body.get("date", ""), body.get("day_number", 1))
        if kind == EntryType.REQUEST and key <= day.key:
            found["grand"] += body["total_pt"]
        if key != day.key:
            continue
        if kind == EntryType.REQUEST:
            found["taken"] += body["total_pt"]
            found["vat"] += body["vat_pt"]
            for line in body["fees"]:
                found[line["kind"]] += line["amount_pt"]
        elif kind in names:
            found[names[EntryType(kind)]] += body["total_pt"]
        elif kind == EntryType.CASH:
            found[{"in": "cash_in", "out": "cash_out", "deposit": "deposit"}[body["kind"]]] += body["amount_pt"]
    return found


def of_paper(store: SqlStore, day: Day) -> dict[str, int]:
    (job,) = store.print_jobs.of_entry(1, day.closed_seq)
    assert isinstance(job.content, Sheet)
    amounts = {
        block.label.en.split(" × ")[0]: block.amount_pt for block in job.content.blocks if isinstance(block, Amount)
    }
    names = {name: say("en", f"total.{name}") for name in ("taken", "government", "service", "vat", *MOVEMENT_TOTALS)}
    found = {name: amounts.get(label, 0) for name, label in names.items()}
    assert amounts[say("en", "paper.expected")] == day.expected_pt
    assert amounts[say("en", "paper.counted")] == day.counted_pt
    return {**found, "grand": amounts[say("en", "paper.grand")]}


def of_screen(book: DayBook) -> dict[str, int]:
    page = DayPage("en")
    figures = figures_of(book, blind=False)
    page.set_data(DayShown(book.day.key.label, totals_of(book, blind=False), is_open=True, figures=figures))
    cells = Counter[str]()
    told = [(card.label.text(), card.value.text()) for card in page.figures.cards.values()]
    for row in range(page.table.rowCount()):
        label, amount = (page.table.item(row, column).text() for column in (0, 3))  # type: ignore[union-attr]
        told.append((label, amount))
    for label, amount in told:
        digits = "".join(c for c in amount if c.isascii() and c.isdigit())
        cells[label] += int(digits or 0)  # each movement has a row
    assert cells[say("en", "paper.expected")] == book.expected_pt
    names = {name: say("en", f"total.{name}") for name in ("taken", "government", "service", "vat", *MOVEMENT_TOTALS)}
    return {**{name: cells.get(label, 0) for name, label in names.items()}, "grand": cells[say("en", "paper.grand")]}


def of_centre(store: SqlStore, folder: Path) -> dict[DayKey, till_days.TillDay]:
    """The journal as it is sent, taken and projected by a centre that knows this till."""
    office = make_centre(SqliteStore(folder / "centre.db", bytes(32)), folder)
    statement = read_statement(a_shop.statement())
    genesis = kj01.genesis(a_shop.statement())
    with office.store.writing() as session:
        session.run(
            "INSERT INTO device (id, shop, feed_n, heard_ms, heartbeat) VALUES (?, 'CAI-001', 0, 0, '')",
            statement.device,
        )
        session.run(
            "INSERT INTO chain (device, epoch, pub, statement, state, hwm, hash, server_ms, durable)"
            " VALUES (?, 1, ?, ?, 'active', 0, ?, 0, 0)",
            statement.device, statement.public, statement.payload, genesis,
        )  # fmt: skip
        session.run("INSERT INTO projection VALUES (?, 1, 0, 0)", statement.device)
    items = list(store.journal.export(1))
    stream = b"".join(i.record.pack() + (b"" if i.frame is None else pack(i.record.fields.seq, i.frame)) for i in items)
    chain = office.standing(_Known(statement.device))  # type: ignore[arg-type]
    taken = ingestion.take(office.centre, chain, 1, len(items), stream)
    assert (taken.fault, taken.fork, taken.behind) == (None, None, False)
    Projector(office.centre).drain()
    with office.store.reading() as session:
        found = {one.day: one for one in till_days.days(session, statement.device)}
    office.store.close()
    return found


class _Known:
    """As much of a device as `CounterContext.standing` asks for."""

    def __init__(self, device: bytes) -> None:
        self.chain = kj01.Chain(device, 1, 0, b"")


# ---- the property


@pytest.fixture(scope="module", autouse=True)
def application() -> None:
    make_application([])


@settings(
    max_examples=12, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(days=DAYS, difference_pt=st.sampled_from([0, 0, -25, 500, -9_000]))
def test_screen_database_journal_paper_and_centre_agree(days: list[tuple[bool, Any]], difference_pt: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        opened = open_house(folder / "data", FakeKeystore())
        premises = Premises(Shop(opened.store))
        premises.shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
        patient = trust.seal_object(trust.SETTINGS, a_shop.settings(2, limits=PATIENT), FEED)
        premises.shop.counter.journal.write([], [PutDocument("settings", 2, patient)])
        premises.shop.ready()
        closed: list[Day] = []
        for place, (again, actions) in enumerate(days):
            if place:
                premises.begin(again=again)
            closed.append(premises.work(actions, difference_pt))
        assert len({day.key for day in closed}) == len(days)
        grand = [day.grand_total_pt for day in closed]
        assert grand == sorted(grand), "the grand total never falls, whichever date is opened again"
        centre = of_centre(opened.store, folder)
        assert list(centre) == [day.key for day in closed]
        for day in closed:
            wanted = of_database(opened.store, day)
            assert of_journal(opened.store, day) == wanted
            assert of_paper(opened.store, day) == wanted
            assert of_screen(premises.shop.counter.books.book(day.key)) == wanted
            agrees(centre[day.key], wanted, day)
        opened.close()


def agrees(told: till_days.TillDay, wanted: dict[str, int], day: Day) -> None:
    assert told.said is not None
    assert told.disagreeing == ()
    known = told.known
    assert (known["sum_pt"], known["grand_total_pt"], known["expected_pt"]) == (
        wanted["taken"], wanted["grand"], day.expected_pt,
    )  # fmt: skip
    for name in (*REQUEST_TOTALS[1:4], *MOVEMENT_TOTALS):
        assert known[f"{name}_pt"] == wanted[name]
    assert told.said["difference_pt"] == day.counted_pt - day.expected_pt
    assert uuid.UUID(told.said["op"]) == uuid.UUID(OPERATOR)
