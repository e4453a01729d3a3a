"""The lines behind one total: when, which entry, who, what, how much. They print, and a request opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.cards import Fact
from ui.widgets.layouts import beside, fill
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
    """The entries behind one total."""

    opened = Signal(str)
    print_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageLines", language, "lines.title")
        self._lines: Sequence[DayLine] = ()
        self._key, self._total_pt = "total.taken", 0
        self.total = Fact("huge", "label")
        self.first_widget = self.table = self.rows("linesTable", "lines.title", COLUMNS, 2, figures=(4,))
        self.table.opened.connect(self._open)
        self.empty = self.paragraph("lines.empty")
        self.command("F9", "key.print", self.print_asked.emit)
        self.command("Esc", "key.back", self.left.emit)
        hold(self.total, width=TOTAL_PX)
        # A sum far from its name is read in the wrong line.
        fill(self.body, beside(self.total, 1, gap=None), self.empty, (self.table, 1))
        self.retold()

    def set_lines(self, key: str, total_pt: int, lines: Sequence[DayLine]) -> None:
        self._key, self._total_pt, self._lines = key, total_pt, lines
        self.retold()

    @override
    def retold(self) -> None:
        self.total.tell(self.say(self._key), show.money(self.language, self._total_pt))
        self.table.fill(
            [
                (
                    show.clock(line.at_ms), isolate(line.receipt), self.of(line.what), self.of(line.who),
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
