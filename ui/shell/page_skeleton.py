"""What every screen looks like: a head, what has to be said, a body, and beside it what can be done there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.widgets import Text, Translated, show
from ui.widgets.cards import Notice, Steady
from ui.widgets.layouts import Item, Part, beside, fill, stacked

RAIL_PX: Final = 330
"""Of the rail of actions at the end of a page."""


class PageSkeleton(Translated, QWidget):
    """Title, notice and body. A page puts its parts there with `split`, `halves` or `centre`."""

    def __init__(self, name: str, language: Language, title: str = "") -> None:
        super().__init__(language)
        self.setObjectName(name)
        self.setProperty("ground", "page")
        self._teller: Callable[[], tuple[str, str, str]] | None = None
        self._telling = ""
        self.title, self.subtitle = Text(role="h1"), Text(role="hint", end=True)
        head = fill(QHBoxLayout(), self.title, (self.subtitle, 1))
        self.notice = Notice()
        column = fill(QVBoxLayout(self), head, self.notice, (self._body(), 1), gap=8)
        column.setContentsMargins(24, 12, 24, 12)
        for label in (self.title, self.subtitle):
            label.setVisible(bool(title))
        if title:
            self.word(self.title.setText, title)

    def _body(self) -> QScrollArea:
        """What does not fit, at 130 % or with a long text, is scrolled to: nothing is squeezed or cut off."""
        self._inside = QWidget()
        self._inside.setProperty("ground", "none")
        self.body = fill(QVBoxLayout(self._inside), gap=12)
        self.body.setContentsMargins(0, 0, 0, 0)
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

    # ---- where the parts of a page stand

    def split(self, content: Item, *actions: Part, width: int = RAIL_PX, gap: int = 12) -> None:
        """What is looked at, and at its end the rail of what can be done there, so wide (0: as wide as its parts)."""
        self.body.addLayout(beside((content, 1), stacked(*actions, gap=gap, width=width)), 1)

    def halves(self, content: Item, actions: Item) -> None:
        """The same where what can be done needs more room, for things to be typed."""
        self.body.addLayout(beside((content, 3), (actions, 2)), 1)

    def centre(self, *widgets: QWidget) -> None:
        """These side by side, in the middle of the screen."""
        fill(self.body, 1, beside(1, *widgets, 1), 2)

    def entitle(self, title: str, subtitle: str = "") -> None:
        """A title that depends on data."""
        for label, text in ((self.title, title), (self.subtitle, subtitle)):
            label.setText(text)
            label.show()

    @override
    def set_language(self, language: Language) -> None:
        super().set_language(language)
        if self._teller is not None and self.notice.text() == self._telling:
            self.show_words(self._teller)

    # ---- what has to be said

    def help(self) -> None:
        """F1: what this screen is for, in a few lines; again to hide it."""
        if self.notice.text().endswith(self.say(f"help.{self.objectName()}")):
            self.calm()
        else:
            self.explain("key.help")

    def explain(self, why: str) -> None:
        """What this screen is for, under the text `why`."""
        self.show_notice("info", why, f"help.{self.objectName()}")

    def fail(self, error: KioskError, at: QWidget | None = None, *, tone: str = "act") -> None:
        """Say what, why and what to do; the focus goes to what has to be mended."""

        def words() -> tuple[str, str, str]:
            what, why, what_to_do = show.explained(self.language, error)
            return tone, what, f"{why} {what_to_do}"

        self.show_words(words)
        if at is not None:
            at.setFocus()

    def show_words(self, words: Callable[[], tuple[str, str, str]]) -> None:
        """Tone, what and more, asked for again when the language turns while it stands."""
        self.notice.tell(*words())
        self._teller, self._telling = words, self.notice.text()

    def show_notice(self, tone: str, what: str, more: str = "", **values: object) -> None:
        """`show_words` of these keys, with these values in both."""
        self.show_words(lambda: (tone, self.say(what, **values), self.say(more, **values) if more else ""))

    def calm(self) -> None:
        self.notice.hide()
        self._teller = None
