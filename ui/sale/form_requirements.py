"""Below a form: what the citizen must bring, who may ask, what is paid where, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from protocol.catalogue.fees import FeeLine
from protocol.catalogue.services import EvidenceType, PublicService
from protocol.texts import Language, say
from ui.widgets import show
from ui.widgets.cards import clear, rule
from ui.widgets.labels import Text

Told = tuple[str, str]
"""The role of a text, and its words."""


class FormRequirements(QWidget):
    """Follows the answers: `tell` says it all again."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._language: Language = language
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(4)
        self._said: list[Told] = []

    def tell(
        self, service: PublicService | None, papers: Sequence[EvidenceType], elsewhere: Sequence[FeeLine] | None
    ) -> None:
        """`papers` are those that the answers call for; `elsewhere` what the authority asks for, None if not known."""
        told = [] if service is None else list(self._told(service, papers, elsewhere))
        if told != self._said:  # after each key: a label made anew flickers
            self._said = told
            clear(self._column)
            if service is not None and service.form.sections:
                self._column.addWidget(rule())
            for role, words in told:
                self._column.addWidget(Text(words, role, wrap=True))

    def _told(
        self, service: PublicService, papers: Sequence[EvidenceType], elsewhere: Sequence[FeeLine] | None
    ) -> Iterator[Told]:
        language = self._language
        yield "hint", service.description[language]
        for paper in papers:
            yield "body", self._paper(paper)
        if service.who_may_ask is not None:
            yield "hint", say(language, "form.who", who=service.who_may_ask[language])
        yield from self._money(elsewhere)
        yield "hint", say(language, "form.time", time=service.processing(language))
        if service.guidance is not None:
            yield "strong", say(language, "form.where", where=service.guidance.where[language])
            for number, step in enumerate(service.guidance.steps, 1):
                yield "body", f"{show.number(number)}. {step[language]}"
        if service.ends is not None:
            yield "hint", say(language, "form.ends", ends=service.ends.text[language])

    def _paper(self, paper: EvidenceType) -> str:
        needed = "form.paper.sight" if paper.how == "sight" else "form.paper.capture"
        return say(
            self._language, needed if paper.required else "form.paper.optional", paper=paper.label[self._language]
        )

    def _money(self, elsewhere: Sequence[FeeLine] | None) -> Iterator[Told]:
        language = self._language
        if elsewhere is None:
            yield "hint", say(language, "form.elsewhere.unknown")
        for line in elsewhere or ():
            label = line.label_ar if language == "ar" else line.label_en
            yield "body", say(language, "form.elsewhere", label=label, amount=show.money(language, line.amount_pt))
