"""What all screens share: their keys, the focus, what is shown of them, and both languages at any moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from ui.shell.page_skeleton import PageSkeleton
from ui.shell.sent_keys import send_key
from ui.widgets import Button, Data, LineEdit, ShowsData
from ui.widgets.translated import Run


class Action(NamedTuple):
    """A command key of a screen; `word` is the text key of what it does, "" where its button says it, or nothing."""

    key: str
    word: str
    run: Run
    leaves: bool = False
    """Whether it leads to another page, and not back."""


@dataclass(slots=True)
class _Command:
    """An action, when it is possible, and the button that does the same where there is one."""

    action: Action
    possible: Callable[[], object]
    button: Button | None = None


class Page(PageSkeleton):
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

    armed = True
    """Whether what it saves may be asked for: a press takes it away until it is known that nothing was saved."""

    no_primary = ""
    """Why it has no primary action; "" for a page that has one."""

    first_widget: QWidget | None = None
    """What takes the focus when the screen comes up."""

    def __init__(self, name: str, language: Language, title: str = "") -> None:
        super().__init__(name, language, title)
        self._commands: list[_Command] = []

    # ---- keys and focus

    @override
    def button(
        self,
        button: Button | str,
        key: str,
        shown: str,
        run: Run | None = None,
        *,
        icon: str = "",
    ) -> Button:
        """Its key is a command of the screen while it is shown."""
        made = super().button(button, key, shown, run, icon=icon)
        if shown:
            action = Action(shown, "", run or made.click)
            self._commands.append(_Command(action, lambda: made.isVisibleTo(self), made))
        return made

    def primary_button(self, key: str, run: Run | None = None, *, saves: bool = False, danger: bool = False) -> Button:
        """What the screen is for, on F10, at its own place in the rail; `danger`: it cannot be taken back."""
        look = Button("primaryButton", "danger-solid" if danger else "primary", saves=saves)
        made = self.button(look, key, "F10", run)
        self._primaries.append(made)
        return made

    def want(self, *fields: tuple[LineEdit, str]) -> Callable[[], None]:
        """The primary action waits until each of these is filled, and says what the first that is not wants (a text
        key). Answers what looks at them again.
        """

        def check_filled() -> None:
            wanting = (self.say(key) for edit, key in fields if not edit.filled())
            self._primaries[0].wait_for(next(wanting, ""))

        for edit, _ in fields:
            edit.textChanged.connect(check_filled)
        self.worded(check_filled)
        return check_filled

    def back_button(self, key: str = "key.back", run: Run | None = None) -> Button:
        """The way out, on Esc, beneath the primary one; `run` where something is to be stopped first."""
        made = self.button(Button("backButton", "back"), key, "Esc", run or self.left.emit)
        self._backs.append(made)
        return made

    def reword(self, button: Button, key: str) -> None:
        """Another text on the button, until the language changes: then `retold` says it again."""
        shown = next(one.action.key for one in self._commands if one.button is button)
        button.word(self.say(key), shown)

    def command(self, key: str, word: str, run: Run, when: Callable[[], object] = lambda: True) -> None:
        self._commands.append(_Command(Action(key, word, run), when))

    def lead(self, key: str, word: str, run: Run, icon: str) -> None:
        """A way to another screen: below the other actions where it has an icon, else by its key alone."""
        if icon:
            self._rail.add(self.button(f"{word.partition('.')[0]}Button", word, key, run, icon=icon))
        else:
            self.command(key, word, run)

    def lead_on(self, when: Callable[[], object] = lambda: True) -> None:
        """Say that Enter goes from field to field here: nothing else on the screen does."""
        self.command("Enter", "key.next", lambda: send_key(self, Qt.Key.Key_Return, "\r"), when)

    def commands(self) -> list[Action]:
        """Those that are possible now: first what no button says, the way out last."""
        return [one.action for one in self._possible()]

    def key_words(self) -> list[tuple[str, str]]:
        """The keys that do something now, each with what it does: by its button, else by its text."""
        return [(one.action.key, words) for one in self._possible() if (words := self._words_of(one))]

    def _words_of(self, one: _Command) -> str:
        if one.button is not None:
            return one.button.words
        return self.say(one.action.word) if one.action.word else ""

    def _possible(self) -> list[_Command]:
        possible = [one for one in self._commands if one.possible()]
        return sorted(possible, key=lambda one: (one.action.key == "Esc", one.button is not None))

    def first(self) -> QWidget:
        return self.first_widget or self

    def spoken(self) -> str:
        """What a screen reader says when the screen comes up; never a name, a number or an ID of anybody."""
        return self.title.text()


class DataPage(ShowsData[Data], Page):
    """A page of one thing."""
