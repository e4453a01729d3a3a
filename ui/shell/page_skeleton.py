"""What every screen looks like: what is looked at, and beside it the rail of what is said and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.shell.action_rail import NARROW_PAGE_PX, ActionRail
from ui.widgets import (
    Button,
    FittedText,
    Item,
    Part,
    Space,
    Translated,
    beside,
    fill,
    fill_edge_to_edge,
    show,
    stacked,
)
from ui.widgets.cards import Steady
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.theme import SPACE

HEAD_PX: Final = 44
AHEAD: Final = 10_000


def _ahead(part: Part) -> Part:
    """Its share of the room comes before what would stay empty."""
    if isinstance(part, tuple):
        return part[0], part[1] * AHEAD
    return part * AHEAD if isinstance(part, int) and not isinstance(part, Space) else part


class PageSkeleton(Translated, QWidget):
    """A title with what is looked at under it, and the rail. A page puts its parts there with `arrange`."""

    is_narrow = False
    """Whether there is little room aside: the rail is less wide, and a page leaves out what it can do without."""

    def __init__(self, name: str, language: Language, title: str = "") -> None:
        super().__init__(language)
        self.setObjectName(name)
        self.setProperty("ground", "page")
        self._teller: Callable[[], tuple[str, ...]] | None = None
        self._telling = ""
        self._at_fault: LineEdit | None = None
        self._resting = ("", "", "")
        self._rail = ActionRail()
        self._primaries: list[Button] = []
        self._backs: list[Button] = []
        self.title, self.subtitle = FittedText(role="h1"), FittedText(role="hint", end=True)
        self.notice = self._rail.notice
        self._lay_out(title)
        if title:
            self.word(self.title.setText, title)

    def _lay_out(self, title: str) -> None:
        self._top = QWidget()
        self._top.setProperty("ground", "none")
        self._top.setFixedHeight(HEAD_PX)
        self.head = fill_edge_to_edge(self._top, self.title, (self.subtitle, 1), gap=12, sideways=True)
        column = stacked(self._top, (self._body(), 1), gap=8)
        edges = (SPACE["side"], SPACE["top"], SPACE["side"], SPACE["foot"])
        both = beside((column, 1), self._rail, gap=SPACE["gutter"])
        self._outer = fill(QVBoxLayout(self), (both, 1), gap=SPACE["gap"], edges=edges)
        self._top.setVisible(bool(title))

    def _body(self) -> QScrollArea:
        """What does not fit all the same is scrolled to: nothing is squeezed or cut off."""
        self._inside = QWidget()
        self._inside.setProperty("ground", "none")
        self.body = fill_edge_to_edge(self._inside, gap=SPACE["gap"])
        self._view = Steady()
        self._view.setObjectName("pageScroll")
        self._view.setWidgetResizable(True)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setWidget(self._inside)
        return self._view

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
        fill(self.body, *map(_ahead, content), 1)  # each ends where its words end: what is left stays empty below
        if above is not None:
            self._outer.insertWidget(0, above)
        self._rail.arrange(context, actions, self._primaries, self._backs)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rail.fit(event.size().width())
        narrow = event.size().width() < NARROW_PAGE_PX
        if narrow != self.is_narrow:
            self.is_narrow = narrow
            self.narrowed()

    def narrowed(self) -> None:
        """There is less room aside than before, or more: say again what depends on it."""

    def entitle(self, title: str, subtitle: str = "") -> None:
        """A title that depends on data."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self._top.show()

    @override
    def set_language(self, language: Language) -> None:
        super().set_language(language)
        self._tell_rest()
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

    def fail(self, error: KioskError, at: QWidget | None = None, *, tone: str = "") -> None:
        """Say what, what to do and why: two lines are seen, more where there is room. The focus goes to the fault."""

        def words() -> tuple[str, ...]:
            what, why, what_to_do = show.explained(self.language, error)
            return tone or show.tone(error), what, what_to_do, why

        self.show_words(words)
        self.point_at(at)

    def point_at(self, fault: QWidget | None) -> None:
        """The focus to where it has to be mended, marked until something is typed there; None: nowhere any more."""
        if self._at_fault is not None:
            self._at_fault.set_state("")
        self._at_fault = fault if isinstance(fault, LineEdit) else None
        if fault is not None:
            fault.setFocus()
        if self._at_fault is not None:
            self._at_fault.set_state("invalid")

    def show_words(self, words: Callable[[], tuple[str, ...]]) -> None:
        """Tone, what, more and why (`Notice.tell`), asked for again when the language turns while it stands."""
        self.notice.tell(*words())
        self._teller, self._telling = words, self.notice.text()

    def show_notice(self, tone: str, what: str, more: str = "", **values: object) -> None:
        """`show_words` of these keys, with these values in both."""
        self.show_words(lambda: (tone, self.say(what, **values), self.say(more, **values) if more else ""))

    def calm(self) -> None:
        self.notice.hide()
        self._teller = None
        self.point_at(None)

    def rest(self, what: str, more: str = "", *, icon: str = "info") -> None:
        """What is said in grey where messages stand, while there is none; these are text keys, "" for nothing."""
        self._resting = what, more, icon
        self._tell_rest()

    def _tell_rest(self) -> None:
        what, more, icon = self._resting
        self._rail.slot.rest(self.say(what) if what else "", self.say(more) if more else "", icon)
