"""Why a request came back, from whom, and the three steps that put it right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QResizeEvent

from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.widgets import Card, Text, Translated, beside, fill, picture, reveal, set_tone, show, stacked

STEPS: Final = 3
NARROW_PX: Final = 700


@dataclass(frozen=True, slots=True)
class Remedy:
    """Why a request came back, and what mends it: `act` is correct, escalate or refund. `authority` has decided, at
    `at_ms` for `reason`.
    """

    act: str
    reason: Bilingual
    authority: Bilingual
    at_ms: int
    now_ms: int


class RemedyCard(Translated, Card):
    """Why a request came back, and how to go on; hidden where nothing came back."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._remedy: Remedy | None = None
        self.setObjectName("remedyCard")
        set_tone(self, "act")
        self._reason, self._by = Text(role="h2", wrap=True), Text(role="hint")
        self._steps = [Text(wrap=True) for _ in range(STEPS)]
        words = stacked(self._reason, self._by, *self._steps, gap=4)
        self._alert = picture("alert", "act", 48)
        fill(self.column, beside(stacked(self._alert, 1), (words, 1), gap=20))
        self.retold()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, its words have all of it."""
        super().resizeEvent(event)
        reveal(self.width() >= NARROW_PX, self._alert)

    def tell(self, remedy: Remedy | None) -> None:
        self._remedy = remedy
        self.retold()

    @override
    def retold(self) -> None:
        remedy = self._remedy
        reveal(remedy is not None, self)
        if remedy is None:
            return
        self._reason.setText(self.of(remedy.reason) or self.say("remedy.no_reason"))
        when = show.said_time(self.language, remedy.at_ms, remedy.now_ms, with_clock=True)
        self._by.setText(f"{self.of(remedy.authority)} — {when}")
        for place, step in enumerate(self._steps, 1):
            step.setText(f"{show.number(place)}.  {self.say(f'remedy.{remedy.act}.{place}')}")
