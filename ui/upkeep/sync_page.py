"""S9: how the line stands, in words: last success, next try, and the tray of what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.receiving.centre_notices import Notice
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.cards import Card, StateRow
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, fill, stacked
from ui.widgets.push_button import Button

CARD_PX, SIDE_PX = 625, 355
COLUMNS = ("list.receipt", "list.service", "list.citizen", "sync.reason", "sync.acts")
SHOWN = 5
TAKEN = {
    "update.line.WAITING": "update.now", "update.line.OLD": "update.now", "update.line.CRASHED": "update.once_more",
}  # fmt: skip
"""What a person may take here and now, and the word on the button."""
GRAVE = ("clock_wrong", "suspended", "quarantined", "alarm")


@dataclass(frozen=True, slots=True)
class SyncStanding:
    """The line as the page shows it."""

    state: str
    last_success_ms: int | None
    next_try_ms: int | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A request that came back, with why, and whose turn it is (a key of ``acts.…``)."""

    id: str
    receipt: str
    service: tuple[str, str]
    citizen: str
    reason: tuple[str, str]
    who: str


class SyncPage(Page):
    """The state of the line, and what came back rejected."""

    retry_asked = Signal()
    update_asked = Signal()
    stick_out = Signal()
    stick_in = Signal()
    opened = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageSync", language, "sync.title")
        self._standing: SyncStanding | None = None
        self._update: tuple[str, dict[str, object]] | None = None
        self._tray: list[Rejected] = []
        self._notices: Sequence[Notice] = ()
        self.calm_text = self.paragraph("sync.tray.empty")
        self.tray = self.rows("rejectedTable", "sync.tray", COLUMNS, 3)
        self.tray.opened.connect(lambda place: self.opened.emit(self._tray[place].id))
        self.board_heading, self.board = self.caption("notice.board"), Text(wrap=True)
        tray = self.caption("sync.tray"), self.calm_text, (self.tray, 1)
        fill(self.body, beside(self._card(), 1, self._side()), *tray, self.board_heading, self.board, 0)
        self.retold()

    def _card(self) -> Card:
        """How the line stands; not as wide as the page: a value far from its name is read in the wrong line."""
        self.state = StateRow("syncState")
        self._waiting, self._last, self._next = map(self.fact, ("sync.waiting", "sync.last", "sync.next"))
        self.update_line = Text(role="hint", wrap=True)
        return Card(self.state, self._waiting, self._last, self._next, self.update_line, 1, width=CARD_PX)

    def _side(self) -> QVBoxLayout:
        """What can be done: by the line, and by the way that needs none."""
        self.retry = self.button(Button("retryButton", "primary"), "sync.retry", "F5", self.retry_asked.emit)
        self.update_now = Button("updateButton")
        self.update_now.clicked.connect(self.update_asked)
        self.write = self.button("stickOut", "stick.write", "Alt+3", self.stick_out.emit, foot="")
        self.read = self.button("stickIn", "stick.read", "Alt+4", self.stick_in.emit, foot="")
        return stacked(self.retry, self.update_now, self.write, self.read, self.back_button(), 1, width=SIDE_PX)

    def set_standing(self, standing: SyncStanding) -> None:
        self._standing = standing
        self.retold()

    def set_update(self, told: tuple[str, dict[str, object]] | None) -> None:
        """What there is to say of the program's own version: a key with its values."""
        self._update = told
        self._tell_update()

    def _tell_update(self) -> None:
        told = self._update
        self.update_line.setText(self.say(told[0], **told[1]) if told else "")
        self.update_line.setVisible(told is not None)
        self.update_now.setVisible(told is not None and told[0] in TAKEN)
        if told is not None and told[0] in TAKEN:
            self.update_now.word(self.say(TAKEN[told[0]]))

    def set_notices(self, notices: Sequence[Notice]) -> None:
        """What the centre wants known, the newest first."""
        self._notices = notices
        self._tell_board()

    def _tell_board(self) -> None:
        lines = [f"{show.moment(one.at_ms)} — {self.of((one.ar, one.en))}" for one in self._notices[:SHOWN]]
        self.board.setText("\n".join(lines))
        for widget in (self.board_heading, self.board):
            widget.setVisible(bool(lines))

    def set_tray(self, tray: Sequence[Rejected]) -> None:
        self._tray = list(tray)
        self.retold()

    @override
    def retold(self) -> None:
        self._tell_board()
        self._tell_update()
        self.tray.fill(
            [
                (isolate(r.receipt), self.of(r.service), r.citizen, self.of(r.reason), self.say(f"acts.{r.who}"))
                for r in self._tray
            ],
            [r.id for r in self._tray],
        )
        self.tray.setVisible(bool(self._tray))
        self.calm_text.setVisible(not self._tray)
        standing = self._standing
        if standing is None:
            return
        up = standing.state in ("online", "idle")
        tone, icon = ("ok", "check") if up else ("off", "offline")
        if standing.state in GRAVE:
            tone, icon = "act", "alert"
        key = f"sync.state.{standing.state}"
        self.state.tell(icon, tone, self.say(key), self.say(f"{key}.more"))
        self._waiting.value.setText(show.number(standing.waiting))
        self._last.value.setText(self._moment(standing.last_success_ms))
        self._next.value.setText(self._moment(standing.next_try_ms))

    def _moment(self, at_ms: int | None) -> str:
        return "—" if at_ms is None else show.moment(at_ms)

    @override
    def first(self) -> QWidget:
        return self.tray if self._tray else self.retry
