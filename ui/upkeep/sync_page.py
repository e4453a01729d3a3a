"""The page of the line: its state in words, requests that came back or were sold last, and the centre's notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtWidgets import QWidget

from kiosk.ports.world import LineStatus
from kiosk.receiving.centre_notices import Notice
from protocol.override import override
from protocol.texts import Language
from ui.requests.request_words import Listed, reason, state_pill
from ui.shell import DataPage
from ui.upkeep.sync_chip import CALLED, GRAVE, LINE_UP
from ui.widgets import Card, Pill, StatePill, StateRow, Text, beside, reveal, rule, set_tone, show
from ui.widgets.theme import at_largest

COLUMNS = ("list.receipt", "list.service", "list.citizen", "list.state")
SHOWN: Final = 5
LATEST: Final = 3
"""Requests shown where none came back."""
Aim = Literal["open", "update", "retry", "write", "read"]
"""What F10 does."""
TAKEN = {
    "update.line.WAITING": "update.now", "update.line.OLD": "update.now", "update.line.CRASHED": "update.once_more",
}  # fmt: skip
"""What a person may take here and now, and the word on the button."""


@dataclass(frozen=True, slots=True)
class SyncStanding:
    """The line as the page shows it at `now_ms`. `returned` is how many requests came back, `tray` the newest of them;
    `latest`, where none did, are those that were sold last. `phone` is whom to call, `update` what there is to say of
    the program's own version: a key with its values.
    """

    line: LineStatus
    returned: int
    tray: Sequence[Listed] = ()
    latest: Sequence[Listed] = ()
    update: tuple[str, dict[str, object]] | None = None
    phone: str = ""
    now_ms: int = 0


class SyncPage(DataPage[SyncStanding]):
    """The state of the line, and what came back rejected, else what was sold last."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageSync", language, "sync.title")
        self._notices: Sequence[Notice] = ()
        self.fresh = 0
        """So many of them nobody had read before the page was opened."""
        self._sticks: Sequence[Path] | None = None
        self.aim: Aim = "retry"
        self.written = False
        """Whether the stick was written on, so that its answer is what is waited for."""
        self.heading = Text(role="h2")
        self.tray = self.rows("rejectedTable", "list.title", COLUMNS, 1)
        self.tray.spare(2)
        self.update_line, self._way, self.sticks = StateRow("updateLine", wrap=True), StateRow("stickWay"), StatePill()
        self._news = [StateRow(f"notice{place}", wrap=True) for place in range(SHOWN)]
        self._board, self._update = Card(self.caption("notice.board"), *self._news), Card(self.update_line)
        self._stick = Card(beside((self._way, 1), self.sticks, gap=12))
        self.primary = self.primary_button("sync.retry")
        self.retry = self.button("retryButton", "sync.retry", "F5", icon="refresh")
        self.update_now = self.button("updateButton", "update.now", "Alt+1", icon="in")
        self.write = self.button("stickOut", "stick.write", "Alt+3", icon="out")
        self.read = self.button("stickIn", "stick.read", "Alt+4", icon="in")
        for key, button in (("F5", self.retry), ("Alt+3", self.write), ("Alt+4", self.read)):
            self.command(key, "", button.click)  # also where it is the primary
        self.back_button()
        self.arrange(
            self._card(), self._update, self._stick, self.heading, (self.tray, 1), self._board,
            context=self._help(), actions=(self.update_now, self.retry, self.write, self.read),
        )  # fmt: skip
        reveal(None, self.tray, self.heading, self._update, self.update_now, self._board, self._stick)

    def _card(self) -> Card:
        """How the line stands."""
        self.state = StateRow("syncState")
        keys = "sync.waiting", "sync.returned", "sync.last", "sync.next"
        facts = self._waiting, self._returned, self._last, self._next = [self.fact(key, over=True) for key in keys]
        self.card = Card(self.state, rule(), beside(*((fact, 1) for fact in facts), gap=12))
        self.card.setObjectName("lineCard")
        return self.card

    def _help(self) -> Card:
        """Whom to call."""
        self.phone = Text(role="amount")
        self._call = Card(self.caption("sync.support", "label"), self.phone, 1)
        return self._call

    def set_sticks(self, sticks: Sequence[Path]) -> None:
        """Those that are in; the first one is written on."""
        self._sticks = sticks
        self.retold()

    def _show_sticks(self) -> None:
        """The one that is written on, or none."""
        pill = Pill("missing", self.say("sync.sticks.none"))
        if self._sticks:
            pill = Pill("accepted", self.say("sync.sticks", name=show.disk(self._sticks[0])))
        self.sticks.tell(None if self._sticks is None else pill)

    def _show_update(self, key: str, values: dict[str, object]) -> None:
        self.update_line.tell("in", "info", self.say(key, **values) if key else "", "")
        set_tone(self._update, "info")
        self._update.setVisible(bool(key))
        self.update_now.setVisible(key in TAKEN and self.aim != "update")
        if key in TAKEN:
            self.update_now.word(self.say(TAKEN[key]), "Alt+1")

    def set_notices(self, notices: Sequence[Notice], unread: int) -> None:
        """What the centre wants known, the newest first."""
        self._notices, self.fresh = notices, self.fresh + unread
        self.retold()

    def _show_board(self, data: SyncStanding) -> None:
        """The centre's news; without internet and news, the way that needs none."""
        for place, row in enumerate(self._news):
            reveal(place < len(self._notices), row)
            if place < len(self._notices):
                when = self._moment(self._notices[place].at_ms)
                more = self.say("notice.fresh", time=when) if place < self.fresh else when
                row.tell("bell", "info" if place < self.fresh else "hint", self.of(self._notices[place].text), more)
        up = data.line.state in LINE_UP
        self._board.setVisible(bool(self._notices))
        self._stick.setVisible(not (up or self._notices or data.tray))
        self._way.tell("out", "hint", self.say("stick.way"), self.say("stick.way.more"))

    @override
    def show_data(self, data: SyncStanding) -> None:
        self.aim = self._aim(data)
        self._show_board(data)
        self._show_sticks()
        self._show_update(*(data.update or ("", {})))
        crammed = self._notices or (self.is_narrow and not self._stick.isHidden())
        listed = data.tray or ([] if crammed else data.latest[: LATEST - 2 * at_largest()])
        self.tray.fill(list(map(self._row, listed)), listed, [one.request.id for one in listed])
        words = "sync.tray.newest" if data.returned > len(data.tray) else "sync.tray" if data.tray else "sync.latest"
        self.heading.setText(self.say(words, shown=show.number(len(data.tray)), count=show.number(data.returned)))
        reveal(listed, self.tray, self.heading)
        self._returned.value.setText(show.number(data.returned))
        self._show_keys(data)
        self._call.setVisible(bool(data.phone))
        self.phone.setText(show.number(data.phone))
        self._show_line(data.line, data.returned)

    @override
    def narrowed(self) -> None:
        chosen = self.tray.hasFocus()
        self.retold()
        if chosen and self.tray.isHidden():
            self.first().setFocus()

    def _aim(self, data: SyncStanding) -> Aim:
        """What comes next: what came back, a new version, without internet the stick, where there is work for it."""
        state = data.line.state
        if data.tray:
            return "open"
        if state in LINE_UP:
            return "update" if data.update and data.update[0] in TAKEN else "retry"
        if state in GRAVE or not (self._sticks or (state == "offline" and data.line.waiting)):
            return "retry"
        return "read" if self.written else "write"

    def _show_keys(self, data: SyncStanding) -> None:
        """What F10 does has no button of its own meanwhile."""
        state = data.line.state
        idle = state in LINE_UP and not data.line.waiting
        again = "sync.check" if idle else "sync.retry.called" if state in CALLED else "sync.retry"
        words = {"open": "list.open", "retry": again, "write": "stick.write", "read": "stick.read"}
        self.reword(self.retry, again)
        self.reword(self.primary, words.get(self.aim) or TAKEN[data.update[0] if data.update else ""])
        for button, aim in ((self.retry, "retry"), (self.write, "write"), (self.read, "read")):
            button.setVisible(self.aim != aim)
        unplugged = self.aim == "write" and self._sticks == []
        lacking = "stick.carry" if self.aim == "read" else "stick.first" if unplugged else ""
        self.primary.wait_for(self.say(lacking) if lacking else "")

    def _show_line(self, line: LineStatus, returned: int) -> None:
        tone, icon = ("ok", "ok") if line.state in LINE_UP else ("off", "offline")
        key = f"sync.state.{line.state}"
        what, more = self.say(key), self.say(f"{key}.more")
        if line.state in GRAVE:
            tone, icon = "act", "alert"
        elif returned:
            tone, icon, more = "act", "alert", f"{what}. {more}"
            what = self.say("chip.rejected", n=returned, count=show.number(returned))
        set_tone(self.card, tone)
        self.state.tell(icon, tone, what, more)
        self._waiting.value.setText(show.number(line.waiting))
        for fact, at_ms in ((self._last, line.last_success_ms), (self._next, line.next_try_ms)):
            fact.value.setText("—" if at_ms is None else self._moment(at_ms))
        self._next.setVisible(line.next_try_ms is not None and line.state not in GRAVE)

    def _row(self, one: Listed) -> tuple[str | Pill, ...]:
        """Of what came back the reason, too, under its service."""
        request, why = one.request, self.of(reason(one.request))
        service = f"{self.of(one.service)}\n{why}" if why else self.of(one.service)
        return show.isolate(one.number), service, show.short_name(request.name), state_pill(self.language, request)

    def _moment(self, at_ms: int) -> str:
        now_ms = at_ms if self.data is None else self.data.now_ms
        return show.said_time(self.language, at_ms, now_ms, with_clock=True)

    @override
    def first(self) -> QWidget:
        return self.tray if self.data and self.data.tray else self.primary
