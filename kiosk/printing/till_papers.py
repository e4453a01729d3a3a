"""The papers of the money day: void, refund, interim and closing statement, cash slips.

Whoever closes the till fills them in. Differences are said in words; a sum that its own lines do not make is a bug and
raises ValueError, before it can stand on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.day_book import BookLine, Count, DayBook, TotalName
from kiosk.model.paper_sheet import (
    Amount,
    Band,
    Block,
    Fact,
    Heading,
    Note,
    Proof,
    Rule,
    Sheet,
    Signature,
    Tally,
    at_till,
    typed,
)
from kiosk.staff.sign_in import Login
from protocol.clock import show_time
from protocol.journal.kj01 import Record
from protocol.texts import Bilingual, both
from protocol.values.arabic import clean, isolate

CITIZEN: Final = "paper.sign.citizen"
OPERATOR: Final = "paper.sign.operator"
SUPERVISOR: Final = "paper.sign.supervisor"
PENDING: Final = "paper.z.pending"


def complaints(phone: str) -> Bilingual:
    """Whom to call; every paper of a citizen says so, also where the centre has named no telephone."""
    return both("paper.complaints.call", phone=isolate(phone)) if phone else both("paper.complaints.ask")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What heads every paper of the till. `number` is that of its journal entry (``2-000231``), "" without one."""

    shop: Bilingual
    at_ms: int
    operator: str
    number: str = ""
    phone: str = ""
    practice: bool = False

    def facts(self) -> Iterator[Block]:
        yield Fact(both("paper.date"), show_time(self.at_ms), strong=True)
        yield Fact(both("paper.operator"), typed(self.operator))

    def complaints(self) -> Iterator[Block]:
        yield Band(complaints(self.phone))

    def sheet(self, kind: str, blocks: Iterable[Block], *, cash: bool = False) -> Sheet:
        """The paper of that kind under this head."""
        return Sheet(kind, self.shop, both(f"paper.{kind}.title"), tuple(blocks), self.number, self.practice, cash)


def stamp(in_force: DocumentsInForce, login: Login, now_ms: int, record: Record | None = None) -> Stamp:
    """The head of a paper that is made now; `record` is the entry it proves."""
    settings = in_force.settings()
    shop, name = at_till(settings.shop.name, in_force.statement().till), login.operator.name.ar
    if record is None:
        return Stamp(shop, now_ms, name, phone=settings.support_phone)
    number = in_force.number(record.fields.epoch, record.fields.seq)
    return Stamp(shop, record.fields.wall_ms, name, number, settings.support_phone)


@dataclass(frozen=True, slots=True)
class Reversal:
    """A void or a refund: what goes back to the citizen, line by line, for which receipt, and who agreed.

    `of_number`, `of_ms`, `service` are those of the receipt; `proof` is what its page at the centre can be found by.
    """

    kind: Literal["void", "refund"]
    stamp: Stamp
    of_number: str
    of_ms: int
    service: Bilingual
    lines: tuple[ReceiptLine, ...]
    total_pt: int
    reason: str
    agreed_by: str = ""
    proof: Proof | None = None

    def sheet(self) -> Sheet:
        if self.total_pt != sum(line.amount_pt for line in self.lines):
            raise ValueError("total_pt")
        return self.stamp.sheet(self.kind, self._blocks(), cash=True)

    def _blocks(self) -> Iterator[Block]:
        yield Band(both(f"paper.{self.kind}.band"))
        yield from self.stamp.facts()
        yield Rule()
        yield Fact(both("paper.of"), self.of_number, strong=True)
        yield Fact(both("paper.of.date"), show_time(self.of_ms))
        yield Fact(both("paper.service"), self.service)
        yield Fact(both("paper.reason"), typed(self.reason), strong=True)
        yield Rule()
        for line in self.lines:
            yield Amount(typed(line.label), line.amount_pt)
        yield Amount(both("paper.returned"), self.total_pt, "total")
        if self.agreed_by:
            yield Fact(both("paper.agreed_by"), typed(self.agreed_by))
        yield Signature(both(CITIZEN))
        if self.proof is not None:
            yield self.proof
        yield from self.stamp.complaints()


