"""S6: saved, printed, sent: three facts that never share a place. Nothing dangerous has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from kiosk.selling.sale_recorder import RecordedSale
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.shell import DataPage
from ui.widgets import Button, Card, StateRow, Text, at_largest, hold, picture, show
from ui.widgets.bill_card import BillCard
from ui.widgets.layouts import beside, fill, group, reveal, stacked
from ui.widgets.qr_picture import QrPicture

MOST_WITH_BILL = 2
MOST_CODES = 6


@dataclass(frozen=True, slots=True)
class State:
    """What still changes. `paper` is a `kiosk.model.service_request.PrintState`, `trouble` why the printer waits."""

    paper: str
    trouble: KioskError | None = None
    sent: bool = False
    online: bool = False


class DonePage(DataPage[RecordedSale]):
    """Whether it is saved, printed and sent."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageDone", language)
        self._state = State("waiting")
        self.bill = self.follow(BillCard(language, total="bill.paid"))
        banner, facts, following = self._banner(), self._facts(), self._next()
        self.body.addWidget(banner)
        self.halves(facts, stacked(following, self.bill, 1, gap=8))

    def _banner(self) -> QFrame:
        banner = QFrame()
        banner.setProperty("tone", "ok")
        self.headline = self.caption("done.title", "h1")
        self.summary, self.code = Text(role="body", wrap=True), Text(role="hint")
        self.change_label, self.change = Text(role="label", end=True), Text(role="huge", end=True)
        self.change.setObjectName("changeLabel")
        words = stacked(self.headline, self.summary, self.code, gap=None)
        give = stacked(self.change_label, self.change, gap=None)
        row = fill(QHBoxLayout(banner), picture("ok", "ok", 44), (words, 1), give, gap=16)
        row.setContentsMargins(24, 8, 24, 8)
        return banner

    def _facts(self) -> Card:
        self.saved, self.printed, self.sent = StateRow("savedState"), StateRow("printedState"), StateRow("sentState")
        # Did the paper come out? Only a person can say.
        self.yes = self.button("paperYesButton", "print.yes", "Alt+1")
        self.no = self.button("paperNoButton", "print.no", "Alt+2")
        self.question = group(self.yes, self.no, 1, gap=8, sideways=True)
        self.question.setContentsMargins(48, 0, 48, 0)
        facts = stacked(self.saved, self.printed, self.question, self.sent, 1, gap=None)
        return Card(self.caption("done.state"), beside((facts, 1), self._photograph(), gap=None), 1)

    def _photograph(self) -> QVBoxLayout:
        """The code and what it is for, where there is no paper to give."""
        self.qr, self.qr_words = QrPicture("receiptQr"), self.paragraph("print.photograph")
        hold(self.qr_words, width=240)
        self.word(self.qr.setAccessibleName, "print.photograph")
        reveal(False, self.qr, self.qr_words)
        return stacked(self.qr, self.qr_words, 1, gap=None)

    def _next(self) -> Card:
        self.first_widget = self.again = self.button(
            Button("againButton", "primary"), "home.again", "F2", foot="key.again"
        )
        self.paper = self.button("printButton", "print.again", "F9", foot="key.print")
        self.home = self.button("homeButton", "done.home", "Esc")
        self.command("F3", "", self.home.click)
        return Card(self.caption("done.next"), self.again, self.home, self.paper, 1)

    # ---- data in

    @override
    def set_data(self, data: RecordedSale) -> None:
        self._state = State("waiting")
        super().set_data(data)

    def set_state(self, state: State) -> None:
        self._state = state
        self.retold()

    @override
    def show_data(self, data: RecordedSale) -> None:
        receipt, several = data.receipt, len(data.receipt.served) > 1
        self.again.word(self.say("home.again.visit" if several else "home.again"), "F2")
        self.bill.set_lines(_lines(receipt), receipt.total_pt, receipt.vat_pt)
        # At the largest text, and with many codes, what has to be done fills the screen; the paper has the lines.
        self.bill.setVisible(not at_largest() and len(receipt.served) <= MOST_WITH_BILL)
        served, name = self._what(receipt), show.short_name(receipt.name)
        self.summary.setText(self.say("done.summary", receipt=show.isolate(receipt.number), service=served, name=name))
        self.code.setText(self._codes(receipt))
        self.change_label.setText(self.say("done.change" if receipt.change_pt else "done.nochange"))
        self.change.setText(show.money(self.language, receipt.change_pt))
        at = show.moment(receipt.created_ms)
        self.saved.tell("save", "ok", self.say("done.saved"), self.say("done.saved.more", at=at))
        self._show_state(self._state, receipt.qr)

    def _what(self, receipt: Receipt) -> str:
        count = len(receipt.served)
        if count > 1:
            return self.say("visit.count", n=count, count=show.number(count))
        return self._name(receipt.served[0])

    def _name(self, one: ReceiptService) -> str:
        return self.of((one.service.ar, one.service.en))

    def _codes(self, receipt: Receipt) -> str:
        """A code for each request; of many those of the first, since all of them are on the paper."""
        served = receipt.served
        if len(served) < 2:
            return self.say("done.code", code=show.isolate(receipt.code))
        lines = [f"{self._name(one)}: {show.isolate(one.code)}" for one in served[:MOST_CODES]]
        return "\n".join([*lines, *(["…"] if len(served) > MOST_CODES else [])])

    def _show_state(self, state: State, qr: str) -> None:
        tone = {"printed": "ok", "uncertain": "act", "failed": "act"}.get(state.paper, "wait")
        if state.trouble and state.paper == "waiting":
            tone = "act"
        more = self.say(f"print.is.{state.paper}.more")
        if state.trouble is not None:
            more = " ".join(show.explained(self.language, state.trouble)[::2])
        self.printed.tell("print", tone, self.say(f"print.is.{state.paper}"), more)
        self.question.setVisible(state.paper == "uncertain")
        self._offer_photograph(state, qr)
        if state.sent:
            self.sent.tell("checks", "ok", self.say("done.sent"), self.say("done.sent.more"))
        elif state.online:
            self.sent.tell("up", "wait", self.say("done.unsent"), self.say("done.unsent.online"))
        else:
            self.sent.tell("offline", "off", self.say("done.unsent"), self.say("done.unsent.offline"))

    def _offer_photograph(self, state: State, qr: str) -> None:
        """The receipt's code, to be photographed from the screen while no printer gives it on paper."""
        wanted = state.paper == "failed" or (state.paper == "waiting" and bool(state.trouble))
        if wanted:
            self.qr.set_text(qr)
        reveal(wanted, self.qr, self.qr_words)

    @override
    def spoken(self) -> str:
        """Saved, and what to give back."""
        return f"{self.headline.text()} — {self.change_label.text()} — {self.change.text()}"


def _lines(receipt: Receipt) -> Sequence[ReceiptLine]:
    """The fee lines of a single request; of a visit what each service came to."""
    if len(receipt.served) == 1:
        return receipt.served[0].lines
    return [ReceiptLine(one.service.ar, one.service.en, one.subtotal_pt, "service") for one in receipt.served]
