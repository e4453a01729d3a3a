"""Widgets whose texts are said in one of the two languages, and again whenever it changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol, TypeVar

from PySide6.QtWidgets import QWidget

from protocol.texts import Language, say
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Fact
from ui.widgets.labels import Text
from ui.widgets.push_button import Button

Of = TypeVar("Of")
Both = tuple[str, str]
"""A text in Arabic and in English."""


class Following(Protocol):
    """Whatever is told when the language changes."""

    def set_language(self, language: Language) -> None: ...


class Translated:
    """Comes before a class of Qt's among the bases. `word` says a text now and again whenever the language changes;
    `retold` is for what depends on data.
    """

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language: Language = language
        self._worded: list[Callable[[], object]] = []

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def of(self, both: tuple[Of, Of]) -> Of:
        """The one of them, for Arabic and for English, in the language of the moment."""
        return both[0 if self.language == "ar" else 1]

    def word(self, put: Callable[..., Any], key: str, *more: str) -> None:
        self.worded(lambda: put(self.say(key), *more))

    def worded(self, put: Callable[[], object]) -> None:
        """Do that now, and again whenever the language changes."""
        self._worded.append(put)
        put()

    def follow(self, part: Following) -> None:
        """Have `part` said in the same language from its next change on."""
        self._worded.append(lambda: part.set_language(self.language))

    def set_language(self, language: Language) -> None:
        self.language = language
        for put in self._worded:
            put()
        self.retold()

    def retold(self) -> None:
        """Say again what depends on data."""

    # ---- widgets with their words

    def paragraph(self, key: str, role: str = "hint") -> Text:
        """A text in as many lines as it needs."""
        text = Text(role=role, wrap=True)
        self.word(text.setText, key)
        return text

    def caption(self, key: str, role: str = "h2") -> Text:
        """A text in one line."""
        text = Text(role=role)
        self.word(text.setText, key)
        return text

    def label(self, widget: QWidget, key: str, role: str = "label") -> Text:
        """What stands over `widget`, which is named so for a screen reader, too."""
        label = self.caption(key, role)
        label.setBuddy(widget)
        self.word(widget.setAccessibleName, key)
        return label

    def fact(self, key: str, role: str = "strong", label_role: str = "hint") -> Fact:
        fact = Fact(role, label_role)
        self.word(fact.label.setText, key)
        return fact

    def button(self, button: Button | str, key: str, shown: str, run: Callable[[], object] | None = None) -> Button:
        """A button, or a plain one of that name, with its text and the key it is pressed by; what it does is `run`, or
        is connected to `clicked`.
        """
        made = Button(button) if isinstance(button, str) else button
        self.word(made.word, key, shown)
        if run is not None:
            made.clicked.connect(lambda _checked: run())
        return made

    def rows(
        self, name: str, title: str, columns: Sequence[str] = ("", ""), *stretch: int, figures: Collection[int] = ()
    ) -> Rows:
        """A table with those text keys over its columns; without any it has no head, and its last column stretches."""
        table = Rows(len(columns), name)
        self.word(table.setAccessibleName, title)
        if not any(columns):
            table.horizontalHeader().hide()
        wide = stretch or (len(columns) - 1,)
        self.worded(lambda: table.head([key and self.say(key) for key in columns], *wide, figures=figures))
        return table
