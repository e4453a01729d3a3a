"""The page of the line: how it stands, in words: last success, next try, and the tray of what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from kiosk.ports.world import LineStatus
from kiosk.receiving.centre_notices import Notice
from protocol.override import override
from protocol.texts import Language
from ui.requests.request_words import Listed, reason, state_pill
from ui.shell import DataPage
from ui.upkeep.sync_chip import CALLED, GRAVE, LINE_UP
from ui.widgets import Card, Pill, StateRow, Text, beside, reveal, rule, set_tone, show

COLUMNS = ("list.receipt", "list.service", "list.citizen", "sync.reason", "list.state")
SHOWN = 5
TAKEN = {
    "update.line.WAITING": "update.now", "update.line.OLD": "update.now", "update.line.CRASHED": "update.once_more",
}  # fmt: skip
"""What a person may take here and now, and the word on the button."""


@dataclass(frozen=True, slots=True)
class SyncStanding:
    """The line as the page shows it at `now_ms`, what came back rejected, whom to call, and what there is to say of the
    program's own version: a key with its values.
    """

    line: LineStatus
    tray: Sequence[Listed] = ()
    update: tuple[str, dict[str, object]] | None = None
    phone: str = ""
    now_ms: int = 0


class SyncPage(DataPage[SyncStanding]):
    """The state of the line, and what came back rejected."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageSync", language, "sync.title")
        self._notices: Sequence[Notice] = ()
        self._sticks: Sequence[Path] | None = None
        self.by_stick = self.written = False
        """Whether F10 is about the stick; whether it was written on, so that its answer is what is waited for."""
        self.heading = self.caption("sync.tray")
        self.tray = self.rows("rejectedTable", "sync.tray", COLUMNS, 1, 3)
        self.tray.spare(2, 3)
        self.board, self.update_line, self._way = Text(wrap=True), Text(role="strong", wrap=True), StateRow("stickWay")
        self._board, self._update = Card(self.caption("notice.board"), self.board), Card(self.update_line)
        self._stick = Card(self._way)
        set_tone(self._update, "info")
        self.primary = self.primary_button("sync.retry")
        self.retry = self.button("retryButton", "sync.retry", "F5", icon="refresh")
        self.update_now = self.button("updateButton", "update.now", "Alt+1", icon="in")
        self.write = self.button("stickOut", "stick.write", "Alt+3", icon="out")
        self.read = self.button("stickIn", "stick.read", "Alt+4", icon="in")
        for key, button in (("F5", self.retry), ("Alt+3", self.write), ("Alt+4", self.read)):
            self.command(key, "", button.click)  # also where it is the primary
        self.back_button()
        self.arrange(
            self._card(), self._update, self.heading, (self.tray, 1), self._board, self._stick,
            context=self._help(), actions=(self.update_now, self.retry, self.write, self.read),
        )  # fmt: skip
        for widget in (self.tray, self.heading, self._update, self.update_now, self._board, self._stick):
            widget.hide()

    def _card(self) -> Card:
        """How the line stands."""
        self.state = StateRow("syncState")
        keys = "sync.waiting", "sync.returned", "sync.last", "sync.next"
        facts = self._waiting, self._returned, self._last, self._next = [self.fact(key, over=True) for key in keys]
        self.card = Card(self.state, rule(), beside(*((fact, 1) for fact in facts), gap=12))
        self.card.setObjectName("lineCard")
        return self.card

    def _help(self) -> Card:
        """Whom to call, and the way that needs no line."""
        self.call, self.phone = self.caption("sync.support", "label"), Text(role="amount")
        self.sticks = Text(role="hint", wrap=True)
        return Card(self.call, self.phone, rule(), self.sticks, 1)

    def set_sticks(self, sticks: Sequence[Path]) -> None:
        """Those that are in; the first one is written on."""
        self._sticks = sticks
        self.retold()

    def _show_sticks(self) -> None:
        if self._sticks:
            self.sticks.tell(self.say("sync.sticks", names=self.say("list.comma").join(map(show.disk, self._sticks))))
        else:
            self.sticks.tell("" if self._sticks is None else self.say("sync.sticks.none"))

    def _show_update(self, key: str, values: dict[str, object]) -> None:
        self.update_line.tell(self.say(key, **values) if key else "")
        self._update.setVisible(bool(key))
        self.update_now.setVisible(key in TAKEN)
        if key in TAKEN:
            self.update_now.word(self.say(TAKEN[key]), "Alt+1")

    def set_notices(self, notices: Sequence[Notice]) -> None:
        """What the centre wants known, the newest first."""
        self._notices = notices
        self.retold()

    def _show_board(self, data: SyncStanding) -> None:
        """The centre's news; without internet and news, the way that needs none."""
        lines = [f"{self._moment(one.at_ms)} — {self.of(one.text)}" for one in self._notices[:SHOWN]]
        self.board.setText("\n".join(lines) or self.say("notice.none"))
        up = data.line.state in LINE_UP
        self._board.setVisible(bool(lines) or (up and not data.tray))
        self._stick.setVisible(not (up or lines or data.tray))
        self._way.tell("out", "hint", self.say("stick.way"), self.say("stick.way.more"))

    @override
    def show_data(self, data: SyncStanding) -> None:
        self._show_board(data)
        self._show_sticks()
        self._show_update(*(data.update or ("", {})))
        self.tray.fill(list(map(self._row, data.tray)), data.tray, [one.request.id for one in data.tray])
        grave = data.line.state in GRAVE
        reveal(data.tray, self.tray, self.heading)
        reveal(data.tray or self._sticks, self.retry)
        self._returned.value.setText(show.number(len(data.tray)))
        idle = data.line.state in LINE_UP and not data.line.waiting
        self.by_stick = not data.tray and not grave and data.line.state not in LINE_UP and bool(self._sticks)
        stick = "stick.read" if self.written else "stick.write"
        again = "sync.check" if idle else "sync.retry.called" if data.line.state in CALLED else "sync.retry"
        usual = stick if self.by_stick else again
        self.reword(self.retry, again)
        self.reword(self.primary, "list.open" if data.tray else usual)
        self.write.setVisible(not self.by_stick or self.written)
        self.read.setVisible(not self.by_stick or not self.written)
        reveal(data.phone, self.call, self.phone)
        self.phone.setText(show.number(data.phone))
        self._show_line(data.line, data.phone)

    def _show_line(self, line: LineStatus, phone: str) -> None:
        tone, icon = ("ok", "ok") if line.state in LINE_UP else ("off", "offline")
        if line.state in GRAVE:
            tone, icon = "act", "alert"
        set_tone(self.card, tone)
        key = f"sync.state.{line.state}"
        call = f" {self.say('help.call', phone=show.number(phone))}" if phone and line.state in CALLED else ""
        self.state.tell(icon, tone, self.say(key), self.say(f"{key}.more") + call)
        self._waiting.value.setText(show.number(line.waiting))
        for fact, at_ms in ((self._last, line.last_success_ms), (self._next, line.next_try_ms)):
            fact.value.setText("—" if at_ms is None else self._moment(at_ms))
        self._next.setVisible(line.next_try_ms is not None and line.state not in GRAVE)

    def _row(self, one: Listed) -> tuple[str | Pill, ...]:
        """Of what came back: why, and how it stands."""
        request, why = one.request, self.of(reason(one.request))
        state = state_pill(self.language, request)
        return show.isolate(one.number), self.of(one.service), show.short_name(request.name), why, state

    def _moment(self, at_ms: int) -> str:
        now_ms = at_ms if self.data is None else self.data.now_ms
        return show.said_time(self.language, at_ms, now_ms, with_clock=True)

    @override
    def first(self) -> QWidget:
        return self.tray if self.data and self.data.tray else self.primary
