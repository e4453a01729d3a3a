"""S8: one request: its lines, what happened to it, its paper again. What names the citizen shows on a key, logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.bill_card import BillCard
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

Both = tuple[str, str]
"""Arabic and English."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A request opened. `history` are (moment, text key, values); `answers` stay masked until asked for.

    `reversible` is void, refund or "" where neither may be.
    """

    id: str
    receipt: str
    code: str
    service: tuple[str, str]
    lines: Sequence[Any]
    total_pt: int
    vat_pt: int
    masked: Sequence[tuple[str, Both]]
    history: Sequence[tuple[int, str, dict[str, object]]]
    reason: tuple[str, str] = ("", "")
    rejected: bool = False
    reversible: str = ""


@dataclass(frozen=True, slots=True)
class Revealed:
    """The answers in full: (label, answer), each in both languages."""

    answers: Sequence[tuple[Both, Both]] = field(repr=False)


class RequestPage(Page):
    reprint_asked = Signal()
    reveal_asked = Signal()
    dealt_with = Signal()
    reverse_asked = Signal()
    aftercare_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDetail", language)
        self._detail: Detail | None = None
        self._revealed: Revealed | None = None
        self.answers = Rows(2, "detailAnswers")
        self.history = Rows(2, "detailHistory")
        self.bill = BillCard(language, total="bill.paid")
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.tables(("detail.answers", self.answers, 2), ("detail.history", self.history, 1)), 1)
        row.addLayout(self._side())
        self.body.addLayout(row)

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(8)
        self.reprint, self.reveal = Button("reprintButton"), Button("revealButton")
        self.reverse = Button("reverseButton")
        hold(self.reverse, width=360)
        self.reverse.clicked.connect(self.reverse_asked)
        self.aftercare = Button("aftercareButton")
        self.dealt, back = Button("dealtButton"), Button("backButton")
        for button, word, key, signal in (
            (self.reprint, "print.copy", "F9", self.reprint_asked),
            (self.reveal, "detail.reveal", "F4", self.reveal_asked),
            (self.aftercare, "detail.what", "Alt+2", self.aftercare_asked),
            (self.dealt, "detail.dealt", "", self.dealt_with),
            (back, "key.back", "Esc", self.left),
        ):
            self.word(button.word, word, key)
            button.clicked.connect(signal)
        for widget in (self.bill, self.reprint, self.reveal, self.aftercare):
            hold(widget, width=360)
            side.addWidget(widget)
        ways = QHBoxLayout()  # two on a line: all of them and the bill stand above the edge
        ways.setSpacing(8)
        ways.addWidget(self.dealt, 1)
        ways.addWidget(back, 1)
        side.addLayout(ways)
        side.addStretch(1)
        side.addWidget(self.reverse)  # apart from the common ones: nobody shall hit it by habit
        return side

    def set_detail(self, detail: Detail) -> None:
        self._detail, self._revealed = detail, None
        self.bill.set_lines(detail.lines, detail.total_pt, detail.vat_pt)
        self.retold()

    def set_revealed(self, revealed: Revealed) -> None:
        self._revealed = revealed
        self.retold()

    def hide_again(self) -> None:
        """Nothing in full stays on a page that is not looked at."""
        self._revealed = None
        self.retold()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.hide_again()
        super().hideEvent(event)

    @override
    def retold(self) -> None:
        detail = self._detail
        if detail is None:
            return
        place = 0 if self.language == "ar" else 1
        self.bill.set_language(self.language)
        self.title.show()
        self.subtitle.show()
        self.title.setText(detail.service[place])
        receipt = self.say("detail.receipt", receipt=isolate(detail.receipt))
        self.subtitle.setText(f"{receipt} · {self.say('done.code', code=isolate(detail.code))}")
        if self._revealed is not None:
            self.answers.fill([(label[place], answer[place]) for label, answer in self._revealed.answers])
        else:
            self.answers.fill([(self.say(key), answer[place] or "—") for key, answer in detail.masked])
        self.history.fill([(show.moment(at), self.say(key, **values)) for at, key, values in detail.history])
        for table in (self.answers, self.history):
            table.head(["", ""], 1)
        self.dealt.setVisible(detail.rejected)
        self.reverse.setVisible(bool(detail.reversible))
        if detail.reversible:
            self.reverse.word(self.say(f"detail.{detail.reversible}"), "Alt+1")
        if detail.rejected:
            self.tell(lambda: ("act", self.say("state.rejected"), detail.reason[place]))

    @override
    def first(self) -> QWidget:
        return self.answers

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F4", "key.reveal", self.reveal_asked.emit),
            Action("F9", "key.print", self.reprint_asked.emit),
            Action("Alt+1", "", self.reverse_asked.emit),
            Action("Alt+2", "", self.aftercare_asked.emit),
            Action("Esc", "key.back", self.left.emit),
        ]
