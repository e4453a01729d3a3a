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
from ui.requests.request_list_page import cells
from ui.requests.request_page import OneRequestPage
from ui.requests.request_words import History
from ui.shell import DataPage
from ui.widgets import Button, Text, show
from ui.widgets.layouts import beside, fill

COLUMNS: Final = ("list.time", "elsewhere.receipt", "list.service", "list.citizen", "list.amount", "list.state")


@dataclass(frozen=True, slots=True)
class OtherTills:
    """What was found at that moment; `more`: only the newest are there."""

    found: Sequence[OtherTillRequest]
    at_ms: int
    more: bool


class OtherTillsPage(DataPage[OtherTills]):
    """Rows are those of `RequestListPage`."""

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
        rows = [(o.at_ms, o.number, o.service, citizen(o), o.total_pt, o.state) for o in data.found]
        self.table.fill(cells(self, rows, show_time(data.at_ms)[: -len(" 00:00")]), data.found)
        count = show.number(len(data.found))
        self.empty.setText(self.say("elsewhere.more", count=count) if data.more else self.say("elsewhere.none"))
        self.empty.setVisible(data.more or not data.found)


@dataclass(frozen=True, slots=True)
class OtherTill:
    """A request of another till, who sold it, and why to ask there first, if so: a text key and its values."""

    request: OtherTillRequest
    operator: str
    warning: tuple[str, dict[str, object]] | None

    @property
    def act(self) -> str:
        """Refund, void (which this till may not) or "" for neither."""
        if self.request.refundable:
            return "refund"
        return "void" if self.request.state == "sent" else ""


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
        self.entitle(self.of(request.service), self.say("elsewhere.of", receipt=show.isolate(request.number)))
        facts = [
            ("list.citizen", citizen(request)), ("elsewhere.operator", data.operator),
            ("reverse.reason", self.of(request.reason)),
            ("elsewhere.heard", show.moment(request.heard_ms) if request.heard_ms else ""),
        ]  # fmt: skip
        self.facts.fill([(self.say(key), value or "—") for key, value in facts])
        self.fill_history(_history(request))
        self.act.setVisible(bool(data.act))
        if data.act:
            self.act.word(self.say(f"detail.{data.act}"), "Alt+1")
        if data.warning is not None:
            key, values = data.warning
            self.show_notice("wait", f"state.{request.state}", key, **values)
        elif self.of(request.reason):
            self.show_words(lambda: ("info", self.say(f"state.{request.state}"), self.of(request.reason)))


def citizen(one: OtherTillRequest) -> str:
    """As in the till's own lists."""
    name = f"\u2068{one.name}\u2069" if one.name else ""
    return f"{name} {show.number(one.id_end) if one.id_end else ''}".strip()


def _history(one: OtherTillRequest) -> list[History]:
    till = show.number(one.refunded_by)
    found: list[History] = [
        (one.at_ms, "elsewhere.sold", {}), (one.decided_ms, f"history.{one.status}", {}),
        (one.told_ms, "history.told", {}), (one.arrived_ms, "history.arrived", {}),
        (one.handed_ms, "elsewhere.handed", {}), (one.voided_ms, "elsewhere.voided", {}),
        (one.paid_here_ms, "elsewhere.paid_here", {}),
        (0 if one.paid_here_ms else one.refunded_ms, "elsewhere.refunded", {"till": till}),
    ]  # fmt: skip
    return sorted((line for line in found if line[0]), key=lambda line: line[0])
