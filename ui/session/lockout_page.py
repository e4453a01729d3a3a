"""The screen locked by the lapsed lease or by the centre: why, since when, what opens it. Nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.staff.lockout import Locked
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.cards import Card, Fact, picture, rule
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

WAYS: Final = ("line", "stick", "telephone")
WHY_PX: Final = 440


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page tells: why it is locked, the line, what still waits here, whom to call; `codes`: the centre gives
    codes by telephone for it.
    """

    locked: Locked
    now_ms: int
    state: str = "offline"
    waiting: int = 0
    papers: int = 0
    phone: str = ""
    codes: bool = False


class LockoutPage(Page):
    private = False
    line_asked = Signal()
    stick_out = Signal()
    stick_in = Signal()
    telephone_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageLockout", language, "lockout.title")
        self._shown: Shown | None = None
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._why())
        row.addWidget(self._ways(), 1)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def _why(self) -> Card:
        card, head = Card(), QHBoxLayout()
        hold(card, width=WHY_PX)
        self.what, self.since = Text(role="h2", wrap=True), Text(role="strong", wrap=True)
        self.doubt, promise = Text(wrap=True), Text(wrap=True)
        self.doubt.setObjectName("lockoutDoubt")
        head.addWidget(picture("lock", "act", 32))
        head.addWidget(self.what, 1)
        card.column.addLayout(head)
        self.word(promise.setText, "lockout.promise")
        for widget in (self.since, self.doubt, rule(), promise):
            card.column.addWidget(widget)
        self._facts = {name: Fact() for name in ("waiting", "papers", "line")}
        for name, fact in self._facts.items():
            self.word(fact.label.setText, f"lockout.{name}")
            fact.value.setObjectName(f"lockout_{name}")
            card.column.addWidget(fact)
        card.column.addStretch(1)
        return card

    def _ways(self) -> Card:
        card, heading = Card(), Text(role="h2")
        self.word(heading.setText, "lockout.ways")
        card.column.addWidget(heading)
        self.retry = Button("primaryButton", "primary")
        self.code, self.write, self.read = Button("codeButton"), Button("stickOut"), Button("stickIn")
        for button, key, pressed, signal in (
            (self.retry, "sync.retry", "F5", self.line_asked), (self.write, "stick.write", "Alt+3", self.stick_out),
            (self.read, "stick.read", "Alt+4", self.stick_in), (self.code, "lockout.code", "F10", self.telephone_asked),
        ):  # fmt: skip
            self.word(button.word, key, pressed)
            button.clicked.connect(signal)
        self._said = {name: Text(wrap=True) for name in WAYS}
        for name, buttons in (("line", (self.retry,)), ("stick", (self.write, self.read)), ("telephone", (self.code,))):
            card.column.addLayout(self._way(name, *buttons))
        self.call = Text(role="strong", wrap=True)
        card.column.addWidget(self.call)
        card.column.addStretch(1)
        return card

    def _way(self, name: str, *buttons: Button) -> QVBoxLayout:
        column, row = QVBoxLayout(), QHBoxLayout()
        column.addWidget(self._said[name])
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addSpacing(8)
        return column

    def set_shown(self, shown: Shown) -> None:
        self._shown = shown
        codes = shown.codes and shown.locked.why == "lease"
        for widget in (self._said["telephone"], self.code):
            widget.setVisible(codes)
        self.retold()

    @property
    def by_telephone(self) -> bool:
        return not self.code.isHidden()

    @override
    def retold(self) -> None:
        shown = self._shown
        if shown is None:
            return
        why, facts = shown.locked.why, self._facts
        self.what.setText(self.say(f"lockout.{why}"))
        self.since.setText(self.say(f"lockout.{why}.since", at=show.moment(shown.locked.since_ms)))
        self.doubt.setText(self.say("lockout.doubt", now=show.moment(shown.now_ms)))
        self.doubt.setVisible(shown.locked.doubt)
        for name in WAYS:
            self._said[name].setText(self.say(f"lockout.way.{name}" if why == "lease" else f"lockout.centre.{name}"))
        self.call.setText(
            self.say("help.call", phone=show.number(shown.phone)) if shown.phone else self.say("help.nophone")
        )
        facts["waiting"].value.setText(show.number(shown.waiting))
        facts["papers"].value.setText(show.number(shown.papers))
        facts["line"].value.setText(self.say(f"sync.state.{shown.state}"))

    @override
    def first(self) -> QWidget:
        return self.retry

    @override
    def commands(self) -> list[Action]:
        code = [Action("F10", "lockout.code", self.telephone_asked.emit)] if self.by_telephone else []
        return [
            Action("F5", "sync.retry", self.line_asked.emit), Action("Alt+3", "stick.write", self.stick_out.emit),
            Action("Alt+4", "stick.read", self.stick_in.emit), *code,
        ]  # fmt: skip
