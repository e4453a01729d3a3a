"""Where in a task of several steps somebody is: numbered, those behind ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.widgets.cards import rule
from ui.widgets.drawn import Drawn
from ui.widgets.icons import pixmap
from ui.widgets.labels import Text, restyle
from ui.widgets.layouts import fill_edge_to_edge
from ui.widgets.theme import TOKENS, hold
from ui.widgets.translated import Translated

DOT_PX: Final = 28
TICK_PX: Final = 18
NUMBER_PX: Final = 15
TENS_PX: Final = 12
BAR_PX: Final = 24
NARROW_PX: Final = 1200
State = Literal["done", "now", "to come", "failed", "skipped"]
_LOOKS: Final = {
    "done": ("ok_bg", "ok", "ok"), "now": ("primary", "primary", "on_primary"), "to come": ("card", "border", "ink2"),
    "failed": ("act_bg", "act", "act"), "skipped": ("page", "border", "ink2"),
}  # fmt: skip
"""Of each state the ground, the edge and what is written."""


class Dot(Drawn):
    """The number of a step, or its tick; a dash where it was left out."""

    def __init__(self, number: int, px: int = DOT_PX) -> None:
        super().__init__()
        self._number, self._px = number, px
        self._state: State = "to come"
        self.setFixedSize(px, px)

    def tell(self, state: State) -> None:
        self._state = state
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        ground, edge, ink = (TOKENS[token] for token in _LOOKS[self._state])
        painter.setPen(QPen(QColor(edge), 2))
        painter.setBrush(QColor(ground))
        painter.drawEllipse(QRectF(1, 1, self._px - 2, self._px - 2))
        if self._state == "done":
            at = (self._px - TICK_PX) // 2
            painter.drawPixmap(at, at, pixmap("check", ink, TICK_PX))
            return
        font = self.font()
        font.setPixelSize(NUMBER_PX if self._number < 10 else TENS_PX)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        words = "–" if self._state == "skipped" else isolate(str(self._number))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)


class Steps(Translated, QWidget):
    """A row of steps, one of which is being done. `keys` are their text keys; `go_to` says which it is, counted from 0;
    past the last, all are done.
    """

    def __init__(self, language: Language, keys: Sequence[str]) -> None:
        super().__init__(language)
        self._keys, self._at = keys, 0
        self._dots = [Dot(number) for number in range(1, len(keys) + 1)]
        self._words = [Text(role="hint") for _ in keys]
        row = fill_edge_to_edge(self, gap=8, sideways=True)
        for place, (dot, word) in enumerate(zip(self._dots, self._words, strict=True)):
            if place:
                bar = rule()
                hold(bar, width=BAR_PX)
                row.addWidget(bar)
            row.addWidget(dot)
            row.addWidget(word)
        self.retold()

    def go_to(self, at: int) -> None:
        self._at = at
        self.retold()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """On a narrow screen the step that is being done has its words alone."""
        for place, word in enumerate(self._words):
            word.setVisible(place == self._at or self.window().width() >= NARROW_PX)

    @override
    def retold(self) -> None:
        for place, (key, dot, word) in enumerate(zip(self._keys, self._dots, self._words, strict=True)):
            dot.tell("done" if place < self._at else "now" if place == self._at else "to come")
            restyle(word, "role", "strong" if place == self._at else "hint")
            word.setText(self.say(key))
        self._fit()
        at = min(self._at, len(self._keys) - 1)
        now, of = isolate(str(at + 1)), isolate(str(len(self._keys)))
        self.setAccessibleName(self.say("step.of", now=now, of=of, step=self.say(self._keys[at])))
