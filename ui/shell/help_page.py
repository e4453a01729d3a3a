"""One page of help for each screen: what it is for, its keys, what to do when…, whom to call. Works offline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk import VERSION
from protocol.override import override
from protocol.texts import Language, table
from protocol.values.arabic import isolate
from ui.shell.base_page import DataPage
from ui.widgets import Button, Card, FittedText, Space, Text, beside, clear, fill, hold, scroller
from ui.widgets.key_cap import Key

DEVICE_PX: Final = 52
"""Of the device's long number and the version: two lines."""


@dataclass(frozen=True, slots=True)
class About:
    """The screen the help is about: its name, its title as shown, its keys and what each does; whom to call from where.

    `practice`: start or stop, "" where neither may be.
    """

    page: str
    title: Callable[[], str]
    keys: Callable[[], Mapping[str, str]]
    phone: str
    device: str
    practice: str = ""


def cases(page: str) -> list[str]:
    """The text keys of what may happen on a screen; each has its answer under ``….do``."""
    found: list[str] = []
    while f"when.{page}.{len(found) + 1}" in table():
        found.append(f"when.{page}.{len(found) + 1}")
    return found


class HelpPage(DataPage[About]):
    """Help for the screen behind it."""

    private = False
    aside = True
    no_primary = "it only tells"
    practice_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageHelp", language)
        self.purpose, self.call = Text(wrap=True), Text(role="strong", wrap=True)
        self.device = FittedText(role="hint")
        hold(self.device, height=DEVICE_PX)
        self._whens = self.caption("help.when")
        self._cases = QVBoxLayout()
        told = QWidget()
        fill(QVBoxLayout(told), self.purpose, Space(8), self._whens, self._cases, 1)
        self.first_widget = self.keys = self.rows("helpKeys", "help.keys", ("", ""), 0)
        self.command("F1", "key.back", self.left.emit)
        self.back_button()
        self.rest("help.rest", "help.rest.more", icon="help")
        whom = Card(self.caption("help.support"), self.call, 1, self.device)
        known = beside((Card(scroller(told)), 1), (Card(self.caption("help.keys"), (self.keys, 1), 0), 1))
        self.command("Alt+1", "", self._practise)
        self.practice = Button("practiceButton")
        self.practice.picture("play")
        self.practice.setAccessibleName(self.say("practice.start"))
        self.practice.clicked.connect(self._practise)
        self.arrange((known, 1), context=whom, actions=(self.practice,))

    @override
    def show_data(self, data: About) -> None:
        screen = data.title()
        self.entitle(self.say("help.title", screen=screen) if screen else self.say("key.help"))
        self.purpose.setText(self._read(f"help.{data.page}"))
        self.keys.fill([(words, Key(key)) for key, words in data.keys().items()])
        phone = self.say("help.call", phone=isolate(data.phone)) if data.phone else self.say("help.nophone")
        self.call.setText(phone)
        self.device.setText(self.say("help.device", device=isolate(data.device), version=isolate(VERSION)))
        self.practice.setVisible(bool(data.practice))
        if data.practice:
            self.practice.word(self.say(f"practice.{data.practice}"), "Alt+1")
        self._tell_cases(cases(data.page))

    def _read(self, key: str) -> str:
        """A sentence that may begin with the name of a key, in the direction of its language all the same."""
        start = "\u2067" if self.language == "ar" else "\u2066"
        return f"{start}{self.say(key)}\u2069"

    def _tell_cases(self, keys: Sequence[str]) -> None:
        clear(self._cases)
        for key in keys:
            what, do = self._read(key), self._read(f"{key}.do")
            fill(self._cases, Text(what, "strong", wrap=True), Text(do, wrap=True))
        self._whens.setVisible(bool(keys))

    def _practise(self) -> None:
        if self.data is not None and self.data.practice:
            self.practice_asked.emit()
