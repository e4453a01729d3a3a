"""What the shop's other tills sold: a list of its own, so that nobody takes it for this till's, and one of them opened.

Nothing here is kept: it was looked up at the centre a moment ago, and is gone with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.model.other_till_request import OtherTillRequest
from protocol.clock import show_time
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.requests.request_list_page import Row, cells
from ui.requests.request_page import OneRequestPage
from ui.requests.request_words import History
from ui.shell.base_page import DataPage
from ui.widgets import show
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, fill
from ui.widgets.push_button import Button

COLUMNS: Final = ("list.time", "elsewhere.receipt", "list.service", "list.citizen", "list.amount", "list.state")


@dataclass(frozen=True, slots=True)
class OtherTills:
    """What was found at that moment; `more`: only the newest are there."""

    rows: Sequence[Row]
    at_ms: int
    more: bool


class OtherTillsPage(DataPage[OtherTills]):
    """Rows are those of `RequestListPage`, their `id` the place in the answer."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageElsewhere", language, "elsewhere.title")
        self.whence, self.empty = Text(role="hint", wrap=True), Text(role="hint", wrap=True)
        self.first_widget = self.table = self.rows("elsewhereTable", "elsewhere.title", COLUMNS, 2, 5, figures=(4,))
        self.again = self.button("againButton", "elsewhere.again", "F5")
        top = beside((self.whence, 1), self.again, self.back_button(), gap=12)
        fill(self.body, top, self.empty, (self.table, 1))

    @override
    def show_data(self, data: OtherTills) -> None:
        self.whence.setText(self.say("elsewhere.whence", time=show.clock(data.at_ms)))
        # The day is said only where it is another one than that of the question.
        self.table.fill(cells(self, data.rows, show_time(data.at_ms)[: -len(" 00:00")]))
        count = show.number(len(data.rows))
        self.empty.setText(self.say("elsewhere.more", count=count) if data.more else self.say("elsewhere.none"))
        self.empty.setVisible(data.more or not data.rows)


@dataclass(frozen=True, slots=True)
class OtherTill:
    """A request of another till. `facts` are (text key, value).

    `act` is refund, void (which this till may not) or "" for neither; `warning` a text key and its values.
    """

    request: OtherTillRequest
    facts: Sequence[tuple[str, str]]
    history: Sequence[History]
    act: str
    warning: tuple[str, dict[str, object]] | None


class OtherTillPage(OneRequestPage[OtherTill]):
    """To be read only: what it was, what became of it; and its money back, where the centre lets this till."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeighbour", language)
        tables = self.tables("neighbourFacts", "neighbourHistory", (3, 2))
        self.first_widget = self.history
        self.act = Button("neighbourAct")
        self.word(self.act.setAccessibleName, "detail.refund")  # until it is known what may be done
        self.command("Alt+1", "", self.act.click)
        only = self.paragraph("elsewhere.only")
        self.split(tables, self.bill, only, self.back_button(), 1, self.act, width=360, gap=8)

    @override
    def show_data(self, data: OtherTill) -> None:
        request = data.request
        self.bill.set_lines(request.lines, request.total_pt)
        self.entitle(self.of(request.service), self.say("elsewhere.of", receipt=isolate(request.number)))
        self.facts.fill([(self.say(key), value or "—") for key, value in data.facts])
        self.fill_history(data.history)
        self.act.setVisible(bool(data.act))
        if data.act:
            self.act.word(self.say(f"detail.{data.act}"), "Alt+1")
        if data.warning is not None:
            key, values = data.warning
            self.note("wait", f"state.{request.state}", key, **values)
        elif self.of(request.reason):
            self.tell(lambda: ("info", self.say(f"state.{request.state}"), self.of(request.reason)))
