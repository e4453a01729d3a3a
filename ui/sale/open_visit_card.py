"""Beside the catalogue while a visit is open: for whom the next service is, and the two ways out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from protocol.texts import Language, say
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.push_button import Button


class OpenVisitCard(Card):
    """`back_asked`: no other service; `citizen_asked`: the next is for somebody else, the visit waits half typed."""

    back_asked = Signal()
    citizen_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setObjectName("addingCard")
        self._language: Language = language
        self._services: list[tuple[str, str]] = []
        self.heading, self.more = Text(role="h2", wrap=True), Text(role="body", wrap=True)
        self._back, self._new = Button("toVisitButton", "primary"), Button("newCitizenButton")
        self._back.clicked.connect(self.back_asked)
        self._new.clicked.connect(self.citizen_asked)
        for widget in (self.heading, self.more, self._back, self._new):
            self.column.addWidget(widget)
        self.hide()

    @property
    def open(self) -> bool:
        return bool(self._services)

    def set_services(self, services: Sequence[tuple[str, str]]) -> None:
        """Those of the visit so far, in both languages; none where no visit is open."""
        self._services = list(services)
        self.setVisible(self.open)
        self.set_language(self._language)

    def set_language(self, language: Language) -> None:
        self._language = language
        place, comma = (0, "، ") if language == "ar" else (1, ", ")
        named = comma.join(title[place] for title in self._services)
        self.heading.setText(say(language, "visit.adding"))
        self.more.setText(say(language, "visit.adding.more", services=named))
        self._back.word(say(language, "visit.back"), "Esc")
        self._new.word(say(language, "visit.new"), "F2")
