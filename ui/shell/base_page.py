"""What all screens share: a title, a notice, a body, keys, and both languages at any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTableWidget, QVBoxLayout, QWidget

from protocol.errors import KioskError
from protocol.texts import Language, say
from ui.widgets import show
from ui.widgets.cards import Card, Notice, Steady
from ui.widgets.labels import Text

Put = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Action:
    """A command key of a screen; `word` is the text key the footer shows, "" for none."""

    key: str
    word: str
    run: Callable[[], object]
    leaves: bool = False
    """Whether it leads to another page, and not back."""


class Page(QWidget):
    """A screen. `word` says a text now and again whenever the language changes; `retold` is for the rest."""

    private = True
    """Whether it may show something of a citizen or of the shop's money; never seen while the screen is locked."""

    entrance = False
    """Whether it is a way in for somebody; not to be seen while nobody may come in."""

    aside = False
    """Whether it is only looked at aside of the work, and left again for where it was opened (`Shell.aside`)."""

    forced = False
    """Whether it comes before all else: no key that means the same everywhere leads away from it."""

    def __init__(self, name: str, language: Language, title: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("ground", "page")
        self.language: Language = language
        self._worded: list[Callable[[], object]] = []
        self._busy = False
        self._teller: Callable[[], tuple[str, str, str]] | None = None
        self._telling = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 24, 12)
        column.setSpacing(8)
        self.title = Text(role="h1")
        self.subtitle = Text(role="hint", end=True)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.subtitle, 1)
        column.addLayout(head)
        self.notice = Notice()
        column.addWidget(self.notice)
        column.addWidget(self._body(), 1)
        for label in (self.title, self.subtitle):
            label.setVisible(bool(title))
        if title:
            self.word(self.title.setText, title)

    def _body(self) -> QScrollArea:
        """What does not fit, at 130 % or with a long text, is scrolled to: nothing is squeezed or cut off."""
        self._inside = QWidget()
        self._inside.setProperty("ground", "none")
        self.body = QVBoxLayout(self._inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._view = Steady()
        self._view.setObjectName("pageScroll")
        self._view.setWidgetResizable(True)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setWidget(self._inside)
        return self._view

    def need(self, width: int) -> int:
        """The height at which nothing has to be scrolled on a page so wide, with the notice as it stands."""
        self._inside.ensurePolished()
        inside = max(self._inside.minimumSizeHint().height(), self.body.minimumHeightForWidth(width))
        return self.minimumSizeHint().height() - self._view.minimumSizeHint().height() + inside

    def centre(self, *widgets: QWidget) -> None:
        """These side by side, in the middle of the screen."""
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addStretch(1)
        for widget in widgets:
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addStretch(1)
        self.body.addLayout(row)
        self.body.addStretch(2)

    def labelled(self, column: QVBoxLayout, edit: QWidget, key: str) -> None:
        """A label and its input, one above the other, named for a screen reader."""
        label = Text(role="label")
        label.setBuddy(edit)
        self.word(label.setText, key)
        self.word(edit.setAccessibleName, key)
        column.addWidget(label)
        column.addWidget(edit)

    def tables(self, *tables: tuple[str, QTableWidget, int]) -> Card:
        """Tables without a head, one below the other: the text over it, the table, its share of the height."""
        card = Card()
        for heading, table, share in tables:
            label = Text(role="h2")
            label.setBuddy(table)
            self.word(label.setText, heading)
            self.word(table.setAccessibleName, heading)
            table.horizontalHeader().hide()
            card.column.addWidget(label)
            card.column.addWidget(table, share)
        return card

    # ---- words

    def say(self, key: str, **values: object) -> str:
        return say(self.language, key, **values)

    def word(self, put: Callable[..., Any], key: str, *more: str) -> None:
        def put_now() -> None:
            put(self.say(key), *more)

        self._worded.append(put_now)
        put_now()

    def set_language(self, language: Language) -> None:
        self.language = language
        for put in self._worded:
            put()
        self.retold()
        if self._teller is not None and self.notice.text() == self._telling:
            self.tell(self._teller)

    def retold(self) -> None:
        """Say again what depends on data."""

    # ---- keys and focus

    def commands(self) -> list[Action]:
        return []

    def first(self) -> QWidget:
        """What takes the focus when the screen comes up."""
        return self

    def spoken(self) -> str:
        """What a screen reader says when the screen comes up; never a name, a number or an ID of anybody."""
        return self.title.text()

    def help(self) -> None:
        """F1: what this screen is for, in a few lines; again to hide it."""
        if self.notice.text().endswith(self.say(f"help.{self.objectName()}")):
            self.calm()
        else:
            self.explain("key.help")

    def explain(self, why: str) -> None:
        """What this screen is for, under the text `why`."""
        self.note("info", why, f"help.{self.objectName()}")

    # ---- what went wrong

    def fail(self, error: KioskError) -> None:
        def told() -> tuple[str, str, str]:
            what, why, what_to_do = show.explained(self.language, error)
            return "act", what, f"{why} {what_to_do}"

        self.tell(told)

    def tell(self, told: Callable[[], tuple[str, str, str]]) -> None:
        """Tone, what and more, asked for again when the language turns while it stands."""
        self.notice.tell(*told())
        self._teller, self._telling = told, self.notice.text()

    def note(self, tone: str, what: str, more: str = "", **values: object) -> None:
        """`tell` the texts of these keys, with these values in both."""
        self.tell(lambda: (tone, self.say(what, **values), self.say(more, **values) if more else ""))

    def calm(self) -> None:
        self.notice.hide()
        self._teller = None
