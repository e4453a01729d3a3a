"""Money that goes back to a citizen: a void, of what was taken wrongly today, or a refund of what the centre rejected.

Neither changes the request: each is an entry of its own that names it, with its own paper. A request is reversed once,
which the store holds. A void takes two people; a refund follows the centre's own decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk.cash.till_day import TillBooks
from kiosk.core import offline_limits
from kiosk.core.events import RequestsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.citizen_receipt import Receipt, ReceiptService
from kiosk.model.paper_sheet import Proof, typed
from kiosk.model.service_request import Day, Movement, Request
from kiosk.model.store_changes import Change, SeenDecision
from kiosk.ports.store import RequestReader
from kiosk.printing.till_papers import Reversal, Stamp
from kiosk.receiving.asked_of_centre import Subject
from kiosk.staff.centre_approvals import NOBODY, NOBODY_ELSE, Agreed, Approver, CentreApprovals, by_second_person
from kiosk.staff.sign_in import AtCounter, Login
from protocol.errors import Refused
from protocol.journal import first_paper
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import RefundEntry, VoidEntry
from protocol.texts import both, say
from protocol.values.arabic import one_line
from protocol.values.scanned import fold_layout
from protocol.wire.statuses import CAME_BACK


def transferable(requests: RequestReader, corrects: str, total_pt: int) -> Request | None:
    """The request `corrects`, if its fee can be transferred to one that costs `total_pt`."""
    old = requests.get(corrects) if corrects else None
    if old is None or old.decision is None or old.decision.status not in CAME_BACK:
        return None
    return None if old.reversed or old.elsewhere or old.total_pt != total_pt or not total_pt else old


def transfer(old: Request, login: Login, day: DayKey, by: str) -> Writing:
    """The entry that pays `old` back to the request `by`, which is typed in place of it (docs/adr/0014).

    The old one is paid back and the new one paid in one commit, by the same way and the same amount: every book, paper
    and sum counts a refund and a sale, and no cash moves. Where the amounts differ nothing is transferred: the new fee
    is taken whole, and the old one stays a task until it is given back.
    """
    body = RefundEntry(
        author=login.author, id=old.id, epoch=old.epoch, seq=old.seq, total_pt=old.total_pt, method=old.method,
        day=day, reason=transfer_reason(), by=by,
    )  # fmt: skip
    return Writing(body, money_pt=-old.total_pt)


def transfer_reason() -> str:
    return say("ar", "transfer.reason")


def transfer_changes(old: Request, login: Login, day: DayKey, record: Record) -> list[Change]:
    """What goes with that entry: the movement, and the task that is done."""
    fields = record.fields
    moved = Movement(
        "refund", fields.epoch, fields.seq, day.date, fields.wall_ms, login.operator.id, old.total_pt,
        transfer_reason(), old.method == "cash", of_epoch=old.epoch, of_seq=old.seq, day_number=day.number,
    )  # fmt: skip
    return [moved, SeenDecision(old.epoch, old.seq)]


@dataclass(frozen=True, slots=True)
class Reversing:
    """A request ready to be reversed: its own lines on its receipt, and what goes back."""

    request: Request
    receipt: Receipt
    served: ReceiptService
    day: Day

    def paper(self, kind: Literal["void", "refund"], stamp: Stamp, reason: str, agreed_by: str) -> Reversal:
        receipt, served = self.receipt, self.served
        proof = Proof(receipt.qr, both("paper.scan")) if served.seq == receipt.seq else None
        return Reversal(
            kind, stamp, receipt.number_of(served), receipt.created_ms,
            typed(served.service), served.lines, self.request.total_pt, reason, agreed_by,
            proof=proof,
        )  # fmt: skip


@dataclass(eq=False, repr=False)
class Reversals(AtCounter):
    """Void and refund."""

    _books: TillBooks
    _approvals: CentreApprovals

    # ---- what may be reversed

    def voidable(self, request_id: str) -> Reversing:
        """Raises Refused: request_unknown, already_reversed, void_day (not of the open day), void_decided, void_epoch,
        receipt_none.
        """
        found = self._ready(request_id)
        request = found.request
        if request.date != found.day.date:
            raise Refused("void_day", date=request.date)
        if request.decision is not None and request.decision.status != "pending":
            raise Refused("void_decided")
        if request.epoch != self._context.store.journal.tail().chain.epoch:
            raise Refused("void_epoch")
        return found

    def refundable(self, request_id: str) -> Reversing:
        """Raises Refused: request_unknown, already_reversed, refund_undecided (it has not come back)."""
        found = self._ready(request_id)
        decision = found.request.decision
        if decision is None or decision.status not in CAME_BACK:
            raise Refused("refund_undecided")
        return found

    def alone(self) -> bool:
        """Whether nobody else may work here, so that the citizen's own paper stands for a second person."""
        return len(self._people.seats()) == 1

    def of(self, request: Request) -> Movement | None:
        """What has reversed it, if anything has."""
        return self._context.store.days.reversal(request.epoch, request.seq)

    # ---- doing it

    def void(self, request_id: str, reason: str, approver: Approver = NOBODY) -> Movement:
        """Reverse a request of today, with its own receipt; durable on return.

        Raises as `voidable`, and Refused: reason_needed, supervisor_needed, paper_needed, drawer_short, as `vouch`
        and as `CentreApprovals.agreed`.
        """
        login, found, reason = self._people.working(), self.voidable(request_id), one_line(reason)
        if not reason:
            raise Refused("reason_needed")
        agreed = self._agreed(login, found, approver)
        request = found.request
        paper = first_paper.of_line(first_paper.scanned(fold_layout(approver.paper)), request.line)
        body = VoidEntry(
            author=login.author, agreement=agreed.agreement, id=request.id, seq=request.seq,
            total_pt=request.total_pt, method=request.method, day=found.day.key, reason=reason,
            paper=paper if agreed is NOBODY_ELSE else "",
        )  # fmt: skip
        return self._write("void", found, body, login, agreed)

    def refund(self, request_id: str, reason: str = "") -> Movement:
        """Give back what the centre rejected, and close that task; durable on return.

        `reason` is the centre's own where nothing is typed. Raises as `refundable`, and Refused("drawer_short").
        """
        login, found = self._people.working(), self.refundable(request_id)
        request, decision = found.request, found.request.decision
        assert decision is not None  # noqa: S101 - refundable saw it
        body = RefundEntry(
            author=login.author, id=request.id, epoch=request.epoch, seq=request.seq, total_pt=request.total_pt,
            method=request.method, day=found.day.key, reason=one_line(reason) or decision.reason_ar,
        )  # fmt: skip
        return self._write("refund", found, body, login, NOBODY_ELSE)

    # ---- how

    def _ready(self, request_id: str) -> Reversing:
        request, day = self._context.store.requests.get(request_id), self._books.open_day()
        if request is None:
            raise Refused("request_unknown")
        if request.reversed:
            raise Refused("already_reversed", seq=request.seq)
        first = request.seq - request.line + 1  # whose paper is that of the whole visit
        receipt = self._context.store.print_jobs.receipt(request.epoch, first)
        served = None if receipt is None else next((s for s in receipt.served if s.seq == request.seq), None)
        if receipt is None or served is None:
            raise Refused("receipt_none", seq=request.seq)
        return Reversing(request, receipt, served, day)

    def _agreed(self, login: Login, found: Reversing, approver: Approver) -> Agreed:
        if approver.approval:
            return self._approvals.agreed(approver.approval, void_subject(found.request))
        if not self.alone():
            return by_second_person(self._people, login, approver)
        if first_paper.scanned(fold_layout(approver.paper)) != self._context.journal.original(found.request.visit):
            raise Refused("paper_needed")
        return NOBODY_ELSE

    def _write(
        self, kind: Literal["void", "refund"], found: Reversing, body: VoidEntry | RefundEntry, login: Login,
        agreed: Agreed,
    ) -> Movement:  # fmt: skip
        request, made = found.request, list[Movement]()
        cash = request.method == "cash"

        def changes(record: Record) -> list[Change]:
            fields = record.fields
            moved = Movement(
                kind, fields.epoch, fields.seq, found.day.date, fields.wall_ms, login.operator.id, request.total_pt,
                body.reason, cash, agreed.operator,
                of_epoch=request.epoch, of_seq=request.seq, day_number=found.day.number,
            )  # fmt: skip
            made.append(moved)
            paper = found.paper(kind, self._books.stamp(login, record), body.reason, agreed.name)
            done: list[Change] = [moved, self._context.paper(paper.sheet(), record)]
            if kind == "refund":
                done += offline_limits.refunded(self._context.store, request.total_pt)
                done.append(SeenDecision(request.epoch, request.seq))
            return [*done, *agreed.changes()]

        with self._context.journal.turn():
            if self._books.open_day().key != found.day.key:
                raise Refused("day_moved")  # it was closed while somebody typed, and perhaps another one opened
            check = self.voidable if kind == "void" else self.refundable
            check(request.id)  # the centre may have decided while a PIN was reckoned
            if cash and request.total_pt > self._books.book().expected_pt:
                raise Refused("drawer_short")
            self._context.journal.append(body, changes, money_pt=-request.total_pt)
        self._context.events.publish(RequestsChanged((request.id,)))
        return made[0]


def void_subject(request: Request) -> Subject:
    """What the centre is asked to agree to, for a void."""
    return Subject("void", request.seq, request.epoch, request.total_pt)
