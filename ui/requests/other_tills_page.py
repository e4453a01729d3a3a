"""What the shop's other tills sold: a list of its own, so that nobody takes it for this till's, and one of them opened.

Nothing here is kept: it was looked up at the centre a moment ago, and is gone with the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.model.other_till_request import OtherTillRequest
from protocol.override import override
from protocol.texts import Language
from ui.requests.request_card import RequestCard, Shown
from ui.requests.request_list_page import cells
from ui.requests.request_page import OneRequestPage
from ui.requests.request_words import History, history_rows, masked_citizen, pill
from ui.shell import DataPage
from ui.widgets import Card, Text, show

COLUMNS: Final = ("list.time", "list.receipt", "list.service", "list.citizen", "list.amount", "list.state")


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
        self.first_widget = self.table = self.rows("elsewhereTable", "elsewhere.title", COLUMNS, 2, figures=(4,))
        self.table.spare(3, 4, at_largest=(4,))
        self.table.currentCellChanged.connect(lambda *_: self._tell_chosen())
        self.card = self.follow(RequestCard(language))
        self.primary = self.primary_button("list.open", self.table.open)
        self.again = self.button("againButton", "elsewhere.again", "F5", icon="refresh")
        self.back_button()
        self.arrange(self.whence, self.empty, (self.table, 1), context=self.card, actions=(self.again,))

    @override
    def show_data(self, data: OtherTills) -> None:
        self.whence.setText(self.say("elsewhere.whence", time=show.clock(data.at_ms)))
        rows = [(o.at_ms, o.number, o.service, _name(o), o.total_pt, o.state) for o in data.found]
        self.table.fill(cells(self, rows, data.at_ms), data.found)
        count = show.number(len(data.found))
        self.empty.setText(self.say("elsewhere.more", count=count) if data.more else self.say("elsewhere.none"))
        self.empty.setVisible(data.more or not data.found)
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        one: OtherTillRequest | None = self.table.chosen()
        self.primary.wait_for(missing=one is None)
        if one is None:
            self.card.tell(None)
            return
        state = pill(self.language, one.state)
        self.card.tell(Shown(one.number, state, one.service, citizen(one), one.total_pt, one.reason))


@dataclass(frozen=True, slots=True)
class OtherTill:
    """A request of another till at `now_ms`, who sold it, and why to ask there first, if so: a text key and its
    values.
    """

    request: OtherTillRequest
    operator: str
    warning: tuple[str, dict[str, object]] | None
    now_ms: int

    @property
    def act(self) -> str:
        """Refund, void (which this till may not) or "" for neither."""
        if self.request.refundable:
            return "refund"
        return "void" if self.request.state == "sent" else ""

    @property
    def held(self) -> bool:
        """Whether its refund was begun at another till, and is ended there."""
        return self.warning is not None and self.warning[0] == "elsewhere.held"


class OtherTillPage(OneRequestPage[OtherTill]):
    """To be read only: what it was, what became of it; and its money back, where the centre lets this till."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeighbour", language)
        tables = self.parts("neighbourFacts", "neighbourHistory")
        self.first_widget = self.facts
        self.primary = self.primary_button("detail.refund")
        self.back_button()
        only = self.paragraph("elsewhere.only")
        self.arrange((tables, 1), context=Card(self.citizen, self.paid, only, 1))

    @override
    def show_data(self, data: OtherTill) -> None:
        request = data.request
        self.entitle(self.of(request.service), self.say("elsewhere.of", receipt=show.isolate(request.number)))
        self.pill.tell(pill(self.language, request.state))
        self.citizen.value.setText(citizen(request) or "—")
        self.tell_paid(request.total_pt, request.lines)
        heard = show.said_time(self.language, request.heard_ms, data.now_ms, with_clock=True)
        facts = [
            ("elsewhere.operator", data.operator), ("reverse.reason", self.of(request.reason)),
            ("elsewhere.heard", heard if request.heard_ms else ""),
        ]  # fmt: skip
        till = show.number(request.till)
        self.facts.fill([(self.say(key, till=till), value or "—") for key, value in facts])
        self.history.fill(history_rows(self, _history(request), data.now_ms))
        key, values = data.warning or ("", {})
        ask = bool(key) and not data.held
        self.reword(self.primary, "elsewhere.asked" if ask else f"detail.{data.act or 'nothing'}")
        there = self.say("elsewhere.there", **values) if data.held else ""
        self.primary.wait_for(there, missing=data.act != "refund")
        if key:
            self.show_notice("wait", "elsewhere.ask_first" if ask else "elsewhere.there", key, **values)


def _name(one: OtherTillRequest) -> str:
    return f"\u2068{one.name}\u2069" if one.name else ""


def citizen(one: OtherTillRequest) -> str:
    """As on the till's own pages."""
    return masked_citizen(_name(one), one.id_end)


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
