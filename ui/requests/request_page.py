"""S8: one request: its lines, what happened to it, its paper again. What names the citizen shows on a key, logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import DataPage
from ui.widgets import show
from ui.widgets.bill_card import BillCard
from ui.widgets.cards import Card
from ui.widgets.layouts import beside, stacked
from ui.widgets.translated import Both


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


class RequestPage(DataPage[Detail]):
    """One request with its lines, its history and its paper."""

    reprint_asked = Signal()
    reveal_asked = Signal()
    dealt_with = Signal()
    reverse_asked = Signal()
    aftercare_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDetail", language)
        self._revealed: Revealed | None = None
        self.first_widget = self.answers = self.rows("detailAnswers", "detail.answers")
        self.history = self.rows("detailHistory", "detail.history")
        self.bill = BillCard(language, total="bill.paid")
        self.follow(self.bill)
        tables = Card(
            self.label(self.answers, "detail.answers", "h2"), (self.answers, 2),
            self.label(self.history, "detail.history", "h2"), (self.history, 1),
        )  # fmt: skip
        self.body.addLayout(beside((tables, 1), self._side()))

    def _side(self) -> QVBoxLayout:
        self.reveal = self.button("revealButton", "detail.reveal", "F4", self.reveal_asked.emit, foot="key.reveal")
        self.reprint = self.button("reprintButton", "print.copy", "F9", self.reprint_asked.emit, foot="key.print")
        self.reverse = self.button("reverseButton", "detail.void", "Alt+1", self.reverse_asked.emit, foot="")
        self.aftercare = self.button("aftercareButton", "detail.what", "Alt+2", self.aftercare_asked.emit, foot="")
        self.dealt = self.button("dealtButton", "detail.dealt", "", self.dealt_with.emit)
        ways = beside((self.dealt, 1), (self.back_button(), 1), gap=8)  # all and the bill stand above the edge
        # The last one is apart from the common ones: nobody shall hit it by habit.
        return stacked(self.bill, self.reprint, self.reveal, self.aftercare, ways, 1, self.reverse, gap=8, width=360)

    @override
    def set_data(self, data: Detail) -> None:
        self._revealed = None
        self.bill.set_lines(data.lines, data.total_pt, data.vat_pt)
        super().set_data(data)

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
    def show_data(self, data: Detail) -> None:
        receipt = self.say("detail.receipt", receipt=isolate(data.receipt))
        self.entitle(self.of(data.service), f"{receipt} · {self.say('done.code', code=isolate(data.code))}")
        if self._revealed is not None:
            self.answers.fill([(self.of(label), self.of(answer)) for label, answer in self._revealed.answers])
        else:
            self.answers.fill([(self.say(key), self.of(answer) or "—") for key, answer in data.masked])
        self.history.fill([(show.moment(at), self.say(key, **values)) for at, key, values in data.history])
        self.dealt.setVisible(data.rejected)
        self.reverse.setVisible(bool(data.reversible))
        if data.reversible:
            self.reverse.word(self.say(f"detail.{data.reversible}"), "Alt+1")
        if data.rejected:
            self.tell(lambda: ("act", self.say("state.rejected"), self.of(data.reason)))
