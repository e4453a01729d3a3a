"""The shop's other tills: their requests looked at through the centre, and paid back here where the centre lets us.

Only with a line, and nothing is kept of what was found. Who wants to pay asks the centre for the *hold* first, which it
gives to one till; then the refund is written like any other, and names the till that sold (docs/adr/0014). The till
that sold asks too where it has a line, and pays without one as it always could.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from kiosk.cash.till_day import TillBooks
from kiosk.core import offline_limits
from kiosk.core.events import RequestsChanged
from kiosk.model import other_till_request
from kiosk.model.other_till_request import OtherTillRequest, RefundHold
from kiosk.model.paper_sheet import Proof, typed
from kiosk.model.service_request import Movement, Query, Request
from kiosk.model.store_changes import Change, PutElsewhere
from kiosk.ports.world import Line
from kiosk.printing.till_papers import Reversal
from kiosk.staff.sign_in import AtCounter, Login
from protocol.errors import Refused, Unavailable
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import RefundEntry
from protocol.texts import both
from protocol.values.arabic import one_line

T = TypeVar("T")
UNHEARD: Final = ("line_offline", "line_server_down")
"""Elsewhere they say that all is kept and goes up by itself. Here nothing was recorded, and no cash may be given."""


@dataclass(eq=False, repr=False)
class OtherTills(AtCounter):
    """Never on the thread of the screen, nor on that of the sales."""

    _books: TillBooks
    _line: Line
    _one_at_a_time: threading.Lock = field(init=False, default_factory=threading.Lock)
    """A second press may not give back what the first one pays under."""

    # ---- looking

    def search(self, query: Query) -> tuple[list[OtherTillRequest], bool]:
        """What the other tills sold, newest first, and whether there is more than that.

        Raises Unavailable("shop_offline") and what the line raises; Refused: shop_words, shop_filter.
        """
        asked = other_till_request.wanted(query)
        self._refuse_offline()
        question = {"v": 1, "op": self._people.working().operator.id, **asked}
        found, more = _answered(lambda: self._line.find(question), "shop_unanswered")
        return [self._with_ours(one) for one in found if not self._is_here(one)], more

    def _is_here(self, found: OtherTillRequest) -> bool:
        """Sold by this device in an earlier epoch, whose journal is here as well: the till's own list shows it."""
        return found.device == self._own_device() and self._store.journal.hash_at(found.seq, found.epoch) is not None

    def who(self, found: OtherTillRequest) -> str:
        """Who took it, by the name that this shop's people go by; "" for one it does not know any more."""
        known = self._context.in_force.operators().get(found.operator)
        return "" if known is None else known.name.ar

    def _with_ours(self, found: OtherTillRequest) -> OtherTillRequest:
        """Paid back here, though the centre may not have heard of it yet."""
        mine = self._store.days.reversal(found.epoch, found.seq, found.device)
        return found if mine is None else replace(found, paid_here_ms=mine.at_ms)

    # ---- paying back what another till sold

    def refuse_void(self, found: OtherTillRequest) -> None:
        """A void is the selling till's. Raises Refused: void_elsewhere (`till`)."""
        raise Refused("void_elsewhere", till=found.till)

    def refund(self, found: OtherTillRequest, reason: str = "") -> Movement:
        """Pay it back out of this till, with its own receipt; durable on return. `reason` is the centre's where empty.

        What this device sold before its computer was replaced is shown, and is no money of this till's.
        Raises Unavailable, and Refused: history_only, already_reversed, refund_…, drawer_short, day_closed.
        """
        self._people.working()
        if found.device == self._own_device():
            raise Refused("history_only", seq=found.seq)
        self._books.open_day()
        self._refuse_short(found)
        self._refuse_offline()
        with self._one_at_a_time:
            if self._with_ours(found).paid_here_ms:
                raise Refused("already_reversed", seq=found.seq)
            asked = self._asked(found.device, found.epoch, found.seq, found.id)
            hold = _answered(lambda: self._line.refund({**asked, "act": "hold"}), "refund_unanswered")
            return self._holding(asked, hold, lambda: self._pay(found, hold, reason))

    # ---- paying back our own

    def guarded(self, request_id: str, act: Callable[[], T], *, void: bool = False) -> T:
        """Do `act`, which pays back what was sold here, unless another till is about to: as far as can be asked.

        A `void` holds the request as well, so that nobody decides it meanwhile; one that has not come to the centre yet
        needs no word of it.
        Raises Refused: request_unknown, refund_held, refund_done, refund_undue, void_decided, and what `act` raises.
        """
        with self._one_at_a_time:
            request = self._store.requests.get(request_id)
            if request is None:
                raise Refused("request_unknown")
            hold = None if request.reversed else self._hold_own(request, void=void)
            if hold is None:
                return act()
            if request.elsewhere == "held":  # an older word: the hold is ours now, by a signed answer
                free = PutElsewhere(request.epoch, request.seq, "free", request.elsewhere_by, self._context.now_ms())
                self._context.journal.write([], [free])
            asked = self._asked(self._own_device(), request.epoch, request.seq, request.id)
            return self._holding(asked, hold, act)

    def _hold_own(self, request: Request, *, void: bool) -> RefundHold | None:
        """None where nobody answers: then this till pays on its own word, and what comes of it is a case."""
        asked = self._asked(self._own_device(), request.epoch, request.seq, request.id)
        try:
            return self._line.refund({**asked, "act": "void" if void else "hold"}) if self._line.online() else None
        except Unavailable:
            return None
        except Refused as why:
            if void and why.code == "refund_unknown":
                return None
            raise

    def _own_device(self) -> str:
        return self._context.in_force.statement().device_text

    # ---- how

    def _refuse_offline(self) -> None:
        if not self._line.online():
            raise Unavailable("shop_offline")

    def _refuse_short(self, found: OtherTillRequest) -> None:
        if found.method == "cash" and found.total_pt > self._books.book().expected_pt:
            raise Refused("drawer_short")

    def _asked(self, device: str, epoch: int, seq: int, one: str) -> dict[str, Any]:
        who = self._people.working().operator.id
        return {"v": 1, "op": who, "device": device, "epoch": epoch, "seq": seq, "id": one}

    def _holding(self, asked: Mapping[str, Any], hold: RefundHold, act: Callable[[], T]) -> T:
        """Act under the hold. It is given back only where it is certain that nothing was written under it.

        What was reversed before keeps it until that entry has gone up: the centre may not have heard of it.
        """
        try:
            return act()
        except Refused as why:
            if why.code == "already_reversed":
                raise
            with suppress(Unavailable, Refused):
                self._line.refund({**asked, "act": "release", "hold": hold.name})
            raise

    def _pay(self, found: OtherTillRequest, hold: RefundHold, reason: str) -> Movement:
        login, made = self._people.working(), list[Movement]()
        if hold.total_pt != found.total_pt:
            raise Refused("refund_undue")
        why = one_line(reason) or found.reason.ar
        with self._context.journal.turn():
            day = self._books.open_day()
            self._refuse_short(found)
            body = RefundEntry(
                author=login.author, id=found.id, device=found.device, epoch=found.epoch, seq=found.seq,
                total_pt=found.total_pt, method=found.method, day=day.key, reason=why, hold=hold.name,
            )  # fmt: skip

            def changes(record: Record) -> list[Change]:
                fields = record.fields
                moved = Movement(
                    "refund", fields.epoch, fields.seq, day.date, fields.wall_ms, login.operator.id, found.total_pt,
                    why, found.method == "cash", of_epoch=found.epoch, of_seq=found.seq, of_device=found.device,
                    day_number=day.number,
                )  # fmt: skip
                made.append(moved)
                paper = self._context.paper(self._paper(found, moved, record, login).sheet(), record)
                return [moved, paper, *offline_limits.refunded(self._store, found.total_pt)]

            self._context.journal.append(body, changes, money_pt=-found.total_pt)
        self._context.events.publish(RequestsChanged((found.id,)))
        return made[0]

    def _paper(self, found: OtherTillRequest, moved: Movement, record: Record, login: Login) -> Reversal:
        address = self._context.in_force.settings().public_address
        proof = Proof(f"{address}/r/{found.device[:8]}/{found.seq}/{found.entry_hash}", both("paper.scan"))
        return Reversal(
            "refund", self._books.stamp(login, record), found.number, found.at_ms, typed(found.service), found.lines,
            found.total_pt, moved.reason, proof=proof,
        )  # fmt: skip


def _answered(ask: Callable[[], T], code: str) -> T:
    """Raises Unavailable(`code`) where the line has brought no answer."""
    try:
        return ask()
    except Unavailable as why:
        if why.code in UNHEARD:
            raise Unavailable(code) from why
        raise