def section(key: str, *rows: Block) -> tuple[Block, ...]:
    """Amounts, facts, tallies under one heading; nothing where there are none."""
    return (Rule(), Heading(both(key)), *rows) if rows else ()


# ---- the X and the Z report: X is a look at any time and takes nothing out, Z closes the day


def x_report(book: DayBook, stamp: Stamp, names: Mapping[str, str], *, blind: bool) -> Sheet:
    """`names` says who an operator id is. `blind`: nothing that was taken is said before the drawer is counted, for
    what should lie there would follow from it.
    """
    day = _counted_first(book, stamp) if blind else (*_day(book, stamp, names), *_drawer(book.expected_pt))
    grand = () if blind else _grand_total(book)
    return stamp.sheet("x", (Band(both("paper.x.band")), *day, *grand))


@dataclass(frozen=True, slots=True)
class Settled:
    """How a day ended: the count, why it differs, who agreed to that (a name), or that somebody has yet to."""

    count: Count
    reason: str = ""
    agreed_by: str = ""
    pending: bool = False


def z_report(book: DayBook, stamp: Stamp, names: Mapping[str, str], settled: Settled) -> Sheet:
    count, agreed_by = settled.count, settled.agreed_by
    agreed = section("paper.difference", *([Fact(both("paper.agreed_by"), typed(agreed_by))] if agreed_by else []))
    if settled.pending:
        agreed = section("paper.difference", Note(both(PENDING), "strong"))
    return stamp.sheet("z", (
        *_day(book, stamp, names), *section("paper.notes", *(Tally(*face) for face in count.faces)), *agreed,
        *_drawer(book.expected_pt, count.total_pt, settled.reason), *_grand_total(book),
        Signature(both(OPERATOR)), Signature(both(SUPERVISOR)),
    ))  # fmt: skip


def _day(book: DayBook, stamp: Stamp, names: Mapping[str, str]) -> Iterator[Block]:
    own = [_amount(book, "commission")] if book.total_pt("commission") else []
    yield Fact(both("paper.day"), book.day.key.label, strong=True)
    yield from stamp.facts()
    yield from section("paper.requests", *_requests(book))
    yield from section("paper.ways", _amount(book, "cash"), _amount(book, "noncash"))
    yield from section("paper.moved", *_moved(book))
    yield from section("paper.own", *own)
    yield from section("paper.people", *_people(book, names))


def _counted_first(book: DayBook, stamp: Stamp) -> Iterator[Block]:
    yield Fact(both("paper.day"), book.day.key.label, strong=True)
    yield from stamp.facts()
    yield from section("paper.requests", *_counts(book))
    yield from section("paper.moved", *_moved(book))
    yield Note(both("paper.x.blind"))


def _drawer(expected_pt: int, counted_pt: int | None = None, reason: str = "") -> Iterator[Block]:
    """`counted_pt` is None before the count."""
    yield Rule()
    yield Heading(both("paper.drawer"))
    yield Amount(both("paper.expected"), expected_pt)
    if counted_pt is None:
        return
    yield Amount(both("paper.counted"), counted_pt)
    difference = counted_pt - expected_pt
    if difference:
        yield Amount(both("paper.over" if difference > 0 else "paper.short"), abs(difference), "total")
    else:
        yield Band(both("paper.equal"))
    if reason:
        yield Fact(both("paper.reason"), typed(reason), strong=True)


def _grand_total(book: DayBook) -> Iterator[Block]:
    yield Rule()
    yield Amount(both("paper.grand"), book.grand_total_pt)


