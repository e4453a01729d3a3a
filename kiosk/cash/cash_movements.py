"""Cash that moves without a citizen: into the drawer, out of it, or handed over; each with its reason and its slip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from kiosk.cash.till_books import TillBooks
from kiosk.core.counter_context import CounterContext
from kiosk.core.events import SessionChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.day_book import Count
from kiosk.model.paper_sheet import Tally
from kiosk.model.service_request import Movement
from kiosk.model.store_changes import AddMovement, Change
from kiosk.printing.till_papers import CashSlip, Stamp
from kiosk.staff.sign_in import Login, StaffSession
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import CashEntry
from protocol.values.money import MAX_PT, refuse_beyond
from protocol.values.reasons import one_line

CashKind = Literal["cash_in", "cash_out", "deposit"]
ON_THE_WIRE: Final[Mapping[CashKind, Literal["in", "out", "deposit"]]] = {
    "cash_in": "in",
    "cash_out": "out",
    "deposit": "deposit",
}


@dataclass(frozen=True, slots=True)
class Moving:
    """Cash about to move. `party` is whom a deposit is handed to, `reference` its bank slip or envelope."""

    kind: CashKind
    amount_pt: int
    reason: str = ""
    party: str = ""
    reference: str = ""
    count: Count | None = None


class CashMovements:
    """The drawer, apart from sales."""

    def __init__(self, context: CounterContext, people: StaffSession, books: TillBooks) -> None:
        self._context = context
        self._people = people
        self._books = books

    def move(self, moving: Moving) -> Movement:
        """Record it with its slip; durable on return.

        Raises Refused: day_closed, money_range, reason_needed (a deposit needs whom it goes to instead), count_differs,
        drawer_short (the book knows of less in the drawer), drawer_full (it would come to more than any amount).
        """
        login, made = self._people.working(), _tidy(moving)
        _refuse_unsound(made)
        found: list[Movement] = []
        with self._context.journal.turn():
            book = self._books.book()
            if made.kind != "cash_in" and made.amount_pt > book.expected_pt:
                raise Refused("drawer_short")
            if made.kind == "cash_in" and made.amount_pt + book.expected_pt > MAX_PT:
                raise Refused("drawer_full", limit_pt=MAX_PT)
            body, key = _body(made, login, book.day.key), book.day.key

            def changes(records: Sequence[Record]) -> list[Change]:
                moved = _movement(records[0], made, login, key)
                found.append(moved)
                slip = _slip(made, self._books.stamp(login, records[0]))
                return [AddMovement(moved), self._books.paper(slip.sheet(), records[0])]

            self._context.journal.write([Writing(body, money_pt=0)], changes)
        self._context.events.publish(SessionChanged())
        return found[0]


def _tidy(moving: Moving) -> Moving:
    return Moving(
        moving.kind, moving.amount_pt, one_line(moving.reason), one_line(moving.party), one_line(moving.reference),
        moving.count,
    )  # fmt: skip


def _refuse_unsound(moving: Moving) -> None:
    refuse_beyond(moving.amount_pt, 1)
    if not (moving.party if moving.kind == "deposit" else moving.reason):
        raise Refused("party_needed" if moving.kind == "deposit" else "reason_needed")
    if moving.count is not None and moving.count.total_pt != moving.amount_pt:
        raise Refused("count_differs")


def _body(moving: Moving, login: Login, key: DayKey) -> CashEntry:
    return CashEntry(
        author=login.author, kind=ON_THE_WIRE[moving.kind], day=key, amount_pt=moving.amount_pt, reason=moving.reason,
        to=moving.party, reference=moving.reference, notes=() if moving.count is None else moving.count.notes(),
    )  # fmt: skip


def _movement(record: Record, moving: Moving, login: Login, key: DayKey) -> Movement:
    fields = record.fields
    return Movement(
        moving.kind, fields.epoch, fields.seq, key.date, fields.wall_ms, login.operator.id, moving.amount_pt,
        moving.reason, party=moving.party, reference=moving.reference, day_number=key.number,
    )  # fmt: skip


def _slip(moving: Moving, stamp: Stamp) -> CashSlip:
    tallies = () if moving.count is None else tuple(Tally(*face) for face in moving.count.faces)
    return CashSlip(moving.kind, stamp, moving.amount_pt, moving.reason, moving.party, moving.reference, tallies)
