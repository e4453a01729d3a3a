"""The request that is looked at in a list, beside it: what a row has no room for."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.widgets import Card, Pill, StatePill, Text, Translated, beside, fill, reveal, rule, show

REASON_LONGEST: Final = 90
"""Letters: the request's own page has all of it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as the card shows it; `reason` is the authority's, "" for none."""

    number: str
    state: Pill
    service: Bilingual
    citizen: str
    total_pt: int
    reason: Bilingual


class RequestCard(Translated, Card):
    """One request in a few lines."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._shown: Shown | None = None
        self._choose = True
        self._number, self._pill = Text(role="h2"), StatePill()
        self._line = rule()
        self._service = Text(role="strong", wrap=True)
        self._citizen, self._paid = self.fact("list.citizen"), self.fact("bill.paid")
        self._reason = Text(role="error", wrap=True)
        self._none = self.paragraph("list.choose")
        head = beside(self._number, 1, self._pill, gap=8)
        parts = self._line, self._service, self._citizen, self._paid, self._reason, self._none
        fill(self.column, head, *parts, 1, gap=4)
        self.retold()

    def tell(self, shown: Shown | None, *, choose: bool = True) -> None:
        """None: no row is chosen, and one may be."""
        self._shown, self._choose = shown, choose
        self.retold()

    @override
    def retold(self) -> None:
        shown = self._shown
        parts = (self._number, self._line, self._service, self._citizen, self._paid, self._reason)
        reveal(shown is not None, *parts)
        self._none.setVisible(shown is None and self._choose)
        reveal(shown is not None or self._choose, self)
        self._pill.tell(None if shown is None else shown.state)
        if shown is None:
            return
        self._number.setText(show.isolate(shown.number))
        self._service.setText(self.of(shown.service))
        self._citizen.value.setText(shown.citizen)
        self._paid.value.setText(show.money(self.language, shown.total_pt))
        self._reason.tell(textwrap.shorten(self.of(shown.reason), REASON_LONGEST, placeholder=" …"))
