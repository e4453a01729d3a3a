"""What the shop's other tills sold: a list of its own, so that nobody takes it for this till's, and one of them opened.

Nothing here is kept: it was looked up at the centre a moment ago, and is gone with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from protocol.clock import show_time
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.requests.request_list_page import Row
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.bill_card import BillCard
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

COLUMNS: Final = ("list.time", "elsewhere.receipt", "list.service", "list.citizen", "list.amount", "list.state")


class OtherTillsPage(Page):
    """Rows are those of `RequestListPage`, their `id` the place in the answer."""

    opened = Signal(int)
    again_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageElsewhere", language, "elsewhere.title")
        self._rows: list[Row] = []
        self._at_ms, self._more = 0, False
        self.whence = Text(role="hint", wrap=True)
        self.table = Rows(len(COLUMNS), "elsewhereTable")
        self.word(self.table.setAccessibleName, "elsewhere.title")
        self.table.opened.connect(self.opened)
        self.empty = Text(role="hint", wrap=True)
        again, back = Button("againButton"), Button("backButton")
        self.word(again.word, "elsewhere.again", "F5")
        again.clicked.connect(self.again_asked)
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        top = QHBoxLayout()
        top.setSpacing(12)
        for widget in (self.whence, again, back):
            top.addWidget(widget, 1 if widget is self.whence else 0)
        self.body.addLayout(top)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.table, 1)
        self.retold()

    def set_rows(self, rows: Sequence[Row], at_ms: int, *, more: bool) -> None:
        """What was found at that moment; `more`: only the newest are shown."""
        self._rows, self._at_ms, self._more = list(rows), at_ms, more
        self.retold()

    @override
    def retold(self) -> None:
        place = 0 if self.language == "ar" else 1
        self.whence.setText(self.say("elsewhere.whence", time=show.clock(self._at_ms)))
        self.table.head([self.say(key) for key in COLUMNS], 2, 5, figures=(4,))
        self.table.fill(
            [
                (
                    self._time(row.created_ms), isolate(row.receipt), row.service[place], row.citizen,
                    show.money(self.language, row.total_pt), self.say(f"state.{row.state}"),
                )
                for row in self._rows
            ]
        )  # fmt: skip
        count = show.number(len(self._rows))
        self.empty.setText(self.say("elsewhere.more", count=count) if self._more else self.say("elsewhere.none"))
        self.empty.setVisible(self._more or not self._rows)

    def _time(self, at_ms: int) -> str:
        """The day is said only where it is another one than that of the question."""
        day = show_time(self._at_ms)[: -len(" 00:00")]
        return show.clock(at_ms) if show_time(at_ms).startswith(day) else show.moment(at_ms)

    @override
    def first(self) -> QWidget:
        return self.table

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F5", "elsewhere.again", self.again_asked.emit),
            Action("Esc", "key.back", self.left.emit),
        ]


@dataclass(frozen=True, slots=True)
class OtherTill:
    """A request of another till. `facts` are (text key, value), `history` (moment, text key, values).

    `act` is refund, void (which this till may not) or "" for neither; `warning` a text key and its values.
    """

    receipt: str
    service: tuple[str, str]
    lines: Sequence[Any]
    total_pt: int
    facts: Sequence[tuple[str, str]]
    history: Sequence[tuple[int, str, dict[str, object]]]
    state: str
    reason: tuple[str, str] = ("", "")
    act: str = ""
    warning: tuple[str, dict[str, object]] | None = None


class OtherTillPage(Page):
    """To be read only: what it was, what became of it; and its money back, where the centre lets this till."""

    act_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeighbour", language)
        self._shown: OtherTill | None = None
        self.facts, self.history = Rows(2, "neighbourFacts"), Rows(2, "neighbourHistory")
        self.bill = BillCard(language, total="bill.paid")
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.tables(("detail.answers", self.facts, 3), ("detail.history", self.history, 2)), 1)
        row.addLayout(self._side())
        self.body.addLayout(row)

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(8)
        self.only = Text(role="hint", wrap=True)
        self.word(self.only.setText, "elsewhere.only")
        self.act, back = Button("neighbourAct"), Button("backButton")
        self.word(self.act.setAccessibleName, "detail.refund")  # until it is known what may be done
        self.act.clicked.connect(self.act_asked)
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        for widget in (self.bill, self.only, back):
            hold(widget, width=360)
            side.addWidget(widget)
        side.addStretch(1)
        hold(self.act, width=360)
        side.addWidget(self.act)
        return side

    def set_neighbour(self, shown: OtherTill) -> None:
        self._shown = shown
        self.bill.set_lines(shown.lines, shown.total_pt)
        self.retold()

    @override
    def retold(self) -> None:
        shown = self._shown
        if shown is None:
            return
        place = 0 if self.language == "ar" else 1
        self.bill.set_language(self.language)
        self.title.show()
        self.subtitle.show()
        self.title.setText(shown.service[place])
        self.subtitle.setText(self.say("elsewhere.of", receipt=isolate(shown.receipt)))
        self.facts.fill([(self.say(key), value or "—") for key, value in shown.facts])
        self.history.fill([(show.moment(at), self.say(key, **values)) for at, key, values in shown.history])
        for table in (self.facts, self.history):
            table.head(["", ""], 1)
        self.act.setVisible(bool(shown.act))
        if shown.act:
            self.act.word(self.say(f"detail.{shown.act}"), "Alt+1")
        if shown.warning is not None:
            key, values = shown.warning
            self.note("wait", f"state.{shown.state}", key, **values)
        elif shown.reason[place]:
            self.tell(lambda: ("info", self.say(f"state.{shown.state}"), shown.reason[place]))

    @override
    def first(self) -> QWidget:
        return self.history

    @override
    def commands(self) -> list[Action]:
        return [Action("Alt+1", "", self.act_asked.emit), Action("Esc", "key.back", self.left.emit)]
