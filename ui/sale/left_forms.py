"""Forms that were left half typed: one is shown, another is a press away; resume and discard are for the one shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from ui.widgets import show
from ui.widgets.labels import Text
from ui.widgets.layouts import fill_edge_to_edge
from ui.widgets.push_button import Button, TwiceButton
from ui.widgets.translated import Translated


@dataclass(frozen=True, slots=True)
class Left:
    """A form that was left half typed, without anything personal; `at_ms` is when it was last typed in."""

    id: str
    service: tuple[str, str]
    at_ms: int


class LeftForms(Translated, QWidget):
    resumed = Signal(str)
    discarded = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setProperty("ground", "none")
        self._drafts: list[Left] = []
        self._shown = 0
        self._wanted = ""
        self.resume = self.button(Button("resumeButton", "primary"), "home.resume", "F10", self.take_up)
        self.title = Text(role="hint", wrap=True)
        self.turn = Button("otherDraftButton", "quiet")
        self.turn.clicked.connect(self._turn)
        self.discard = TwiceButton("discardButton")
        self.discard.confirmed.connect(lambda: self.discarded.emit(self._drafts[self._shown].id))
        fill_edge_to_edge(self, self.resume, self.title, self.turn, self.discard, gap=8)
        self.set_drafts([])

    @property
    def waiting(self) -> bool:
        return bool(self._drafts)

    def set_drafts(self, drafts: Sequence[Left]) -> None:
        """The latest first. The one that somebody turned to stays shown."""
        self._drafts = list(drafts)
        self._shown = next((place for place, left in enumerate(drafts) if left.id == self._wanted), 0)
        self.setVisible(bool(drafts))
        self.retold()

    def reset(self) -> None:
        """Begin with the latest again."""
        self._wanted = ""
        self.set_drafts(self._drafts)

    def take_up(self) -> None:
        """Go on with the one that is shown."""
        if self._drafts:
            self.resumed.emit(self._drafts[self._shown].id)

    def _turn(self) -> None:
        self._shown = (self._shown + 1) % len(self._drafts)
        self._wanted = self._drafts[self._shown].id
        self.retold()

    @override
    def retold(self) -> None:
        self.discard.ask(self.say("draft.discard"), self.say("draft.discard.again"))
        self.turn.setVisible(len(self._drafts) > 1)
        place = show.number(self._shown + 1)
        self.turn.word(self.say("draft.turn", place=place, count=show.number(len(self._drafts))))
        if self._drafts:
            left = self._drafts[self._shown]
            self.title.setText(f"{self.of(left.service)} — {show.moment(left.at_ms)}")
