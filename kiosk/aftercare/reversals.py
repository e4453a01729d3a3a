"""Money that goes back to a citizen: a void, of what was taken wrongly today, or a refund of what the centre rejected.

Neither changes the request: each is an entry of its own that names it, with its own paper. A request is reversed once,
which the store holds. A void takes two people; a refund has the centre's own word behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.cash.till_books import TillBooks
from kiosk.core import prepaid_float
from kiosk.core.counter_context import CounterContext
from kiosk.core.events import TransactionsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.citizen_receipt import Receipt, ReceiptService
from kiosk.model.paper_sheet import Proof, said, typed
from kiosk.model.service_request import Day, Movement, MovementKind, Request
from kiosk.model.store_changes import AddMovement, Change, SeenOutcome
from kiosk.printing.till_papers import Reversal
from kiosk.receiving.asked_of_centre import Subject
from kiosk.staff.centre_approvals import CentreApprovals
from kiosk.staff.sign_in import Login, StaffSession
from kiosk.staff.two_person_rule import NOBODY, SecondWord, TwoPersonRule, agreed, agreement_of, written
from protocol.errors import Refused
from protocol.journal import first_paper
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import RefundEntry, VoidEntry
from protocol.values.reasons import one_line
from protocol.values.scanned import fold_layout
from protocol.wire.statuses import CAME_BACK


@dataclass(frozen=True, slots=True)
class Reversing:
    """A request ready to be reversed: its own lines on its receipt, and what goes back."""

    request: Request
    receipt: Receipt
    served: ReceiptService
    day: Day


class Reversals:
    """Void and refund."""

    def __init__(
        self, context: CounterContext, people: StaffSession, books: TillBooks, approvals: CentreApprovals
    ) -> None:
        self._context = context
        self._store = context.store
        self._people = people
        self._books = books
        self._approvals = approvals
        self._check: dict[MovementKind, Callable[[str], Reversing]] = {"void": self.voidable, "refund": self.refundable}

    # ---- what may be reversed

    def voidable(self, request_id: str) -> Reversing:
        """Raises Refused: request_unknown, already_reversed, void_day (not of the open day), void_decided, void_epoch,
        receipt_none.
        """
        found = self._ready(request_id)
        request = found.request
        if request.date != found.day.date:
            raise Refused("void_day", date=request.date)
        if request.outcome is not None and request.outcome.status != "pending":
            raise Refused("void_decided")
        if request.epoch != self._store.journal.tail().chain.epoch:
            raise Refused("void_epoch")
        return found

    def refundable(self, request_id: str) -> Reversing:
        """Raises Refused: request_unknown, already_reversed, refund_undecided (it has not come back)."""
        found = self._ready(request_id)
        outcome = found.request.outcome
        if outcome is None or outcome.status not in CAME_BACK:
            raise Refused("refund_undecided")
        return found

    def alone(self) -> bool:
        """Whether nobody else may work here, so that the citizen's own paper stands for a second person."""
        return len(self._people.seats()) == 1

    def of(self, request: Request) -> Movement | None:
        """What has reversed it, if anything has."""
        return self._store.days.reversal(request.epoch, request.seq)

    # ---- doing it

    def void(self, request_id: str, reason: str, agreement: SecondWord = NOBODY) -> Movement:
        """Reverse a request of today, with its own receipt; durable on return.

        Raises as `voidable`, and Refused: reason_needed, supervisor_needed, paper_needed, drawer_short, as `vouch`
        and as `CentreApprovals.agreed`.
        """
        login, found, reason = self._people.working(), self.voidable(request_id), one_line(reason)
        if not reason:
            raise Refused("reason_needed")
        second = self._second(login, found, agreement)
        request = found.request
        paper = first_paper.of_line(first_paper.scanned(fold_layout(agreement.paper)), request.line)
        body = VoidEntry(
            author=login.author, agreement=agreement_of(second), id=request.id, seq=request.seq,
            total_pt=request.total_pt, method=request.method, day=found.day.key, reason=reason,
            paper="" if second else paper,
        )  # fmt: skip
        return self._write("void", found, body, login, second)

    def refund(self, request_id: str, reason: str = "") -> Movement:
        """Give back what the centre rejected, and close that task; durable on return.

        `reason` is the centre's own where nothing is typed. Raises as `refundable`, and Refused("drawer_short").
        """
        login, found = self._people.working(), self.refundable(request_id)
        request, outcome = found.request, found.request.outcome
        assert outcome is not None  # noqa: S101 - refundable saw it
        body = RefundEntry(
            author=login.author, id=request.id, epoch=request.epoch, seq=request.seq, total_pt=request.total_pt,
            method=request.method, day=found.day.key, reason=one_line(reason) or outcome.reason_ar,
        )  # fmt: skip
        return self._write("refund", found, body, login, None)

    # ---- how

    def _ready(self, request_id: str) -> Reversing:
        request, day = self._store.requests.get(request_id), self._books.open_day()
        if request is None:
            raise Refused("request_unknown")
        if request.reversed:
            raise Refused("already_reversed", seq=request.seq)
        receipt = self._store.print_jobs.receipt(
            request.epoch, request.seq - request.line + 1
        )  # a visit's paper is its first's
        served = None if receipt is None else next((s for s in receipt.served if s.seq == request.seq), None)
        if receipt is None or served is None:
            raise Refused("receipt_none", seq=request.seq)
        return Reversing(request, receipt, served, day)

    def _second(self, login: Login, found: Reversing, agreement: SecondWord) -> TwoPersonRule | None:
        if agreement.approval:
            return self._approvals.agreed(agreement.approval, asking(found.request))
        if not self.alone():
            return agreed(self._people, login, agreement)
        if first_paper.scanned(fold_layout(agreement.paper)) != self._context.journal.original(found.request.visit):
            raise Refused("paper_needed")
        return None

    def _write(
        self, kind: MovementKind, found: Reversing, body: VoidEntry | RefundEntry, login: Login,
        second: TwoPersonRule | None,
    ) -> Movement:  # fmt: skip
        request, made = found.request, list[Movement]()
        cash = request.method == "cash"

        def changes(records: Sequence[Record]) -> list[Change]:
            fields = records[0].fields
            moved = Movement(
                kind, fields.epoch, fields.seq, found.day.date, fields.wall_ms, login.operator.id, request.total_pt,
                body.reason, cash, "" if second is None else second.operator,
                of_epoch=request.epoch, of_seq=request.seq, day_number=found.day.number,
            )  # fmt: skip
            made.append(moved)
            paper = self._paper(kind, found, moved, records[0], login, second)
            done: list[Change] = [AddMovement(moved), self._books.paper(paper.sheet(), records[0])]
            if kind == "refund":
                done += [
                    SeenOutcome(request.epoch, request.seq),
                    *prepaid_float.refunded(self._store, request.total_pt),
                ]
            return [*done, *written(second)]

        with self._context.journal.turn():
            if self._books.open_day().key != found.day.key:
                raise Refused("day_moved")  # it was closed while somebody typed, and perhaps another one opened
            self._check[kind](request.id)  # the centre may have decided while a PIN was reckoned
            if cash and request.total_pt > self._books.book().expected_pt:
                raise Refused("drawer_short")
            self._context.journal.write([Writing(body, money_pt=-request.total_pt)], changes)
        self._context.events.publish(TransactionsChanged((request.id,)))
        return made[0]

    def _paper(
        self,
        kind: MovementKind,
        found: Reversing,
        moved: Movement,
        record: Record,
        login: Login,
        second: TwoPersonRule | None,
    ) -> Reversal:
        receipt, served = found.receipt, found.served
        number = f"{receipt.short_device}-{served.seq}"
        return Reversal(
            "void" if kind == "void" else "refund", self._books.stamp(login, record), number, receipt.created_ms,
            typed(served.service_ar, served.service_en), served.lines, moved.amount_pt, moved.reason,
            "" if second is None else second.name_ar,
            proof=Proof(receipt.qr, said("paper.scan")) if served.seq == receipt.seq else None,
        )  # fmt: skip


def asking(request: Request) -> Subject:
    """What the centre is asked to agree to, for a void."""
    return Subject("void", request.seq, request.epoch, request.total_pt)
