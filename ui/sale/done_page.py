"""S6: saved, printed, sent: three facts that never share a place. Nothing dangerous has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.bill_card import BillCard
from ui.widgets.cards import Card, StateRow, picture
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, fill, group, stacked
from ui.widgets.push_button import Button
from ui.widgets.qr_picture import QrPicture
from ui.widgets.theme import SIZES, hold, look

MOST_WITH_BILL = 2
MOST_CODES = 6


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid, line by line, as the paper has it."""

    lines: Sequence[Any]
    total_pt: int
    vat_pt: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was saved. Nothing of it changes any more."""

    request_id: str
    receipt: str
    code: str
    service: tuple[str, str]
    name: str
    saved_ms: int
    change_pt: int
    qr: str = ""
    paid: Paid | None = None
    served: tuple[tuple[tuple[str, str], str], ...] = ()
    """Of a visit of several requests: what each is called, and its code."""


@dataclass(frozen=True, slots=True)
class State:
    """What still changes. `paper` is a `kiosk.model.service_request.PrintState`, `trouble` why the printer waits."""

    paper: str
    trouble: KioskError | None = None
    sent: bool = False
    online: bool = False


class DonePage(Page):
    """Whether it is saved, printed and sent."""

    again_asked = Signal()
    home_asked = Signal()
    print_asked = Signal()
    answered = Signal(bool)

    def __init__(self, language: Language) -> None:
        super().__init__("pageDone", language)
        self.outcome: Outcome | None = None
        self._state: State | None = None
        self.bill = BillCard(language, total="bill.paid")
        self.follow(self.bill)
        banner, facts, following = self._banner(), self._facts(), self._next()
        aside = stacked(following, self.bill, 1, gap=8)
        fill(self.body, banner, (beside((facts, 3), (aside, 2)), 1))

    def _banner(self) -> QFrame:
        banner = QFrame()
        banner.setProperty("tone", "ok")
        self.headline = self.caption("done.title", "h1")
        self.summary, self.code = Text(role="body", wrap=True), Text(role="hint")
        self.change_label, self.change = Text(role="label", end=True), Text(role="huge", end=True)
        self.change.setObjectName("changeLabel")
        words = stacked(self.headline, self.summary, self.code, gap=None)
        give = stacked(self.change_label, self.change, gap=None)
        row = fill(QHBoxLayout(banner), picture("check", "ok", 44), (words, 1), give, gap=16)
        row.setContentsMargins(24, 8, 24, 8)
        return banner

    def _facts(self) -> Card:
        self.saved, self.printed, self.sent = StateRow("savedState"), StateRow("printedState"), StateRow("sentState")
        # Did the paper come out? Only a person can say.
        self.yes = self.button("paperYesButton", "print.yes", "Alt+1", partial(self.answered.emit, True))
        self.no = self.button("paperNoButton", "print.no", "Alt+2", partial(self.answered.emit, False))
        self.question = group(self.yes, self.no, 1, gap=8, sideways=True)
        self.question.setContentsMargins(48, 0, 48, 0)
        facts = stacked(self.saved, self.printed, self.question, self.sent, 1, gap=None)
        return Card(self.caption("done.state"), beside((facts, 1), self._photograph(), gap=None), 1)

    def _photograph(self) -> QVBoxLayout:
        """The code and what it is for, where there is no paper to give."""
        self.qr, self.qr_words = QrPicture("receiptQr"), self.paragraph("print.photograph")
        hold(self.qr_words, width=240)
        self.word(self.qr.setAccessibleName, "print.photograph")
        for widget in (self.qr, self.qr_words):
            widget.hide()
        return stacked(self.qr, self.qr_words, 1, gap=None)

    def _next(self) -> Card:
        again = Button("againButton", "primary")
        self.again = self.button(again, "home.again", "F2", self.again_asked.emit, foot="key.again")
        self.paper = self.button("printButton", "print.again", "F9", self.print_asked.emit, foot="key.print")
        home = self.button("homeButton", "done.home", "Esc", self.home_asked.emit)
        self.command("F3", "", self.home_asked.emit)
        self.first_widget = self.again
        return Card(self.caption("done.next"), self.again, home, self.paper, 1)

    # ---- data in

    def set_outcome(self, outcome: Outcome) -> None:
        self.outcome, self._state = outcome, None
        self.retold()

    def set_state(self, state: State) -> None:
        self._state = state
        self.retold()

    @override
    def retold(self) -> None:
        outcome = self.outcome
        if outcome is None:
            return
        self.again.word(self.say("home.again.visit" if len(outcome.served) > 1 else "home.again"), "F2")
        if outcome.paid is not None:
            self.bill.set_lines(outcome.paid.lines, outcome.paid.total_pt, outcome.paid.vat_pt)
        # At the largest text, and with many codes, what has to be done fills the screen; the paper has the lines.
        roomy = look().text < SIZES[-1] and len(outcome.served) <= MOST_WITH_BILL
        self.bill.setVisible(outcome.paid is not None and roomy)
        served, name = self._what(outcome), show.short_name(outcome.name)
        self.summary.setText(self.say("done.summary", receipt=isolate(outcome.receipt), service=served, name=name))
        self.code.setText(self._codes(outcome))
        self.change_label.setText(self.say("done.change" if outcome.change_pt else "done.nochange"))
        self.change.setText(show.money(self.language, outcome.change_pt))
        at = show.moment(outcome.saved_ms)
        self.saved.tell("save", "ok", self.say("done.saved"), self.say("done.saved.more", at=at))
        self._tell_state(self._state or State("waiting"))

    def _what(self, outcome: Outcome) -> str:
        count = len(outcome.served)
        if count > 1:
            return self.say("visit.count", n=count, count=show.number(count))
        return self.of(outcome.service)

    def _codes(self, outcome: Outcome) -> str:
        """A code for each request; of many those of the first, since all of them are on the paper."""
        if len(outcome.served) < 2:
            return self.say("done.code", code=isolate(outcome.code))
        lines = [f"{self.of(title)}: {isolate(code)}" for title, code in outcome.served[:MOST_CODES]]
        return "\n".join([*lines, *(["…"] if len(outcome.served) > MOST_CODES else [])])

    def _tell_state(self, state: State) -> None:
        tone = {"printed": "ok", "uncertain": "act", "failed": "act"}.get(state.paper, "wait")
        if state.trouble and state.paper == "waiting":
            tone = "act"
        more = self.say(f"print.is.{state.paper}.more")
        if state.trouble is not None:
            more = " ".join(show.explained(self.language, state.trouble)[::2])
        self.printed.tell("printer", tone, self.say(f"print.is.{state.paper}"), more)
        self.question.setVisible(state.paper == "uncertain")
        self._offer_photograph(state)
        if state.sent:
            self.sent.tell("sent", "ok", self.say("done.sent"), self.say("done.sent.more"))
        elif state.online:
            self.sent.tell("up", "wait", self.say("done.unsent"), self.say("done.unsent.online"))
        else:
            self.sent.tell("offline", "off", self.say("done.unsent"), self.say("done.unsent.offline"))

    def _offer_photograph(self, state: State) -> None:
        """The receipt's code, to be photographed from the screen while no printer gives it on paper."""
        qr = "" if self.outcome is None else self.outcome.qr
        wanted = bool(qr) and (state.paper == "failed" or (state.paper == "waiting" and bool(state.trouble)))
        if wanted:
            self.qr.set_text(qr)
        for widget in (self.qr, self.qr_words):
            widget.setVisible(wanted)

    @override
    def spoken(self) -> str:
        """Saved, and what to give back."""
        return f"{self.headline.text()} — {self.change_label.text()} — {self.change.text()}"
