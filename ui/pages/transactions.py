"""S7: find a request by receipt, number, mobile or name. Names are shortened; the newest comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from kiosk.arabic import isolate
from kiosk.override import override
from kiosk.texts import Language
from ui import show
from ui.fields.line import LineEdit
from ui.pages.page import Action, Page
from ui.parts.answers import Rows
from ui.parts.text import Text

SETTLE_MS = 150
COLUMNS = ("list.time", "list.receipt", "list.service", "list.citizen", "list.amount", "list.state")


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list; what names the citizen is masked already."""

    id: str
    created_ms: int
    receipt: str
    service: tuple[str, str]
    citizen: str
    total_pt: int
    state: str


class Transactions(Page):
    asked = Signal(str, bool)
    opened = Signal(str)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageTransactions", language, "list.title")
        self._rows: list[Row] = []
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.ask)
        self.body.addLayout(self._top())
        self.table = Rows(len(COLUMNS), "transactionTable")
        self.word(self.table.setAccessibleName, "list.title")
        self.table.opened.connect(lambda row: self.opened.emit(self._rows[row].id))
        self.empty = Text(role="hint", wrap=True)
        self.word(self.empty.setText, "list.empty")
        self.body.addWidget(self.empty)
        self.body.addWidget(self.table, 1)
        self.retold()

    def _top(self) -> QHBoxLayout:
        self.search = LineEdit("transactionSearch")
        self.word(self.search.setPlaceholderText, "list.search")
        self.word(self.search.setAccessibleName, "list.search")
        self.search.textChanged.connect(lambda _text: self._settle.start())
        self.unsent = QCheckBox()
        self.unsent.setObjectName("unsentOnly")
        self.word(self.unsent.setText, "list.unsent")
        self.word(self.unsent.setAccessibleName, "list.unsent")
        self.unsent.toggled.connect(self.ask)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.unsent)
        return top

    def set_rows(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)
        self.retold()

    @override
    def retold(self) -> None:
        self.table.head([self.say(key) for key in COLUMNS], 2)
        place = 0 if self.language == "ar" else 1
        self.table.fill(
            [
                (
                    show.moment(row.created_ms), isolate(row.receipt), row.service[place], row.citizen,
                    show.money(self.language, row.total_pt), self.say(f"state.{row.state}"),
                )
                for row in self._rows
            ]
        )  # fmt: skip
        self.empty.setVisible(not self._rows)

    def ask(self) -> None:
        self._settle.stop()
        self.asked.emit(self.search.text(), self.unsent.isChecked())

    def reset(self) -> None:
        self.search.clear()
        self.unsent.setChecked(False)
        self.calm()

    @override
    def first(self) -> QWidget:
        return self.search

    @override
    def commands(self) -> list[Action]:
        return [Action("Esc", "key.back", self.left.emit)]
