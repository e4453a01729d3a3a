"""The papers of the money day: void, refund, X and Z report, cash slips. Whoever closes the till fills them in.

Each is a frozen record of what happened and knows how it looks (`sheet`). Differences are said in words; a sum that
its own lines do not make is a bug and raises ValueError, before it can stand on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kiosk.model.citizen_receipt import ReceiptLine, entry_number
from kiosk.model.paper_sheet import (
    Amount,
    Band,
    Block,
    Fact,
    Heading,
    Note,
    Proof,
    Rule,
    Said,
    Sheet,
    Signature,
    Tally,
    said,
    typed,
)
from kiosk.staff.sign_in import Login
from protocol.clock import show_time
from protocol.documents.settings import Settings
from protocol.journal.kj01 import Record
from protocol.values.arabic import clean, isolate

CITIZEN: Final = "paper.sign.citizen"
OPERATOR: Final = "paper.sign.operator"
SUPERVISOR: Final = "paper.sign.supervisor"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What heads every paper of the till. `number` is that of its journal entry (``019a1b2c-231``), "" without one."""

    shop: Said
    at_ms: int
    operator: str
    number: str = ""
    phone: str = ""
    practice: bool = False

    def facts(self) -> Iterator[Block]:
        if self.number:
            yield Fact(said("paper.number.paper"), self.number, strong=True)
        yield Fact(said("paper.date"), show_time(self.at_ms), strong=True)
        yield Fact(said("paper.operator"), typed(self.operator))

    def complaints(self) -> Iterator[Block]:
        if self.phone:
            yield Band(said("paper.complaints.call", phone=isolate(self.phone)))

    def sheet(self, kind: str, blocks: Iterable[Block], *, cash: bool = False) -> Sheet:
        """The paper of that kind under this head."""
        return Sheet(kind, self.shop, said(f"paper.{kind}.title"), tuple(blocks), self.number, self.practice, cash)


def stamp(settings: Settings, login: Login, now_ms: int, record: Record | None = None) -> Stamp:
    """The head of a paper that is made now; `record` is the entry it proves."""
    shop, name = typed(settings.shop.name.ar, settings.shop.name.en), login.operator.name_ar
    if record is None:
        return Stamp(shop, now_ms, name, phone=settings.support_phone)
    return Stamp(shop, record.fields.wall_ms, name, entry_number(record), settings.support_phone)


@dataclass(frozen=True, slots=True)
class Reversal:
    """A void or a refund: what goes back to the citizen, line by line, for which receipt, and who agreed.

    `of_number`, `of_ms`, `service` are those of the receipt; `proof` is what its page at the centre can be found by.
    """

    kind: Literal["void", "refund"]
    stamp: Stamp
    of_number: str
    of_ms: int
    service: Said
    lines: tuple[ReceiptLine, ...]
    total_pt: int
    reason: str
    second: str = ""
    name: str = ""
    proof: Proof | None = None

    def sheet(self) -> Sheet:
        if self.total_pt != sum(line.amount_pt for line in self.lines):
            raise ValueError("total_pt")
        return self.stamp.sheet(self.kind, self._blocks(), cash=True)

    def _blocks(self) -> Iterator[Block]:
        yield Band(said(f"paper.{self.kind}.band"))
        yield from self.stamp.facts()
        yield Rule()
        yield Fact(said("paper.of"), self.of_number, strong=True)
        yield Fact(said("paper.of.date"), show_time(self.of_ms))
        yield Fact(said("paper.service"), self.service)
        if self.name:
            yield Fact(said("paper.name"), typed(self.name))
        yield Fact(said("paper.reason"), typed(self.reason), strong=True)
        yield Rule()
        for line in self.lines:
            yield Amount(typed(line.label_ar, line.label_en), line.amount_pt)
        yield Amount(said("paper.returned"), self.total_pt, "total")
        if self.second:
            yield Fact(said("paper.second"), typed(self.second))
        yield Signature(said(CITIZEN))
        if self.proof is not None:
            yield self.proof
        yield from self.stamp.complaints()


def section(key: str, *rows: Block) -> tuple[Block, ...]:
    """Amounts, facts, tallies under one heading; nothing where there are none."""
    return (Rule(), Heading(said(key)), *rows) if rows else ()


@dataclass(frozen=True, slots=True)
class DayReport:
    """An X report (`final` False: a look, at any time) or the Z report that closes `day` (as `DayKey.label`).

    `counted_pt` is None before the count; `expected_pt` where whoever counts is not to know it first.
    `grand_total_pt` is the perpetual sum of all this till has ever taken.
    """

    stamp: Stamp
    final: bool
    day: str
    sections: tuple[Block, ...]
    expected_pt: int | None
    counted_pt: int | None = None
    reason: str = ""
    grand_total_pt: int | None = None
    signed: tuple[Said, ...] = ()

    def sheet(self) -> Sheet:
        return self.stamp.sheet("z" if self.final else "x", self._blocks())

    def _blocks(self) -> Iterator[Block]:
        if not self.final:
            yield Band(said("paper.x.band"))
        yield Fact(said("paper.day"), self.day, strong=True)
        yield from self.stamp.facts()
        yield from self.sections
        yield from self._drawer()
        if self.grand_total_pt is not None:
            yield Rule()
            yield Amount(said("paper.grand"), self.grand_total_pt)
        for who in self.signed:
            yield Signature(who)

    def _drawer(self) -> Iterator[Block]:
        if self.expected_pt is None:
            return
        yield Rule()
        yield Heading(said("paper.drawer"))
        yield Amount(said("paper.expected"), self.expected_pt)
        if self.counted_pt is None:
            return
        yield Amount(said("paper.counted"), self.counted_pt)
        difference = self.counted_pt - self.expected_pt
        if difference:
            yield Amount(said("paper.over" if difference > 0 else "paper.short"), abs(difference), "total")
        else:
            yield Band(said("paper.equal"))
        if self.reason:
            yield Fact(said("paper.reason"), typed(self.reason), strong=True)


@dataclass(frozen=True, slots=True)
class CashSlip:
    """Cash that leaves or enters the drawer without a citizen: in, out, or a deposit handed over.

    `tallies` are the notes and coins, where they were counted; they must come to `amount_pt`.
    """

    kind: Literal["cash_in", "cash_out", "deposit"]
    stamp: Stamp
    amount_pt: int
    reason: str = ""
    to: str = ""
    reference: str = ""
    tallies: tuple[Tally, ...] = ()

    def sheet(self) -> Sheet:
        if self.tallies and self.amount_pt != sum(tally.face_pt * tally.count for tally in self.tallies):
            raise ValueError("amount_pt")
        return self.stamp.sheet(self.kind, self._blocks(), cash=True)

    def _blocks(self) -> Iterator[Block]:
        yield from self.stamp.facts()
        if self.to:
            yield Fact(said("paper.to"), typed(self.to), strong=True)
        if self.reference:
            yield Fact(said("paper.reference"), clean(self.reference), strong=True)
        if self.reason:
            yield Fact(said("paper.reason"), typed(self.reason))
        yield Rule()
        yield from self.tallies
        yield Amount(said(f"paper.{self.kind}.amount"), self.amount_pt, "total")
        yield Note(said("paper.count.before"))
        yield Signature(said("paper.sign.gives"))
        yield Signature(said("paper.sign.takes"))
