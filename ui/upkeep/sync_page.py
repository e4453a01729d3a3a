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
from ui.upkeep.sync_chip import GRAVE, LINE_UP
from ui.widgets import Card, EmptyState, Pill, StatePill, StateRow, Text, beside, reveal, rule, set_tone, show

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
        self.heading, self.pill, self.nothing = self.caption("sync.tray"), StatePill(), EmptyState("ok", "ok")
        self.word(self.nothing.tell, "sync.tray.empty")
        self.tray = self.rows("rejectedTable", "sync.tray", COLUMNS, 1, 3)
        self.tray.spare(2, 3)
        self.board_heading, self.board = self.caption("notice.board"), Text(wrap=True)
        self.primary = self.primary_button("sync.retry")
        self.retry = self.button("retryButton", "sync.retry", "F5", icon="refresh")
        self.update_now = self.button("updateButton", "update.now", "Alt+1", icon="in")
        self.write = self.button("stickOut", "stick.write", "Alt+3", icon="out")
        self.read = self.button("stickIn", "stick.read", "Alt+4", icon="in")
        for key, button in (("F5", self.retry), ("Alt+3", self.write), ("Alt+4", self.read)):
            self.command(key, "", button.click)  # also where it is the primary
        self.back_button()
        self.arrange(
            self._card(), beside(self.heading, self.pill, 1, gap=12), (self.tray, 1), (self.nothing, 1),
            self.board_heading, self.board,
            context=self._help(), actions=(self.update_now, self.retry, self.write, self.read),
        )  # fmt: skip
        for widget in (self.tray, self.update_line, self.update_now, self.board_heading, self.board):
            widget.hide()

    def _card(self) -> Card:
        """How the line stands."""
        self.state = StateRow("syncState")
        self._waiting, self._last, self._next = map(self.fact, ("sync.waiting", "sync.last", "sync.next"))
        self.update_line = Text(role="hint", wrap=True)
        self.card = Card(self.state, self._waiting, self._last, self._next, self.update_line)
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
        self.update_now.setVisible(key in TAKEN)
        if key in TAKEN:
            self.update_now.word(self.say(TAKEN[key]), "Alt+1")

    def set_notices(self, notices: Sequence[Notice]) -> None:
        """What the centre wants known, the newest first."""
        self._notices = notices
        self._show_board()

    def _show_board(self) -> None:
        lines = [f"{self._moment(one.at_ms)} — {self.of(one.text)}" for one in self._notices[:SHOWN]]
        self.board.setText("\n".join(lines))
        reveal(lines, self.board_heading, self.board)

    @override
    def show_data(self, data: SyncStanding) -> None:
        self._show_board()
        self._show_sticks()
        self._show_update(*(data.update or ("", {})))
        self.tray.fill(list(map(self._row, data.tray)), data.tray, [one.request.id for one in data.tray])
        grave = data.line.state in GRAVE
        reveal(data.tray, self.tray)
        reveal(data.tray or self._sticks, self.retry)
        reveal(not data.tray, self.nothing)
        self.nothing.bare(grave)
        self.heading.setVisible(bool(data.tray))
        count = len(data.tray)
        words = self.say("chip.rejected", n=count, count=show.number(count))
        self.pill.tell(Pill("rejected", words) if data.tray else None)
        idle = data.line.state in LINE_UP and not data.line.waiting
        self.by_stick = not data.tray and not grave and data.line.state not in LINE_UP and bool(self._sticks)
        stick = "stick.read" if self.written else "stick.write"
        usual = stick if self.by_stick else "sync.check" if idle else "sync.retry"
        self.reword(self.primary, "list.open" if data.tray else usual)
        self.write.setVisible(not self.by_stick or self.written)
        self.read.setVisible(not self.by_stick or not self.written)
        reveal(data.phone, self.call, self.phone)
        self.phone.setText(show.number(data.phone))
        self._show_line(data.line)

    def _show_line(self, line: LineStatus) -> None:
        tone, icon = ("ok", "ok") if line.state in LINE_UP else ("off", "offline")
        if line.state in GRAVE:
            tone, icon = "act", "alert"
        set_tone(self.card, tone)
        key = f"sync.state.{line.state}"
        self.state.tell(icon, tone, self.say(key), self.say(f"{key}.more"))
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
