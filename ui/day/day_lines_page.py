"""The lines behind one total: when, which entry, who, what, how much. They print, and a request opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Fact
from ui.widgets.labels import Text
from ui.widgets.theme import hold

TOTAL_PX = 480
COLUMNS = ("list.time", "list.receipt", "lines.what", "lines.who", "list.amount", "list.state")


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line as shown; `what` and `who` in both languages, `reversed` is void, refund or ""."""

    at_ms: int
    receipt: str
    what: tuple[str, str]
    who: tuple[str, str]
    amount_pt: int
    request_id: str = ""
    reversed: str = ""


class DayLinesPage(Page):
    opened = Signal(str)
    print_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageLines", language, "lines.title")
        self._lines: Sequence[DayLine] = ()
        self._key, self._total_pt = "total.taken", 0
        self.total = Fact("huge", "label")
        self.table = Rows(len(COLUMNS), "linesTable")
        self.word(self.table.setAccessibleName, "lines.title")
        self.table.opened.connect(self._open)
        self.empty = Text(role="hint", wrap=True)
        self.word(self.empty.setText, "lines.empty")
        hold(self.total, width=TOTAL_PX)
        beside = QHBoxLayout()  # a sum far from its name is read in the wrong line
        beside.addWidget(self.total)
        beside.addStretch(1)
        self.body.addLayout(beside)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.table, 1)
        self.retold()

    def set_lines(self, key: str, total_pt: int, lines: Sequence[DayLine]) -> None:
        self._key, self._total_pt, self._lines = key, total_pt, lines
        self.retold()

    @override
    def retold(self) -> None:
        place = 0 if self.language == "ar" else 1
        self.total.label.setText(self.say(self._key))
        self.total.value.setText(show.money(self.language, self._total_pt))
        self.table.head([self.say(key) for key in COLUMNS], 2, figures=(4,))
        self.table.fill(
            [
                (
                    show.clock(line.at_ms), isolate(line.receipt), line.what[place], line.who[place],
                    show.money(self.language, line.amount_pt),
                    self.say(f"state.{line.reversed}") if line.reversed else "",
                )
                for line in self._lines
            ]
        )  # fmt: skip
        self.empty.setVisible(not self._lines)

    def _open(self, row: int) -> None:
        if self._lines[row].request_id:
            self.opened.emit(self._lines[row].request_id)

    @override
    def first(self) -> QWidget:
        return self.table

    @override
    def commands(self) -> list[Action]:
        return [Action("F9", "key.print", self.print_asked.emit), Action("Esc", "key.back", self.left.emit)]
