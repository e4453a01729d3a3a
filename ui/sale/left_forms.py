"""Forms that were left half typed: one is shown, another is a press away; resume and discard are for the one shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from protocol.texts import Language, say
from ui.widgets import show
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.twice_button import TwiceButton


@dataclass(frozen=True, slots=True)
class Left:
    """A form that was left half typed, without anything personal; `at_ms` is when it was last typed in."""

    id: str
    service: tuple[str, str]
    at_ms: int


class LeftForms(QWidget):
    resumed = Signal(str)
    discarded = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._language: Language = language
        self._drafts: list[Left] = []
        self._shown = 0
        self._wanted = ""
        self.resume = Button("resumeButton", "primary")
        self.resume.clicked.connect(self.take_up)
        self.title = Text(role="hint", wrap=True)
        self.turn = Button("otherDraftButton", "quiet")
        self.turn.clicked.connect(self._turn)
        self.discard = TwiceButton("discardButton")
        self.discard.confirmed.connect(lambda: self.discarded.emit(self._drafts[self._shown].id))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.resume, self.title, self.turn, self.discard):
            column.addWidget(widget)
        self.set_drafts([])

    @property
    def waiting(self) -> bool:
        return bool(self._drafts)

    def set_drafts(self, drafts: Sequence[Left]) -> None:
        """The latest first. The one that somebody turned to stays shown."""
        self._drafts = list(drafts)
        self._shown = next((place for place, left in enumerate(drafts) if left.id == self._wanted), 0)
        self.setVisible(bool(drafts))
        self._tell()

    def reset(self) -> None:
        """Begin with the latest again."""
        self._wanted = ""
        self.set_drafts(self._drafts)

    def set_language(self, language: Language) -> None:
        self._language = language
        self._tell()

    def take_up(self) -> None:
        """Go on with the one that is shown."""
        if self._drafts:
            self.resumed.emit(self._drafts[self._shown].id)

    def _turn(self) -> None:
        self._shown = (self._shown + 1) % len(self._drafts)
        self._wanted = self._drafts[self._shown].id
        self._tell()

    def _tell(self) -> None:
        self.resume.word(say(self._language, "home.resume"), "F10")
        self.discard.ask(say(self._language, "draft.discard"), say(self._language, "draft.discard.again"))
        self.turn.setVisible(len(self._drafts) > 1)
        place = show.number(self._shown + 1)
        self.turn.word(say(self._language, "draft.turn", place=place, count=show.number(len(self._drafts))))
        if self._drafts:
            left = self._drafts[self._shown]
            title = left.service[0 if self._language == "ar" else 1]
            self.title.setText(f"{title} — {show.moment(left.at_ms)}")
