"""The screen locked by the lapsed lease or by the centre: why, since when, what opens it. Nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.ports.world import LineStatus
from kiosk.staff.lockout import Locked
from protocol.override import override
from protocol.texts import Language
from ui.shell import DataPage
from ui.widgets import Button, Card, Text, picture, rule, show
from ui.widgets.layouts import Space, beside, fill, reveal, stacked

WAYS: Final = ("line", "stick", "telephone")
WHY_PX: Final = 440


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page tells: why it is locked, the line, what still waits here, whom to call; `codes`: the centre gives
    codes by telephone for it.
    """

    locked: Locked
    now_ms: int
    line: LineStatus
    papers: int
    phone: str
    codes: bool


class LockoutPage(DataPage[Shown]):
    """Why nobody may come in, and what opens it."""

    private = False

    def __init__(self, language: Language) -> None:
        super().__init__("pageLockout", language, "lockout.title")
        fill(self.body, beside(self._why(), (self._ways(), 1)), 1)

    def _why(self) -> Card:
        self.what, self.since = Text(role="h2", wrap=True), Text(role="strong", wrap=True)
        self.doubt, promise = Text(wrap=True), self.paragraph("lockout.promise", "body")
        self.doubt.setObjectName("lockoutDoubt")
        self._facts = {name: self.fact(f"lockout.{name}") for name in ("waiting", "papers", "line")}
        for name, fact in self._facts.items():
            fact.value.setObjectName(f"lockout_{name}")
        head = beside(picture("lock", "act", 32), (self.what, 1), gap=None)
        return Card(head, self.since, self.doubt, rule(), promise, *self._facts.values(), 1, width=WHY_PX)

    def _ways(self) -> Card:
        self.retry = self.button(Button("primaryButton", "primary"), "sync.retry", "F5")
        self.write = self.button("stickOut", "stick.write", "Alt+3")
        self.read = self.button("stickIn", "stick.read", "Alt+4")
        self.code = self.button("codeButton", "lockout.code", "F10")
        self.first_widget = self.retry
        self._said = {name: Text(wrap=True) for name in WAYS}
        self.call = Text(role="strong", wrap=True)
        buttons = {"line": (self.retry,), "stick": (self.write, self.read), "telephone": (self.code,)}
        ways = [
            stacked(self._said[name], beside(*buttons[name], 1, gap=None), Space(8), gap=None) for name in WAYS
        ]  # fmt: skip
        return Card(self.caption("lockout.ways"), *ways, self.call, 1)

    @property
    def by_telephone(self) -> bool:
        return not self.code.isHidden()

    @override
    def show_data(self, data: Shown) -> None:
        why, facts = data.locked.why, self._facts
        reveal(data.codes and why == "lease", self._said["telephone"], self.code)
        self.what.setText(self.say(f"lockout.{why}"))
        self.since.setText(self.say(f"lockout.{why}.since", at=show.moment(data.locked.since_ms)))
        self.doubt.tell(self.say("lockout.doubt", now=show.moment(data.now_ms)) if data.locked.doubt else "")
        for name in WAYS:
            self._said[name].setText(self.say(f"lockout.way.{name}" if why == "lease" else f"lockout.centre.{name}"))
        self.call.setText(
            self.say("help.call", phone=show.number(data.phone)) if data.phone else self.say("help.nophone")
        )
        facts["waiting"].value.setText(show.number(data.line.waiting))
        facts["papers"].value.setText(show.number(data.papers))
        facts["line"].value.setText(self.say(f"sync.state.{data.line.state}"))
