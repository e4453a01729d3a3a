"""The screen locked by the lapsed lease or by the centre: why, since when, what opens it. Nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kiosk.ports.world import LineStatus
from kiosk.staff.lockout import Locked
from protocol.override import override
from protocol.texts import Language
from ui.shell import DataPage
from ui.widgets import Card, Text, beside, picture, rule, set_tone, show, stacked

WAYS: Final = ("first", "telephone", "line", "stick")
Act = Literal["clock", "code", "retry"]
"""What F10 does: the one thing that most likely opens it."""


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
        self.primary = self.first_widget = self.primary_button("sync.retry")
        self.retry = self.button("retryButton", "sync.retry", "F5", icon="refresh")
        self.command("F5", "", self.retry.click)  # also where it is the primary
        self.code = self.button("codeButton", "lockout.code", "Alt+1", icon="phone")
        self.write = self.button("stickOut", "stick.write", "Alt+3", icon="out")
        self.read = self.button("stickIn", "stick.read", "Alt+4", icon="in")
        self.call, self.phone = Text(role="label", wrap=True), Text(role="amount")
        self.rest("lockout.safe", "lockout.safe.more", icon="save")
        self.arrange(
            self._why(), self._ways(), 1, context=Card(self.call, self.phone, 1),
            actions=(self.code, self.retry, self.write, self.read),
        )  # fmt: skip

    def _why(self) -> Card:
        self.what, self.since = Text(role="h2", wrap=True), Text(role="strong", wrap=True)
        self.doubt = Text(role="h2", wrap=True)
        self.doubt.setObjectName("lockoutDoubt")
        head = beside(picture("lock", "act", 32), (stacked(self.doubt, self.what, self.since, gap=4), 1), gap=12)
        self._facts = {name: self.fact(f"lockout.{name}") for name in ("waiting", "papers", "line")}
        for name, fact in self._facts.items():
            fact.value.setObjectName(f"lockout_{name}")
        waiting, papers, line = self._facts.values()
        facts = beside(line, 1, waiting, 1, papers, gap=8)  # what is 0 is not there
        card = Card(head, rule(), facts)
        set_tone(card, "act")
        return card

    def _ways(self) -> Card:
        self._said = {name: Text(wrap=True) for name in WAYS}
        return Card(self.caption("lockout.ways"), *self._said.values())

    @property
    def by_telephone(self) -> bool:
        return self.data is not None and self.data.codes and self.data.locked.why == "lease"

    @property
    def act(self) -> Act:
        if self.data is not None and self.data.locked.doubt:
            return "clock"
        return "code" if self.by_telephone else "retry"

    @override
    def show_data(self, data: Shown) -> None:
        why, facts = data.locked.why, self._facts
        self._said["telephone"].setVisible(self.by_telephone)
        self.code.setVisible(self.by_telephone and self.act != "code")
        self.retry.setVisible(self.act != "retry")
        again = "sync.retry" if why == "lease" else "sync.retry.called"
        self.reword(self.primary, {"clock": "clock.set", "code": "lockout.code", "retry": again}[self.act])
        self.what.setText(self.say(f"lockout.{why}"))
        since = show.said_time(self.language, data.locked.since_ms, data.now_ms, with_clock=True)
        self.since.setText(self.say(f"lockout.{why}.since", at=since))
        now = show.said_time(self.language, data.now_ms, None, with_clock=True)
        self.doubt.tell(self.say("lockout.doubt", now=now) if data.locked.doubt else "")
        for name in WAYS:
            first = name == "first" and data.locked.doubt
            way = "lockout.way" if why == "lease" or first else "lockout.centre"
            self._said[name].setText(self.say(f"{way}.{name}", code="F10" if self.act == "code" else "Alt+1"))
        self._said["first"].setVisible(why != "lease" or bool(data.locked.doubt))
        self.call.setText(self.say("sync.support" if data.phone else "help.nophone"))
        self.phone.tell(show.number(data.phone) if data.phone else "")
        for name, count in (("waiting", data.line.waiting), ("papers", data.papers)):
            facts[name].value.setText(show.number(count))
            facts[name].setVisible(count > 0)
        facts["line"].value.setText(self.say(f"sync.state.{data.line.state}"))
