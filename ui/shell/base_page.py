"""What all screens share: a title, a notice, a body, keys, and both languages at any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.widgets import show
from ui.widgets.cards import Notice, Steady
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, fill, fill_edge_to_edge
from ui.widgets.push_button import Button
from ui.widgets.translated import Translated

Data = TypeVar("Data")


@dataclass(frozen=True, slots=True)
class Action:
    """A command key of a screen; `word` is the text key the footer shows, "" for none."""

    key: str
    word: str
    run: Callable[[], object]
    leaves: bool = False
    """Whether it leads to another page, and not back."""


@dataclass(slots=True)
class _Command:
    """An action, when it is possible, and the button that does the same where there is one."""

    action: Action
    possible: Callable[[], object]
    button: QWidget | None = None


class Page(Translated, QWidget):
    """A screen. Each `button` with a key is a command of it; `command` adds one that has no button."""

    left = Signal()

    private = True
    """Whether it may show something of a citizen or of the shop's money; never seen while the screen is locked."""

    entrance = False
    """Whether it is a way in for somebody; not to be seen while nobody may come in."""

    aside = False
    """Whether it is only looked at aside of the work, and left again for where it was opened (`Shell.aside`)."""

    forced = False
    """Whether it comes before all else: no key that means the same everywhere leads away from it."""

    first_widget: QWidget | None = None
    """What takes the focus when the screen comes up."""

    def __init__(self, name: str, language: Language, title: str = "") -> None:
        super().__init__(language)
        self.setObjectName(name)
        self.setProperty("ground", "page")
        self._commands: list[_Command] = []
        self._teller: Callable[[], tuple[str, str, str]] | None = None
        self._telling = ""
        self.title, self.subtitle, self.notice = Text(role="h1"), Text(role="hint", end=True), Notice()
        head = beside(self.title, (self.subtitle, 1), gap=None)
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
        self.body = fill_edge_to_edge(self._inside, gap=12)
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
            self.tell(self._teller)

    # ---- keys and focus

    @override
    def button(
        self, button: Button | str, key: str, shown: str, run: Callable[[], object] | None = None, *,
        foot: str | None = None,
    ) -> Button:  # fmt: skip
        """Its key is a command of the screen while it is shown; the footer says `foot`, else what the button says."""
        made = super().button(button, key, shown, run)
        if shown:
            action = Action(shown, key if foot is None else foot, run or made.click)
            self._commands.append(_Command(action, lambda: made.isVisibleTo(self), made))
        return made

    def back_button(self) -> Button:
        return self.button("backButton", "key.back", "Esc", self.left.emit)

    def foot(self, button: Button, key: str) -> str:
        """Another text in the footer for what the button does; answers its key."""
        command = next(one for one in self._commands if one.button is button)
        command.action = replace(command.action, word=key)
        return command.action.key

    def reword(self, button: Button, key: str) -> None:
        """Another text on the button and in the footer, until the language changes: then `retold` says it again."""
        button.word(self.say(key), self.foot(button, key))

    def command(
        self, key: str, word: str, run: Callable[[], object], when: Callable[[], object] = lambda: True
    ) -> None:  # fmt: skip
        self._commands.append(_Command(Action(key, word, run), when))

    def commands(self) -> list[Action]:
        """Those that are possible now, as the footer has them: the way out comes last."""
        possible = [one.action for one in self._commands if one.possible()]
        return sorted(possible, key=lambda action: action.key == "Esc")

    def first(self) -> QWidget:
        return self.first_widget or self

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

    def fail(self, error: KioskError, at: QWidget | None = None) -> None:
        """Say what, why and what to do; the focus goes to what has to be mended."""

        def explained() -> tuple[str, str, str]:
            what, why, what_to_do = show.explained(self.language, error)
            return "act", what, f"{why} {what_to_do}"

        self.tell(explained)
        if at is not None:
            at.setFocus()

    def tell(self, words: Callable[[], tuple[str, str, str]]) -> None:
        """Tone, what and more, asked for again when the language turns while it stands."""
        self.notice.tell(*words())
        self._teller, self._telling = words, self.notice.text()

    def note(self, tone: str, what: str, more: str = "", **values: object) -> None:
        """`tell` the texts of these keys, with these values in both."""
        self.tell(lambda: (tone, self.say(what, **values), self.say(more, **values) if more else ""))

    def calm(self) -> None:
        self.notice.hide()
        self._teller = None


class DataPage(Page, Generic[Data]):
    """A page of one thing: `set_data` puts another there, `show_data` says it, again when the language changes."""

    data: Data | None = None

    def set_data(self, data: Data) -> None:
        self.data = data
        self.retold()

    @override
    def retold(self) -> None:
        if self.data is not None:
            self.show_data(self.data)

    def show_data(self, data: Data) -> None:
        raise NotImplementedError
