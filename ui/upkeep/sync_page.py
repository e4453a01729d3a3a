"""S9: how the line stands, in words: last success, next try, and the tray of what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.aftercare.follow_up import who_acts
from kiosk.ports.store import RejectedRequest
from kiosk.ports.world import LineStatus
from kiosk.receiving.centre_notices import Notice
from protocol.override import override
from protocol.texts import Language
from ui.requests.request_words import citizen
from ui.shell import DataPage
from ui.upkeep.sync_chip import GRAVE, LINE_UP
from ui.widgets import Both, Button, Card, StateRow, Text, show
from ui.widgets.layouts import beside, fill, reveal, stacked

COLUMNS = ("list.receipt", "list.service", "list.citizen", "sync.reason", "sync.acts")
CARD_PX, SIDE_PX = 625, 355
SHOWN = 5
TAKEN = {
    "update.line.WAITING": "update.now", "update.line.OLD": "update.now", "update.line.CRASHED": "update.once_more",
}  # fmt: skip
"""What a person may take here and now, and the word on the button."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back, its number, and its service as it was called when it was asked for."""

    request: RejectedRequest
    number: str
    service: Both


@dataclass(frozen=True, slots=True)
class SyncStanding:
    """The line as the page shows it, what came back rejected, and what there is to say of the program's own version: a
    key with its values.
    """

    line: LineStatus
    tray: Sequence[Returned] = ()
    update: tuple[str, dict[str, object]] | None = None


class SyncPage(DataPage[SyncStanding]):
    """The state of the line, and what came back rejected."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageSync", language, "sync.title")
        self._notices: Sequence[Notice] = ()
        self.calm_text = self.paragraph("sync.tray.empty")
        self.tray = self.rows("rejectedTable", "sync.tray", COLUMNS, 3)
        self.board_heading, self.board = self.caption("notice.board"), Text(wrap=True)
        tray = self.caption("sync.tray"), self.calm_text, (self.tray, 1)
        fill(self.body, beside(self._card(), 1, self._side()), *tray, self.board_heading, self.board, 0)
        for widget in (self.tray, self.update_line, self.update_now, self.board_heading, self.board):
            widget.hide()

    def _card(self) -> Card:
        """How the line stands; not as wide as the page: a value far from its name is read in the wrong line."""
        self.state = StateRow("syncState")
        self._waiting, self._last, self._next = map(self.fact, ("sync.waiting", "sync.last", "sync.next"))
        self.update_line = Text(role="hint", wrap=True)
        return Card(self.state, self._waiting, self._last, self._next, self.update_line, 1, width=CARD_PX)

    def _side(self) -> QVBoxLayout:
        """What can be done: by the line, and by the way that needs none."""
        self.retry = self.button(Button("retryButton", "primary"), "sync.retry", "F5")
        self.update_now = Button("updateButton")
        self.write = self.button("stickOut", "stick.write", "Alt+3", foot="")
        self.read = self.button("stickIn", "stick.read", "Alt+4", foot="")
        return stacked(self.retry, self.update_now, self.write, self.read, self.back_button(), 1, width=SIDE_PX)

    def _show_update(self, key: str, values: dict[str, object]) -> None:
        self.update_line.tell(self.say(key, **values) if key else "")
        self.update_now.setVisible(key in TAKEN)
        if key in TAKEN:
            self.update_now.word(self.say(TAKEN[key]))

    def set_notices(self, notices: Sequence[Notice]) -> None:
        """What the centre wants known, the newest first."""
        self._notices = notices
        self._show_board()

    def _show_board(self) -> None:
        lines = [f"{show.moment(one.at_ms)} — {self.of((one.ar, one.en))}" for one in self._notices[:SHOWN]]
        self.board.setText("\n".join(lines))
        reveal(lines, self.board_heading, self.board)

    @override
    def show_data(self, data: SyncStanding) -> None:
        self._show_board()
        self._show_update(*(data.update or ("", {})))
        self.tray.fill(list(map(self._row, data.tray)), data.tray, [one.request.id for one in data.tray])
        self.tray.setVisible(bool(data.tray))
        self.calm_text.setVisible(not data.tray)
        line = data.line
        tone, icon = ("ok", "ok") if line.state in LINE_UP else ("off", "offline")
        if line.state in GRAVE:
            tone, icon = "act", "alert"
        key = f"sync.state.{line.state}"
        self.state.tell(icon, tone, self.say(key), self.say(f"{key}.more"))
        self._waiting.value.setText(show.number(line.waiting))
        self._last.value.setText(self._moment(line.last_success_ms))
        self._next.value.setText(self._moment(line.next_try_ms))

    def _row(self, one: Returned) -> tuple[str, ...]:
        """Of what came back: why, and whose turn it is."""
        request = one.request
        why, acts = self.of((request.reason_ar, request.reason_en)), self.say(f"acts.{who_acts(request)}")
        return show.isolate(one.number), self.of(one.service), citizen(request), why, acts

    def _moment(self, at_ms: int | None) -> str:
        return "—" if at_ms is None else show.moment(at_ms)

    @override
    def first(self) -> QWidget:
        return self.tray if self.data and self.data.tray else self.retry
