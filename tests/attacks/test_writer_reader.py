"""Writer = reader: whatever an act writes, with whatever amounts, the centre takes, or it is refused."""

from __future__ import annotations

import ast
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.projection.effects import Effects, Work, gather
from kiosk.core.journal_writer import Writing
from kiosk.model.day_book import count_sum
from kiosk.model.service_request import Decision
from kiosk.printing.till_papers import Moving
from kiosk.receiving.asked_of_centre import Subject
from kiosk.staff.centre_approvals import Approver
from protocol.errors import KioskError
from protocol.journal import bodies
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.texts import Bilingual
from protocol.values.money import MAX_PT
from tests.attacks import more, tried
from tests.attacks.acts import Acts, acts_of
from tests.attacks.reading import fault_of
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.shop import CODE, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop
from tests.ui.conftest import cheap_pins

__all__ = ["cheap_pins"]

ROOT: Final = Path(__file__).parents[2]
OURS: Final = ("kiosk", "protocol")
AGREED: Final = Approver(SUPERVISOR, PIN_SUPERVISOR)
NO_WRITERS: Final = ("store.", "events.", "line.", "journal.", "evidence.", "desk.inquire")
LONG: Final = "\u202e" * 8_000
EDGES: Final = (0, 1, MAX_PT - 1, MAX_PT, MAX_PT + 1, 2**53 - 1, 2**53, -1)
AMOUNTS: Final = st.sampled_from(EDGES) | st.integers(0, MAX_PT)
WORDS: Final = st.sampled_from(["بنك", "x" * 8_000, "\u202e", "\x00", "", "x" * 20_000, "\ud800"])


@cache
def names_of_amounts() -> list[str]:
    """Every member of an entry or a document that holds money, as the code names it."""
    named = {
        node.target.id
        for folder in OURS
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.endswith("_pt")
    }
    found = named | {
        node.value
        for folder in OURS
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith("_pt")
    }
    return sorted(name for name in found if name.isidentifier())


def taken(shop: Shop) -> str:
    """The first entry that the centre's reader refuses or its projection cannot gather; "" where there is none."""
    fault = fault_of(shop.store)
    work = Work(bytes(16), 1, "shop-1", 0, 1, [], frozenset(), {})
    for item in () if fault else shop.store.journal.export(1):
        fields = item.record.fields
        said = bodies.entry(fields.entry_type, bodies.read(item.record.body))
        gather(Effects(1), work, fields, said, None)
    return fault


def act(shop: Shop, what: str, amount_pt: int, words: str) -> None:
    counter = shop.counter
    if what == "sale":
        number = sum(1 for _ in shop.store.journal.export(1))
        counter.desk.record(shop.sale_of(number, tendered_pt=amount_pt))
    elif what == "close":
        counter.closing.close(count_sum(amount_pt), words, Approver(waits=True))
    elif what == "open":
        counter.till.open_day(amount_pt)
    elif what == "sign in":
        counter.people.sign_in(OPERATOR, PIN)
    elif what == "deposit":
        counter.cash.move(Moving("deposit", amount_pt, party=words, reference=words))
    else:
        counter.cash.move(Moving("cash_in" if what == "in" else "cash_out", amount_pt, words))


ACTS: Final = ("sale", "close", "open", "sign in", "deposit", "in", "in", "out")


@pytest.mark.oracle(1)
@settings(max_examples=more(25))
@given(st.lists(st.tuples(st.sampled_from(ACTS), AMOUNTS, WORDS), min_size=1, max_size=12))
def test_the_centre_takes_whatever_a_till_has_written(acts: list[tuple[str, int, str]]) -> None:
    tried()
    shop = Shop(FakeStore()).ready()
    for one in acts:
        with suppress(KioskError):
            act(shop, *one)
    assert taken(shop) == ""


def filled(amount_pt: int) -> dict[str, Any]:
    return {"v": 1, **dict.fromkeys(names_of_amounts(), amount_pt), "fees": [{"amount_pt": amount_pt}], "id": "x"}


