"""S6: saved, printed, sent: three facts that never share a place. Nothing dangerous has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.bill_card import BillCard
from ui.widgets.cards import Card, picture
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.qr_picture import QrPicture
from ui.widgets.state_row import StateRow
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
    again_asked = Signal()
    home_asked = Signal()
    print_asked = Signal()
    answered = Signal(bool)

    def __init__(self, language: Language) -> None:
        super().__init__("pageDone", language)
        self.outcome: Outcome | None = None
        self._state: State | None = None
        self.body.addWidget(self._banner())
        row = QHBoxLayout()
        row.setSpacing(20)
        self.bill = BillCard(language, total="bill.paid")
        aside = QVBoxLayout()
        aside.setSpacing(8)
        aside.addWidget(self._next())
        aside.addWidget(self.bill)
        aside.addStretch(1)
        row.addWidget(self._facts(), 3)
        row.addLayout(aside, 2)
        self.body.addLayout(row, 1)

    def _banner(self) -> QFrame:
        banner = QFrame()
        banner.setProperty("tone", "ok")
        row = QHBoxLayout(banner)
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(16)
        words = QVBoxLayout()
        self.headline = Text(role="h1")
        self.word(self.headline.setText, "done.title")
        self.summary = Text(role="body", wrap=True)
        self.code = Text(role="hint")
        for label in (self.headline, self.summary, self.code):
            words.addWidget(label)
        give = QVBoxLayout()
        self.change_label = Text(role="label", end=True)
        self.change = Text(role="huge", end=True)
        self.change.setObjectName("changeLabel")
        give.addWidget(self.change_label)
        give.addWidget(self.change)
        mark: QLabel = picture("check", "ok", 44)
        row.addWidget(mark)
        row.addLayout(words, 1)
        row.addLayout(give)
        return banner

    def _facts(self) -> Card:
        card = Card()
        heading = Text(role="h2")
        self.word(heading.setText, "done.state")
        card.column.addWidget(heading)
        self.saved, self.printed, self.sent = StateRow("savedState"), StateRow("printedState"), StateRow("sentState")
        beside, facts = QHBoxLayout(), QVBoxLayout()
        beside.addLayout(facts, 1)
        beside.addLayout(self._photograph())
        card.column.addLayout(beside)
        facts.addWidget(self.saved)
        facts.addWidget(self.printed)
        facts.addWidget(self._question())
        facts.addWidget(self.sent)
        facts.addStretch(1)
        card.column.addStretch(1)
        return card

    def _question(self) -> QWidget:
        """Did the paper come out? Only a person can say."""
        self.question = QWidget()
        self.question.setProperty("ground", "none")
        ask = QHBoxLayout(self.question)
        ask.setContentsMargins(48, 0, 48, 0)
        ask.setSpacing(8)
        self.yes, self.no = Button("paperYesButton"), Button("paperNoButton")
        self.word(self.yes.word, "print.yes", "Alt+1")
        self.word(self.no.word, "print.no", "Alt+2")
        self.yes.clicked.connect(lambda: self.answered.emit(True))
        self.no.clicked.connect(lambda: self.answered.emit(False))
        ask.addWidget(self.yes)
        ask.addWidget(self.no)
        ask.addStretch(1)
        return self.question

    def _photograph(self) -> QVBoxLayout:
        """The code and what it is for, where there is no paper to give."""
        column = QVBoxLayout()
        self.qr, self.qr_words = QrPicture("receiptQr"), Text(role="hint", wrap=True)
        hold(self.qr_words, width=240)
        self.word(self.qr_words.setText, "print.photograph")
        self.word(self.qr.setAccessibleName, "print.photograph")
        column.addWidget(self.qr)
        column.addWidget(self.qr_words)
        column.addStretch(1)
        for widget in (self.qr, self.qr_words):
            widget.hide()
        return column

    def _next(self) -> Card:
        card = Card()
        heading = Text(role="h2")
        self.word(heading.setText, "done.next")
        card.column.addWidget(heading)
        self.again = Button("againButton", "primary")
        home, self.paper = Button("homeButton"), Button("printButton")
        for button, key, name, signal in (
            (self.again, "F2", "home.again", self.again_asked),
            (home, "Esc", "done.home", self.home_asked),
            (self.paper, "F9", "print.again", self.print_asked),
        ):
            self.word(button.word, name, key)
            button.clicked.connect(signal)
            card.column.addWidget(button)
        card.column.addStretch(1)
        return card

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
        self.bill.set_language(self.language)
        self.again.word(self.say("home.again.visit" if len(outcome.served) > 1 else "home.again"), "F2")
        if outcome.paid is not None:
            self.bill.set_lines(outcome.paid.lines, outcome.paid.total_pt, outcome.paid.vat_pt)
        # At the largest text, and with many codes, what has to be done fills the screen; the paper has the lines.
        roomy = look().text < SIZES[-1] and len(outcome.served) <= MOST_WITH_BILL
        self.bill.setVisible(outcome.paid is not None and roomy)
        self.summary.setText(
            self.say(
                "done.summary",
                receipt=isolate(outcome.receipt),
                service=self._what(outcome),
                name=show.short_name(outcome.name),
            )
        )
        self.code.setText(self._codes(outcome))
        self.change_label.setText(self.say("done.change" if outcome.change_pt else "done.nochange"))
        self.change.setText(show.money(self.language, outcome.change_pt))
        self.saved.tell(
            "save", "ok", self.say("done.saved"), self.say("done.saved.more", at=show.moment(outcome.saved_ms))
        )
        self._tell_state(self._state or State("waiting"))

    def _what(self, outcome: Outcome) -> str:
        count = len(outcome.served)
        if count > 1:
            return self.say("visit.count", n=count, count=show.number(count))
        return outcome.service[0 if self.language == "ar" else 1]

    def _codes(self, outcome: Outcome) -> str:
        """A code for each request; of many those of the first, since all of them are on the paper."""
        if len(outcome.served) < 2:
            return self.say("done.code", code=isolate(outcome.code))
        place = 0 if self.language == "ar" else 1
        lines = [f"{title[place]}: {isolate(code)}" for title, code in outcome.served[:MOST_CODES]]
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

    @override
    def first(self) -> QWidget:
        return self.again

    def _answers(self) -> list[Action]:
        """The question's keys, while it is asked."""
        if self._state is None or self._state.paper != "uncertain":
            return []
        return [Action("Alt+1", "print.yes", self.yes.click), Action("Alt+2", "print.no", self.no.click)]

    @override
    def commands(self) -> list[Action]:
        return [
            *self._answers(),
            Action("F2", "key.again", self.again_asked.emit),
            Action("F9", "key.print", self.print_asked.emit),
            Action("Esc", "done.home", self.home_asked.emit),
            Action("F3", "", self.home_asked.emit),
        ]
