"""The parts of a form: its fields in lines, what is only odd in it, what it requires and where it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from protocol.catalogue.fees import FeeLine
from protocol.catalogue.services import EvidenceType, PublicService
from protocol.texts import Language, say
from ui.widgets import Text, clear, rule, show, tick_box
from ui.widgets.cards import loosen
from ui.widgets.fields.base_field import Field
from ui.widgets.layouts import beside, fill


def lay(lines: QVBoxLayout, fields: Iterable[Field]) -> None:
    """These and no others, in lines made anew, two a line where they fit, in the order of the file."""
    loosen(lines)
    half: QHBoxLayout | None = None
    for field in fields:
        half = _place(lines, half, field)


def _place(lines: QVBoxLayout, half: QHBoxLayout | None, field: Field) -> QHBoxLayout | None:
    """Put `field` on the half-empty line or on a new one; returns the line that has room left."""
    line = None if field.wide else half
    if line is None:
        line = beside()
        lines.addLayout(line)
    # At the foot: what is typed stands in one line, whatever is said above it on one side.
    line.addWidget(field, 1, Qt.AlignmentFlag.AlignBottom)
    return None if field.wide or line is half else line


def key_of(warning: Any) -> str:
    """``field:code``: which doubt about which answer."""
    return f"{warning.field}:{warning.code}"


class FormDoubts(QVBoxLayout):
    """What is only odd, each doubt with a box to tick when it was looked at again.

    The boxes, in the order in which the doubts came up. Each holds for the answer that was looked at.
    """

    def __init__(self) -> None:
        super().__init__()
        self._boxes: dict[str, QCheckBox] = {}
        self._answers: dict[str, Any] = {}

    def ask(self, warning: Any, words: str, answer: Any) -> None:
        """A box for this doubt about this answer, unless it has one."""
        self._answers[warning.field] = answer
        if key_of(warning) in self._boxes:
            return
        box = self._boxes[key_of(warning)] = tick_box(f"override_{warning.field}_{warning.code}", words)
        self.addWidget(box)

    def touched(self, field: str, answer: Any) -> None:
        """What was looked at is gone with another answer; not with the same one that is only written otherwise."""
        if self._answers.get(field) == answer:
            return
        for key in [key for key in self._boxes if key.startswith(f"{field}:")]:
            box = self._boxes.pop(key)
            box.hide()
            box.deleteLater()

    def box(self, warning: Any) -> QCheckBox:
        return self._boxes[key_of(warning)]

    def boxes(self) -> list[QCheckBox]:
        return list(self._boxes.values())

    def ticked(self) -> tuple[str, ...]:
        """Keys of the doubts that somebody looked at again."""
        return tuple(key for key, box in self._boxes.items() if box.isChecked())


Words = tuple[str, str]
"""The role of a text, and its words."""


class FormRequirements(QWidget):
    """Follows the answers: `show_required` says it all again."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language: Language = language
        self._column = fill(QVBoxLayout(self), gap=4)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._said: list[Words] = []

    def show_required(
        self, service: PublicService | None, papers: Sequence[EvidenceType], elsewhere: Sequence[FeeLine] | None
    ) -> None:
        """`papers` are those that the answers call for; `elsewhere` what the authority asks for, None if not known."""
        texts = [] if service is None else list(self._texts(service, papers, elsewhere))
        if texts != self._said:  # after each key: a label made anew flickers
            self._said = texts
            clear(self._column)
            if service is not None and service.form.sections:
                self._column.addWidget(rule())
            for role, words in texts:
                self._column.addWidget(Text(words, role, wrap=True))

    def _texts(
        self, service: PublicService, papers: Sequence[EvidenceType], elsewhere: Sequence[FeeLine] | None
    ) -> Iterator[Words]:
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

    def _money(self, elsewhere: Sequence[FeeLine] | None) -> Iterator[Words]:
        language = self._language
        if elsewhere is None:
            yield "hint", say(language, "form.elsewhere.unknown")
        for line in elsewhere or ():
            label = line.label_ar if language == "ar" else line.label_en
            yield "body", say(language, "form.elsewhere", label=label, amount=show.money(language, line.amount_pt))