def write_all(amount_pt: int) -> Shop:
    """Every type of entry with that amount in every member that holds money; what is refused is not there."""
    shop = Shop(FakeStore())
    for kind in EntryType:
        tried()
        with suppress(KioskError):
            shop.counter.journal.write([Writing(Unknown(kind, filled(amount_pt)), {"fields": filled(amount_pt)})])
    return shop


@pytest.mark.oracle(1)
@pytest.mark.parametrize("amount_pt", EDGES)
def test_every_type_of_entry_with_amounts_at_the_edge_is_taken_or_not_written(amount_pt: int) -> None:
    shop = write_all(amount_pt)
    assert taken(shop) == ""
    written = len(list(shop.store.journal.export(1))) - 1
    assert written == (len(EntryType) if abs(amount_pt) < 2**53 else 0)


# ---- every act of the counter


def at_hand(shop: Shop, amount_pt: int, words: str) -> Acts:
    """Every act of the counter, with that amount and those words wherever it takes some."""
    said = {"reason": words, "approver": AGREED}
    told = {
        "opening_pt": amount_pt, "count": count_sum(amount_pt), "name": words, "why": "other",
        "moving": Moving("cash_in", amount_pt, words, words, words), "subject": Subject("void", 2, 1), "taker": "proxy",
    }  # fmt: skip
    own: dict[str, dict[str, Any]] = {
        "reversals.void": said, "reversals.refund": {"reason": words}, "closing.close": said,
        "advice.refuse": {"reason": Bilingual(words, words), "bring": [Bilingual(words, words)]}, "rights.copy": said,
        "rights.ask_erasure": said, "aftercare.hand_over": {"name": words}, "aftercare.escalate": {"why": "other"},
        "desk.nearest": {"query": words},
    }  # fmt: skip
    found = acts_of(shop, shop.store, told, own)
    return {name: act for name, act in found.items() if not name.startswith(NO_WRITERS)}


def begin(shop: Shop, number: int, *, rejected: bool) -> None:
    """Somebody works, a day is open, and its newest request has come back if wanted."""
    with suppress(KioskError):
        shop.counter.people.sign_in(OPERATOR, PIN)
    with suppress(KioskError):
        shop.counter.till.open_day(100_000)
    seq = shop.counter.desk.record(shop.sale_of(number)).request.seq
    if rejected:
        shop.store.commit([], [Decision(1, seq, "rejected", "R7", "no", "no", NOON_MS)])


def go_through(amount_pt: int, words: str) -> Shop:
    """Every act, on a request that waits and on one that came back; a new one after each act that wrote something."""
    shop = Shop(FakeStore()).ready()
    shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    for number, rejected in enumerate((False, True), 1):
        begin(shop, number, rejected=rejected)
        hand = at_hand(shop, amount_pt, words)
        for name in list(hand):
            before = shop.store.journal.tail().chain.seq
            with suppress(KioskError):
                hand[name]()
            tried()
            if shop.store.journal.tail().chain.seq != before:
                begin(shop, shop.store.journal.tail().chain.seq, rejected=rejected)
                hand = at_hand(shop, amount_pt, words)
    return shop


def kinds(shop: Shop) -> set[EntryType]:
    return {EntryType(item.record.fields.entry_type) for item in shop.store.journal.export(1)}


@pytest.mark.oracle(1)
@pytest.mark.parametrize(("amount_pt", "words"), [(1, "x"), (MAX_PT, LONG), (2**53, "\ud800")])
def test_the_centre_takes_what_every_act_of_the_counter_writes(amount_pt: int, words: str) -> None:
    assert taken(go_through(amount_pt, words)) == ""


def test_the_acts_at_hand_write_most_types_of_entry() -> None:
    assert len(kinds(go_through(1, "x"))) >= 13


@pytest.mark.oracle(1, planted=True)
def test_an_act_whose_words_are_too_long_for_the_reader_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.core.journal_writer._refuse_unreadable", lambda *_: None)
    assert taken(go_through(MAX_PT, LONG)).endswith("E_TOO_BIG")


@pytest.mark.oracle(1, planted=True)
def test_a_writer_that_does_not_read_back_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.core.journal_writer._refuse_unreadable", lambda *_: None)
    assert taken(write_all(2**53)).endswith("E_BODY")
