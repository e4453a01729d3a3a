"""Not possible today: why a request is not taken, for the paper that the citizen takes home instead. No money here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from protocol.catalogue.services import EvidenceType, PublicService
from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.widgets import Card, LineEdit, clear, scroller
from ui.widgets.answer_rows import ChoiceList
from ui.widgets.tick_box import TickBox

REASONS: Final = ("papers", "entitled", "authority", "line", "other")
"""In the order of their keys; the first only where the answers call for papers."""


class Reasons(ChoiceList):
    """No reason is chosen before somebody chooses one: a wrong one would be in the citizen's hand."""

    whole = True

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.selectedItems() and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.setCurrentRow(0)  # Qt calls it the current one before, so that an arrow would pass it over
        else:
            super().keyPressEvent(event)


class RefusePage(Page):
    """The page that refuses a request. `confirmed` (reason, papers that are ticked, typed words) is emitted on F10 once
    nothing is missing.
    """

    confirmed = Signal(str, object, str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageRefuse", language, "refuse.title")
        self._service: PublicService | None = None
        self._papers: Sequence[EvidenceType] = ()
        self._shown: Sequence[str] = REASONS
        self.boxes: list[QCheckBox] = []
        self.first_widget = self.reasons = Reasons("reasonList")
        self.reasons.steered = True
        self.reasons.itemSelectionChanged.connect(self._show_more)
        ticks = QWidget()
        self._ticks = QVBoxLayout(ticks)
        self._which = Card(self.caption("refuse.which", "label"), scroller(ticks))
        self.words = LineEdit("reasonEdit", limit=200)
        self.words.textChanged.connect(lambda _text: self._tell_ready())
        self._typed = Card(self.label(self.words, "refuse.words"), self.words)
        self.primary = self.primary_button("refuse.do", self.submit, saves=True, danger=True)
        self.back_button("refuse.back")
        for n in range(len(REASONS)):
            self.command(f"Alt+{n + 1}", "", partial(self.choose, n), partial(self._offers, n))
        words = self.paragraph("refuse.nothing"), self.paragraph("refuse.deletes", "error")
        goes = Card(self.caption("refuse.goes"), *words, 1)
        asked = (self.label(self.reasons, "refuse.reasons"), self.reasons, (self._which, 1), self._typed)
        self.arrange(*asked, 0, context=goes)
        self.set_request(None, ())

    # ---- data in

    def set_request(self, service: PublicService | None, papers: Sequence[EvidenceType]) -> None:
        """Nothing of the request before is left. `papers` are those that its answers call for."""
        self.words.clear()  # while the reasons are still those that it belonged to
        self._service, self._papers = service, papers
        self._shown = REASONS if papers else REASONS[1:]
        self._fill(-1, ())

    @override
    def retold(self) -> None:
        self._fill(self._at(), self.ticked())

    def _fill(self, at: int, ticked: Sequence[int]) -> None:
        """`at` is the chosen reason's row, -1 for none."""
        self.subtitle.setText("" if self._service is None else self._service.title[self.language])
        with QSignalBlocker(self.reasons):  # a row of the list before is no reason of this one
            self.reasons.clear()
        for place, reason in enumerate(self._shown, 1):
            self.reasons.offer(self.say(f"refuse.{reason}"), f"Alt+{place}")
        clear(self._ticks)
        labels = [paper.label[self.language] for paper in self._papers]
        self.boxes = [TickBox(f"missing_{n}", label, ticked=n in ticked) for n, label in enumerate(labels)]
        for box in self.boxes:
            self._ticks.addWidget(box)
            box.toggled.connect(lambda _on: self._tell_ready())
        self._ticks.addStretch(1)
        for before, after in pairwise([self.reasons, *self.boxes, self.words, self.primary]):
            self.setTabOrder(before, after)  # the boxes are made anew, and would come last
        if at >= 0:
            self.reasons.setCurrentRow(at)
        self._show_more()

    def _show_more(self) -> None:
        """What the chosen reason asks for besides."""
        self._tell_ready()
        self._which.setVisible(self.reason() == "papers")
        self._typed.setVisible(self.reason() == "other")

    # ---- meaning out

    def _at(self) -> int:
        return self.reasons.currentRow() if self.reasons.selectedItems() else -1

    def reason(self) -> str:
        """The chosen one of `REASONS`, "" for none yet."""
        return self._shown[self._at()] if self._at() >= 0 else ""

    def ticked(self) -> list[int]:
        return [place for place, box in enumerate(self.boxes) if box.isChecked()]

    def _offers(self, row: int) -> bool:
        return row < len(self._shown)

    def choose(self, row: int) -> None:
        """By its number: on to what this reason asks for besides."""
        self.reasons.setCurrentRow(row)
        reason = self.reason()
        further = self.boxes[0] if reason == "papers" else self.words if reason == "other" else self.reasons
        further.setFocus()

    def _missing(self) -> tuple[str, QWidget] | None:
        """What is wanting, and where it is given."""
        reason = self.reason()
        if not reason:
            return "reason", self.reasons
        if reason == "papers" and not self.ticked():
            return "papers", self.boxes[0]
        return ("words", self.words) if reason == "other" and not self.words.text().strip() else None

    def _tell_ready(self) -> None:
        missing = self._missing()
        self.primary.wait_for(self.say(f"refuse.first.{missing[0]}") if missing else "")

    def submit(self) -> None:
        missing = self._missing()
        if missing is not None:
            self.show_notice("act", f"refuse.missing.{missing[0]}")
            self.point_at(missing[1])
            return
        papers = [self._papers[place] for place in self.ticked()] if self.reason() == "papers" else []
        self.confirmed.emit(self.reason(), papers, self.words.text().strip())
