"""From the till's own list to what the shop's other tills sold, one of them, and its money back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from kiosk.model.other_till_request import OtherTillRequest
from protocol.errors import KioskError, Refused
from protocol.override import override
from ui.requests.other_tills_page import OtherTill, OtherTillPage, OtherTills, OtherTillsPage
from ui.requests.request_list_page import Row, Wanted
from ui.requests.request_words import History
from ui.requests.reverse_page import ReversePage, ToReverse
from ui.shell.flow import Flow, LatePage
from ui.shell.shell import Shell
from ui.widgets import show

QUIET_MS: Final = 15 * 60_000
"""A till that was not heard of for so long may have paid something back that nobody knows of yet."""


class OtherTillsFlow(Flow):
    """Drives the search in the shop's other tills."""

    def __init__(self, window: Shell, back_to_own: Callable[[], object]) -> None:
        super().__init__(window)
        self._back = back_to_own
        self._wanted = Wanted()
        self._found: list[OtherTillRequest] = []
        self._names: dict[str, str] = {}
        self._at: int = 0
        window.stack.currentChanged.connect(lambda _place: self.newest())  # whoever leaves is not called back

    @LatePage(OtherTillsPage)
    def page(self, page: OtherTillsPage) -> None:
        page.table.opened.connect(self._open)
        page.again.clicked.connect(lambda: self.search(self._wanted))
        page.left.connect(self._go_back)

    @LatePage(OtherTillPage)
    def detail(self, page: OtherTillPage) -> None:
        page.left.connect(lambda: self._window.go(self.page, self.page.table))
        page.act.clicked.connect(self._act)

    @LatePage(ReversePage)
    def refund(self, page: ReversePage) -> None:
        page.setObjectName("pageNeighbourRefund")
        page.confirmed.connect(lambda reason, _agreement: self._pay(reason))
        page.left.connect(lambda: self._window.go(self.detail))

    # ---- looking

    def search(self, wanted: Wanted) -> None:
        """The page that asked stays as it is meanwhile."""
        self._wanted = wanted
        page, query = self._window.page(), wanted.query()
        page.note("info", "elsewhere.asking")

        def work() -> tuple[list[OtherTillRequest], bool, dict[str, str]]:
            neighbours = self._counter.neighbours
            found, more = neighbours.search(query)
            return found, more, {one.operator: neighbours.who(one) for one in found}

        self.ask_slow(work, *self.newest(self._shown, page.fail))

    def _shown(self, answer: tuple[list[OtherTillRequest], bool, dict[str, str]]) -> None:
        self._found, more, self._names = answer
        self._fill(more=more)
        self._window.go(self.page)

    def _fill(self, *, more: bool = False) -> None:
        rows = [
            Row(str(place), one.at_ms, one.number, one.service, _citizen(one), one.total_pt, one.state)
            for place, one in enumerate(self._found)
        ]
        self.page.set_data(OtherTills(rows, self._counter.context.now_ms(), more))

    @override
    def _go_back(self) -> None:
        self._found = []
        super()._go_back()

    # ---- one of them

    def _open(self, place: int) -> None:
        self._at = place
        self._show_one()

    def _show_one(self) -> None:
        one = self._found[self._at]
        self.detail.set_data(OtherTill(one, self._facts(one), _history(one), _possible(one), self._warning(one)))
        self._window.go(self.detail)
        self.detail.retold()

    def _facts(self, one: OtherTillRequest) -> list[tuple[str, str]]:
        return [
            ("list.citizen", _citizen(one)),
            ("elsewhere.operator", self._names.get(one.operator, "")),
            ("reverse.reason", one.reason[0 if self._window.language == "ar" else 1]),
            ("elsewhere.heard", show.moment(one.heard_ms) if one.heard_ms else ""),
        ]

    def _warning(self, one: OtherTillRequest) -> tuple[str, dict[str, object]] | None:
        """Why to ask at the other till first."""
        if one.held_by and one.refundable:
            return "elsewhere.held", {"till": show.number(one.held_by[:8])}
        if one.refundable and (one.unsent or self._counter.context.now_ms() - one.heard_ms > QUIET_MS):
            heard = show.moment(one.heard_ms) if one.heard_ms else "—"
            return "elsewhere.quiet", {"till": show.number(one.device[:8]), "time": heard}
        return None

    # ---- its money

    def _act(self) -> None:
        one = self._found[self._at]
        act = _possible(one)
        if act == "void":
            try:
                self._counter.neighbours.refuse_void(one)
            except Refused as why:
                self.detail.fail(why)
        elif act:
            self.refund.set_data(
                ToReverse(
                    "refund", one.number, one.service, one.lines, one.total_pt, people=(), alone=False,
                    reason=one.reason[0],
                )
            )  # fmt: skip
            self._window.go(self.refund)

    def _pay(self, reason: str) -> None:
        one = self._found[self._at]
        self.ask_slow(
            lambda: self._counter.neighbours.refund(one, reason),
            lambda moved: self._paid(one, moved.at_ms),
            self._refused,
            wait="busy.line",
        )

    def _paid(self, one: OtherTillRequest, at_ms: int) -> None:
        self._found[self._at] = replace(one, paid_here_ms=at_ms)
        self._fill()
        self._show_one()
        amount = show.money(self._window.language, one.total_pt)
        self.detail.note("ok", "elsewhere.paid", amount=amount)

    def _refused(self, error: KioskError) -> None:
        self.refund.armed = True
        self._fail(error)


def _citizen(one: OtherTillRequest) -> str:
    """As in the till's own lists."""
    name = f"\u2068{one.name}\u2069" if one.name else ""
    return f"{name} {show.number(one.id_end) if one.id_end else ''}".strip()


def _possible(one: OtherTillRequest) -> str:
    if one.refundable:
        return "refund"
    return "void" if one.state == "sent" else ""


def _history(one: OtherTillRequest) -> list[History]:
    till = show.number(one.refunded_by[:8])
    found: list[History] = [
        (one.at_ms, "elsewhere.sold", {}), (one.decided_ms, f"history.{one.status}", {}),
        (one.told_ms, "history.told", {}), (one.arrived_ms, "history.arrived", {}),
        (one.handed_ms, "elsewhere.handed", {}), (one.voided_ms, "elsewhere.voided", {}),
        (one.paid_here_ms, "elsewhere.paid_here", {}),
        (0 if one.paid_here_ms else one.refunded_ms, "elsewhere.refunded", {"till": till}),
    ]  # fmt: skip
    return sorted((line for line in found if line[0]), key=lambda line: line[0])
