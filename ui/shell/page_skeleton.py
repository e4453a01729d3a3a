"""What every screen looks like: what is looked at, and beside it the rail of what is said and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.shell.action_rail import ActionRail
from ui.widgets import Text, Translated, show
from ui.widgets.cards import Steady
from ui.widgets.labels import FittedText
from ui.widgets.layouts import Item, Part, beside, fill, stacked
from ui.widgets.message_slot import Notice
from ui.widgets.push_button import Button
from ui.widgets.theme import SPACE

OLD_RAIL_PX: Final = 330
"""Of the rail of a page that has not been arranged yet."""
HEAD_PX: Final = 44


class PageSkeleton(Translated, QWidget):
    """A title with what is looked at under it, and the rail. A page puts its parts there with `arrange`."""

    def __init__(self, name: str, language: Language, title: str = "") -> None:
        super().__init__(language)
        self.setObjectName(name)
        self.setProperty("ground", "page")
        self._teller: Callable[[], tuple[str, str, str]] | None = None
        self._telling = ""
        self._resting = ("", "", "")
        self._rail: ActionRail | None = None
        self._primaries: list[Button] = []
        self._backs: list[Button] = []
        self.title, self.subtitle = FittedText(role="h1"), Text(role="hint", end=True)
        self.notice = Notice()
        self._lay_out(title)
        if title:
            self.word(self.title.setText, title)

    def _lay_out(self, title: str) -> None:
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(SPACE["side"], SPACE["top"], SPACE["side"], SPACE["foot"])
        self._outer.setSpacing(SPACE["gap"])
        self._beside = QHBoxLayout()
        self._beside.setSpacing(SPACE["gutter"])
        self._outer.addLayout(self._beside, 1)
        self._column = QVBoxLayout()
        self._beside.addLayout(self._column, 1)
        self._top = QWidget()
        self._top.setProperty("ground", "none")
        self._top.setFixedHeight(HEAD_PX)
        self.head = fill(QHBoxLayout(self._top), self.title, (self.subtitle, 1), gap=12)
        self.head.setContentsMargins(0, 0, 0, 0)
        fill(self._column, self._top, self.notice, (self._body(), 1), gap=8)
        self._top.setVisible(bool(title))

    def _body(self) -> QScrollArea:
        """What does not fit all the same is scrolled to: nothing is squeezed or cut off."""
        self._inside = QWidget()
        self._inside.setProperty("ground", "none")
        self.body = fill(QVBoxLayout(self._inside), gap=SPACE["gap"])
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

    def arrange(
        self,
        *content: Part,
        context: Item | None = None,
        actions: Sequence[Item] = (),
        above: QWidget | None = None,
    ) -> None:
        """What is looked at, one above the other; what it is about, on top of the rail; and what else can be done.

        What comes before all of it stands `above`, across the page and its rail; the lower places stay where they are.

        The primary action and the way back have places of their own there (`primary_button`, `back_button`).
        """
        fill(self.body, *content)
        if above is not None:
            self._outer.insertWidget(0, above)
        self._column.removeWidget(self.notice)
        self._rail = rail = ActionRail(self.notice)
        self._beside.addWidget(rail)
        if context is not None:
            rail.put_context(context)
        rail.put_actions(actions)
        for button in self._primaries:
            rail.put_primary(button)
        for button in self._backs:
            rail.put_back(button)
        rail.put_notice()
        rail.slot.rest(*self._resting)
        rail.fit(self.width())

    @property
    def arranged(self) -> bool:
        """Whether it has its rail; a page that has none yet looks as all did before."""
        return self._rail is not None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._rail is not None:
            self._rail.fit(event.size().width())

    def split(self, content: Item, *actions: Part, width: int = OLD_RAIL_PX, gap: int = 12) -> None:
        """Of a page that has not been arranged yet."""
        self.body.addLayout(beside((content, 1), stacked(*actions, gap=gap, width=width)), 1)

    def halves(self, content: Item, actions: Item) -> None:
        """The same where what can be done needs more room, for things to be typed."""
        self.body.addLayout(beside((content, 3), (actions, 2)), 1)

    def centre(self, *widgets: QWidget) -> None:
        """These side by side, in the middle of the screen."""
        fill(self.body, 1, beside(1, *widgets, 1), 2)

    def entitle(self, title: str, subtitle: str = "") -> None:
        """A title that depends on data."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self._top.show()

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

    def rest(self, what: str, more: str = "", *, icon: str = "paper") -> None:
        """What is said in grey where messages stand, while there is none; these are text keys."""

        def say_it() -> None:
            self._resting = (self.say(what), self.say(more) if more else "", icon)
            if self._rail is not None:
                self._rail.slot.rest(*self._resting)

        self.worded(say_it)
