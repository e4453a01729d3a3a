"""The X and the Z report: a day book as paper. X is a look at any time and takes nothing out; Z closes the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from kiosk.model.day_book import BookLine, Count, DayBook, TotalName
from kiosk.model.paper_sheet import Amount, Block, Fact, Note, Rule, Said, Sheet, Tally, said, typed
from kiosk.printing.till_papers import OPERATOR, SUPERVISOR, DayReport, Stamp, section
from protocol.clock import show_time
from protocol.values.arabic import isolate

PENDING: Final = "paper.z.pending"


def x_report(book: DayBook, stamp: Stamp, names: Mapping[str, str], *, blind: bool) -> Sheet:
    """`names` says who an operator id is. `blind`: what should lie in the drawer is not said before it is counted."""
    return DayReport(
        stamp, final=False, day=book.day.key.label, sections=_sections(book, names),
        expected_pt=None if blind else book.expected_pt,
        grand_total_pt=book.grand_total_pt,
    ).sheet()  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settled:
    """How a day ended: the count, why it differs, who agreed to that (a name), or that somebody has yet to."""

    count: Count
    reason: str = ""
    second: str = ""
    pending: bool = False


def z_report(book: DayBook, stamp: Stamp, names: Mapping[str, str], settled: Settled) -> Sheet:
    count, second = settled.count, settled.second
    notes = section("paper.notes", *(Tally(*face) for face in count.faces))
    agreed = section("paper.difference", *([Fact(said("paper.second"), typed(second))] if second else []))
    if settled.pending:
        agreed = section("paper.difference", Note(said(PENDING), "strong"))
    return DayReport(
        stamp, final=True, day=book.day.key.label, sections=(*_sections(book, names), *notes, *agreed),
        expected_pt=book.expected_pt, counted_pt=count.total_pt, reason=settled.reason,
        grand_total_pt=book.grand_total_pt, signed=(said(OPERATOR), said(SUPERVISOR)),
    ).sheet()  # fmt: skip


def _sections(book: DayBook, names: Mapping[str, str]) -> tuple[Block, ...]:
    own = [_amount(book, "commission")] if book.total_pt("commission") else []
    return (
        *section("paper.requests", *_requests(book)),
        *section("paper.ways", _amount(book, "cash"), _amount(book, "noncash")),
        *section("paper.moved", *_moved(book)), *section("paper.own", *own),
        *section("paper.people", *_people(book, names)),
    )  # fmt: skip


def _requests(book: DayBook) -> Iterator[Block]:
    yield Fact(said("paper.count"), str(len(book.requests)))
    for name in ("government", "service"):
        yield _amount(book, name)
    if book.total_pt("vat"):
        yield Amount(said("total.vat"), book.total_pt("vat"), "small")
    yield _amount(book, "taken")
    yield Fact(said("paper.unsent"), str(book.unsent))


def _moved(book: DayBook) -> Iterator[Block]:
    yield Amount(said("paper.opening"), book.day.opening_pt)
    for name in ("cash_in", "cash_out", "deposit", "void", "refund"):
        times = f" × {isolate(str(book.count(name)))}" if book.count(name) else ""
        label = said(f"total.{name}")
        yield Amount(Said(label.ar + times, label.en + times), book.total_pt(name))


def _people(book: DayBook, names: Mapping[str, str]) -> Iterator[Block]:
    for operator, (count, pt) in book.by_operator().items():
        yield Amount(typed(f"{names.get(operator, operator)} × {count}"), pt)


def _amount(book: DayBook, name: TotalName) -> Amount:
    return Amount(said(f"total.{name}"), book.total_pt(name))


def lines_sheet(book: DayBook, name: TotalName, stamp: Stamp, titles: Mapping[str, tuple[str, str]]) -> Sheet:
    """The lines behind one total, to print. `titles`: what a line's service is called."""
    blocks: tuple[Block, ...] = (
        Fact(said("paper.day"), book.day.key.label, strong=True), *stamp.facts(), Rule(),
        *(Amount(_label(line, titles), line.amount_pt) for line in book.lines(name)),
        Rule(), Amount(said(f"total.{name}"), book.total_pt(name), "total"),
    )  # fmt: skip
    return Sheet("lines", stamp.shop, said("paper.lines"), blocks, stamp.number, stamp.practice)


def _label(line: BookLine, titles: Mapping[str, tuple[str, str]]) -> Said:
    at, number = isolate(show_time(line.at_ms)[-5:]), isolate(str(line.seq))
    ar, en = titles.get(line.service_id, ("", "")) if line.service_id else ("", "")
    more = typed(line.party or line.reason)
    return Said(f"{at} · {number} {ar or more.ar}".strip(), f"{at} · {number} {en or more.en}".strip())
