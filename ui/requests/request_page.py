"""S8: one request: its lines, what happened to it, its paper again. What names the citizen shows on a key, logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtGui import QHideEvent

from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import Request
from protocol.catalogue.services import PublicService
from protocol.override import override
from protocol.texts import Language
from protocol.values.masked import mask
from ui.requests.request_words import History, reason
from ui.shell import DataPage
from ui.widgets import Both, Card, Data, show
from ui.widgets.bill_card import BillCard
from ui.widgets.layouts import beside


@dataclass(frozen=True, slots=True)
class Detail:
    """A request opened. `answers` stay masked until asked for.

    `rejected`: somebody of the shop has to deal with it; `reversible` is void, refund or "" where neither may be.
    """

    request: Request
    service: PublicService
    receipt: str
    lines: Sequence[ReceiptLine]
    vat_pt: int
    history: Sequence[History]
    rejected: bool
    reversible: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """The answers in full: (label, answer), each in both languages."""

    answers: Sequence[tuple[Both, Both]] = field(repr=False)


class OneRequestPage(DataPage[Data]):
    """What is known of a request, what happened to it and what it cost: of this till or of another."""

    def tables(self, facts: str, history: str, shares: tuple[int, int]) -> Card:
        """Two tables of these names, one above the other, with their shares of the room."""
        self.facts, self.history = self.rows(facts, "detail.answers"), self.rows(history, "detail.history")
        self.bill = self.follow(BillCard(self.language, total="bill.paid"))
        return Card(
            self.label(self.facts, "detail.answers", "h2"), (self.facts, shares[0]),
            self.label(self.history, "detail.history", "h2"), (self.history, shares[1]),
        )  # fmt: skip

    def fill_history(self, history: Sequence[History]) -> None:
        self.history.fill([(show.moment(at), self.say(key, **values)) for at, key, values in history])


class RequestPage(OneRequestPage[Detail]):
    """A request of this till, and its paper."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageDetail", language)
        self._revealed: Revealed | None = None
        tables = self.tables("detailAnswers", "detailHistory", (2, 1))
        self.first_widget = self.facts
        self.reveal = self.button("revealButton", "detail.reveal", "F4", foot="key.reveal")
        self.reprint = self.button("reprintButton", "print.copy", "F9", foot="key.print")
        self.reverse = self.button("reverseButton", "detail.void", "Alt+1", foot="")
        self.aftercare = self.button("aftercareButton", "detail.what", "Alt+2", foot="")
        self.dealt = self.button("dealtButton", "detail.dealt", "")
        ways = beside((self.dealt, 1), (self.back_button(), 1), gap=8)  # all and the bill stand above the edge
        # The last one is apart from the common ones: nobody shall hit it by habit.
        actions = (self.bill, self.reprint, self.reveal, self.aftercare, ways, 1, self.reverse)
        self.split(tables, *actions, width=360, gap=8)

    @override
    def set_data(self, data: Detail) -> None:
        self._revealed = None
        self.bill.set_lines(data.lines, data.request.total_pt, data.vat_pt)
        super().set_data(data)

    def set_revealed(self, revealed: Revealed | None) -> None:
        """None: nothing in full stays on a page that is not looked at."""
        self._revealed = revealed
        self.retold()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.set_revealed(None)
        super().hideEvent(event)

    @override
    def show_data(self, data: Detail) -> None:
        receipt = self.say("detail.receipt", receipt=show.isolate(data.receipt))
        code = self.say("done.code", code=show.isolate(data.request.code))
        self.entitle(data.service.title[self.language], f"{receipt} · {code}")
        if self._revealed is not None:
            self.facts.fill([(self.of(label), self.of(answer)) for label, answer in self._revealed.answers])
        else:
            self.facts.fill([(self.say(key), answer or "—") for key, answer in self._masked(data.request)])
        self.fill_history(data.history)
        self.dealt.setVisible(data.rejected)
        self.reverse.setVisible(bool(data.reversible))
        if data.reversible:
            self.reverse.word(self.say(f"detail.{data.reversible}"), "Alt+1")
        if data.rejected:
            self.show_words(lambda: ("act", self.say("state.rejected"), self.of(reason(data.request))))

    def _masked(self, request: Request) -> list[tuple[str, str]]:
        rows = [
            ("list.citizen", show.short_name(request.name)),
            ("detail.nid", show.number(mask(request.national_id)) if request.national_id else ""),
            ("detail.mobile", show.number(mask(request.mobile)) if request.mobile else ""),
            ("detail.sent", self.say("state.sent" if request.sent else "state.unsent")),
            ("detail.paper", self.say(f"print.is.{request.paper.value}" if request.paper else "print.is.none")),
            ("detail.copies", show.number(request.copies)),
        ]
        if request.elsewhere:  # another till pays it back, or has done so
            till = show.number(request.elsewhere_by)
            rows.append(("detail.elsewhere", self.say(f"detail.elsewhere.{request.elsewhere}", till=till)))
        return rows
