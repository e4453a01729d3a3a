"""The same citizen had the same service today: what was sold then, and whether this is another request."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt

from protocol.override import override
from protocol.texts import Language
from ui.requests.request_words import Listed, state_pill
from ui.widgets import Button, Card, Text, Translated, beside, clear, fill, picture, reveal, set_tone, show, stacked
from ui.widgets.even_row import EvenRow
from ui.widgets.state_pill import StatePill

MOST_SHOWN = 1
"""The newest; of more only how many they are."""


class SameSaleCard(Translated, Card):
    """Asks whether an equal sale is meant again.

    Neither answer is the usual one, so none is pressed by Enter: the card itself has the focus.
    """

    def __init__(self, language: Language, new: Button, earlier: Button) -> None:
        super().__init__(language)
        self.setObjectName("sameSale")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._sold: Sequence[Listed] = ()
        self._now_ms = 0
        self._rows, self._more = stacked(gap=8), Text(role="hint")
        question = stacked(self.caption("same.ask", "h2"), self.paragraph("same.why"), gap=2)
        head = beside(picture("help", "wait", 36), (question, 1), gap=12)
        fill(self.column, head, self._rows, self._more, EvenRow(new, earlier), gap=4)
        self.column.setContentsMargins(20, 6, 20, 8)
        self.word(self.setAccessibleName, "same.ask")
        set_tone(self, "wait")
        self.hide()

    def set_sold(self, sold: Sequence[Listed], now_ms: int) -> None:
        """None: there is nothing to ask."""
        self._sold, self._now_ms = sold, now_ms
        reveal(sold, self)
        self.retold()

    @property
    def newest(self) -> Listed | None:
        return next(iter(self._sold), None)

    @override
    def retold(self) -> None:
        clear(self._rows)
        for one in self._sold[:MOST_SHOWN]:
            self._rows.addWidget(self._row(one))
        rest = len(self._sold) - MOST_SHOWN
        self._more.tell(self.say("same.more", count=show.number(rest)) if rest > 0 else "")
        self.setAccessibleDescription("; ".join(map(self._in_words, self._sold)))

    def _row(self, one: Listed) -> Card:
        pill = StatePill()
        pill.tell(state_pill(self.language, one.request))
        words = Text(self.of(one.service), "strong", wrap=True)
        facts = Text(f"{self._when(one)} · {self._receipt(one)}", wrap=True)
        row = Card(beside((words, 3), (facts, 4), Text(self._amount(one), "strong"), pill, gap=16))
        row.column.setContentsMargins(12, 2, 12, 2)
        return row

    def _when(self, one: Listed) -> str:
        return show.said_time(self.language, one.request.created_ms, self._now_ms)

    def _receipt(self, one: Listed) -> str:
        return self.say("detail.receipt", receipt=show.isolate(one.number))

    def _amount(self, one: Listed) -> str:
        return show.money(self.language, one.request.total_pt)

    def _in_words(self, one: Listed) -> str:
        return ", ".join((self.of(one.service), self._when(one), self._receipt(one), self._amount(one)))
