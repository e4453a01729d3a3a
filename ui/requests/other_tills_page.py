"""What the shop's other tills sold: a list of its own, so that nobody takes it for this till's, and one of them opened.

Nothing here is kept: it was looked up at the centre a moment ago, and is gone with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Signal

from protocol.clock import show_time
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.requests.request_list_page import Row, cells
from ui.shell.base_page import DataPage, Page
from ui.widgets import show
from ui.widgets.bill_card import BillCard
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, fill, stacked
from ui.widgets.push_button import Button

COLUMNS: Final = ("list.time", "elsewhere.receipt", "list.service", "list.citizen", "list.amount", "list.state")


class OtherTillsPage(Page):
    """Rows are those of `RequestListPage`, their `id` the place in the answer."""

    opened = Signal(int)
    again_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageElsewhere", language, "elsewhere.title")
        self._rows: list[Row] = []
        self._at_ms, self._more = 0, False
        self.whence, self.empty = Text(role="hint", wrap=True), Text(role="hint", wrap=True)
        self.first_widget = self.table = self.rows("elsewhereTable", "elsewhere.title", COLUMNS, 2, 5, figures=(4,))
        self.table.opened.connect(self.opened)
        again = self.button("againButton", "elsewhere.again", "F5", self.again_asked.emit)
        top = beside((self.whence, 1), again, self.back_button(), gap=12)
        fill(self.body, top, self.empty, (self.table, 1))
        self.retold()

    def set_rows(self, rows: Sequence[Row], at_ms: int, *, more: bool) -> None:
        """What was found at that moment; `more`: only the newest are data."""
        self._rows, self._at_ms, self._more = list(rows), at_ms, more
        self.retold()

    @override
    def retold(self) -> None:
        self.whence.setText(self.say("elsewhere.whence", time=show.clock(self._at_ms)))
        # The day is said only where it is another one than that of the question.
        self.table.fill(cells(self, self._rows, show_time(self._at_ms)[: -len(" 00:00")]))
        count = show.number(len(self._rows))
        self.empty.setText(self.say("elsewhere.more", count=count) if self._more else self.say("elsewhere.none"))
        self.empty.setVisible(self._more or not self._rows)


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


class OtherTillPage(DataPage[OtherTill]):
    """To be read only: what it was, what became of it; and its money back, where the centre lets this till."""

    act_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeighbour", language)
        self.facts = self.rows("neighbourFacts", "detail.answers")
        self.first_widget = self.history = self.rows("neighbourHistory", "detail.history")
        self.bill = BillCard(language, total="bill.paid")
        self.follow(self.bill)
        tables = Card(
            self.label(self.facts, "detail.answers", "h2"), (self.facts, 3),
            self.label(self.history, "detail.history", "h2"), (self.history, 2),
        )  # fmt: skip
        self.act = Button("neighbourAct")
        self.word(self.act.setAccessibleName, "detail.refund")  # until it is known what may be done
        self.act.clicked.connect(self.act_asked)
        self.command("Alt+1", "", self.act_asked.emit)
        only = self.paragraph("elsewhere.only")
        side = stacked(self.bill, only, self.back_button(), 1, self.act, gap=8, width=360)
        self.body.addLayout(beside((tables, 1), side))

    @override
    def show_data(self, data: OtherTill) -> None:
        self.bill.set_lines(data.lines, data.total_pt)
        self.entitle(self.of(data.service), self.say("elsewhere.of", receipt=isolate(data.receipt)))
        self.facts.fill([(self.say(key), value or "—") for key, value in data.facts])
        self.history.fill([(show.moment(at), self.say(key, **values)) for at, key, values in data.history])
        self.act.setVisible(bool(data.act))
        if data.act:
            self.act.word(self.say(f"detail.{data.act}"), "Alt+1")
        if data.warning is not None:
            key, values = data.warning
            self.note("wait", f"state.{data.state}", key, **values)
        elif self.of(data.reason):
            self.tell(lambda: ("info", self.say(f"state.{data.state}"), self.of(data.reason)))