def _counts(book: DayBook) -> Iterator[Block]:
    yield Fact(both("paper.count"), str(len(book.requests)))
    yield Fact(both("paper.unsent"), str(book.unsent))


def _requests(book: DayBook) -> Iterator[Block]:
    count, unsent = _counts(book)
    yield count
    for name in ("government", "service"):
        yield _amount(book, name)
    if book.total_pt("vat"):
        yield Amount(both("total.vat"), book.total_pt("vat"), "small")
    yield _amount(book, "taken")
    yield unsent


def _moved(book: DayBook) -> Iterator[Block]:
    yield Amount(both("paper.opening"), book.day.opening_pt)
    for name in ("cash_in", "cash_out", "deposit", "void", "refund"):
        times = f" × {isolate(str(book.count(name)))}" if book.count(name) else ""
        label = both(f"total.{name}")
        yield Amount(Bilingual(label.ar + times, label.en + times), book.total_pt(name))


def _people(book: DayBook, names: Mapping[str, str]) -> Iterator[Block]:
    for operator, (count, pt) in book.by_operator().items():
        yield Amount(typed(f"{names.get(operator, operator)} × {count}"), pt)


def _amount(book: DayBook, name: TotalName) -> Amount:
    return Amount(both(f"total.{name}"), book.total_pt(name))


def lines_sheet(book: DayBook, name: TotalName, stamp: Stamp, titles: Mapping[str, Bilingual]) -> Sheet:
    """The lines behind one total, to print. `titles`: what a line's service is called."""
    blocks: tuple[Block, ...] = (
        Fact(both("paper.day"), book.day.key.label, strong=True), *stamp.facts(), Rule(),
        *(Amount(_label(line, titles), line.amount_pt) for line in book.lines(name)),
        Rule(), Amount(both(f"total.{name}"), book.total_pt(name), "total"),
    )  # fmt: skip
    return Sheet("lines", stamp.shop, both("paper.lines"), blocks, stamp.number, stamp.practice)


def _label(line: BookLine, titles: Mapping[str, Bilingual]) -> Bilingual:
    at, number = isolate(show_time(line.at_ms)[-5:]), isolate(str(line.seq))
    what = titles.get(line.service_id) or typed(line.party or line.reason)
    return Bilingual.of(lambda language: f"{at} · {number} {what[language]}".strip())


# ---- cash that leaves or enters the drawer without a citizen


CashKind = Literal["cash_in", "cash_out", "deposit"]


@dataclass(frozen=True, slots=True)
class Moving:
    """Cash about to move. `party` is whom a deposit is handed to, `reference` its bank slip or envelope.

    `count` are the notes and coins, where they were counted; they must come to `amount_pt`.
    """

    kind: CashKind
    amount_pt: int
    reason: str = ""
    party: str = ""
    reference: str = ""
    count: Count | None = None


def cash_slip(moving: Moving, stamp: Stamp) -> Sheet:
    tallies = [] if moving.count is None else [Tally(*face) for face in moving.count.faces]
    if tallies and moving.amount_pt != sum(tally.face_pt * tally.count for tally in tallies):
        raise ValueError("amount_pt")
    return stamp.sheet(moving.kind, _slip(moving, stamp, tallies), cash=True)


def _slip(moving: Moving, stamp: Stamp, tallies: Iterable[Tally]) -> Iterator[Block]:
    yield from stamp.facts()
    if moving.party:
        yield Fact(both("paper.to"), typed(moving.party), strong=True)
    if moving.reference:
        yield Fact(both("paper.reference"), clean(moving.reference), strong=True)
    if moving.reason:
        yield Fact(both("paper.reason"), typed(moving.reason))
    yield Rule()
    yield from tallies
    yield Amount(both(f"paper.{moving.kind}.amount"), moving.amount_pt, "total")
    yield Note(both("paper.count.before"))
    yield Signature(both("paper.sign.gives"))
    yield Signature(both("paper.sign.takes"))
