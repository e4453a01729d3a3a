"""S9: how the line stands, in words: last success, next try, and the tray of what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.receiving.centre_notices import Notice
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Card, Fact
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.state_row import StateRow
from ui.widgets.theme import hold

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
    retry_asked = Signal()
    update_asked = Signal()
    stick_out = Signal()
    stick_in = Signal()
    opened = Signal(str)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageSync", language, "sync.title")
        self._standing: SyncStanding | None = None
        self._update: tuple[str, dict[str, object]] | None = None
        self._tray: list[Rejected] = []
        self.heading, self.calm_text = Text(role="h2"), Text(role="hint", wrap=True)
        self.tray = Rows(len(COLUMNS), "rejectedTable")
        self.word(self.tray.setAccessibleName, "sync.tray")
        self.word(self.heading.setText, "sync.tray")
        self.word(self.calm_text.setText, "sync.tray.empty")
        self.tray.opened.connect(lambda place: self.opened.emit(self._tray[place].id))
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._card())
        row.addStretch(1)
        row.addLayout(self._side())
        self.body.addLayout(row)
        for widget in (self.heading, self.calm_text):
            self.body.addWidget(widget)
        self.body.addWidget(self.tray, 1)
        self._make_board()
        self.body.addStretch(0)
        self.retold()

    def _card(self) -> Card:
        """How the line stands; not as wide as the page: a value far from its name is read in the wrong line."""
        card = Card()
        self.state = StateRow("syncState")
        self._waiting, self._last, self._next = Fact(), Fact(), Fact()
        card.column.addWidget(self.state)
        for fact, key in ((self._waiting, "sync.waiting"), (self._last, "sync.last"), (self._next, "sync.next")):
            self.word(fact.label.setText, key)
            card.column.addWidget(fact)
        self.update_line = Text(role="hint", wrap=True)
        card.column.addWidget(self.update_line)
        card.column.addStretch(1)
        hold(card, width=CARD_PX)
        return card

    def _make_board(self) -> None:
        self._notices: Sequence[Notice] = ()
        self.board_heading, self.board = Text(role="h2"), Text(role="body", wrap=True)
        self.word(self.board_heading.setText, "notice.board")
        for widget in (self.board_heading, self.board):
            self.body.addWidget(widget)

    def _side(self) -> QVBoxLayout:
        """What can be done: by the line, and by the way that needs none."""
        side = QVBoxLayout()
        side.setSpacing(12)
        self.retry, back = Button("retryButton", "primary"), Button("backButton")
        self.update_now = Button("updateButton")
        self.update_now.clicked.connect(self.update_asked)
        self.write, self.read = Button("stickOut"), Button("stickIn")
        for button, key, pressed, signal in (
            (self.retry, "sync.retry", "F5", self.retry_asked), (self.write, "stick.write", "Alt+3", self.stick_out),
            (self.read, "stick.read", "Alt+4", self.stick_in), (back, "key.back", "Esc", self.left),
        ):  # fmt: skip
            self.word(button.word, key, pressed)
            button.clicked.connect(signal)
        for button in (self.retry, self.update_now, self.write, self.read, back):
            hold(button, width=SIDE_PX)
            side.addWidget(button)
        side.addStretch(1)
        return side

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
        place = 0 if self.language == "ar" else 1
        lines = [f"{show.moment(one.at_ms)} — {(one.ar, one.en)[place]}" for one in self._notices[:SHOWN]]
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
        place = 0 if self.language == "ar" else 1
        self.tray.head([self.say(key) for key in COLUMNS], 3)
        self.tray.fill(
            [
                (isolate(r.receipt), r.service[place], r.citizen, r.reason[place], self.say(f"acts.{r.who}"))
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

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F5", "sync.retry", self.retry_asked.emit), Action("Alt+3", "", self.stick_out.emit),
            Action("Alt+4", "", self.stick_in.emit), Action("Esc", "key.back", self.left.emit),
        ]  # fmt: skip
