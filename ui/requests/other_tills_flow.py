"""From the till's own list to what the shop's other tills sold, one of them, and its money back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from kiosk.model.other_till_request import OtherTillRequest
from protocol.errors import Refused
from protocol.override import override
from ui.requests.other_tills_page import OtherTill, OtherTillPage, OtherTills, OtherTillsPage, citizen
from ui.requests.request_list_page import RequestSearch
from ui.requests.reverse_page import ReversePage, ToReverse
from ui.shell import Flow, LatePage, Shell
from ui.widgets import show

QUIET_MS: Final = 15 * 60_000
"""A till that was not heard of for so long may have paid something back that nobody knows of yet."""


class OtherTillsFlow(Flow):
    """Drives the search in the shop's other tills."""

    def __init__(self, window: Shell, back_to_own: Callable[[], object]) -> None:
        super().__init__(window)
        self._back = back_to_own
        self._wanted = RequestSearch()
        self._names: dict[str, str] = {}
        window.stack.currentChanged.connect(lambda _place: self.newest())  # whoever leaves is not called back

    @LatePage(OtherTillsPage)
    def page(self, page: OtherTillsPage) -> None:
        page.table.opened.connect(self._open)
        page.again.clicked.connect(lambda: self.search(self._wanted))
        page.left.connect(self._go_back)

    @LatePage(OtherTillPage)
    def detail(self, page: OtherTillPage) -> None:
        page.left.connect(lambda: self._window.go(self.page, self.page.table))
        page.primary.clicked.connect(self._act)

    @LatePage(ReversePage)
    def refund(self, page: ReversePage) -> None:
        page.setObjectName("pageNeighbourRefund")
        page.confirmed.connect(lambda reason, _approver: self._pay(reason))
        page.left.connect(lambda: self._window.go(self.detail))

    # ---- looking

    def search(self, wanted: RequestSearch) -> None:
        """The page that asked stays as it is meanwhile."""
        self._wanted = wanted
        page, query = self._window.page(), wanted.query()
        page.show_notice("info", "elsewhere.asking")

        def work() -> tuple[list[OtherTillRequest], bool, dict[str, str]]:
            neighbours = self._counter.neighbours
            found, more = neighbours.search(query)
            return found, more, {one.operator: neighbours.who(one) for one in found}

        self.ask_slow(work, *self.newest(self._shown, page.fail))

    def _shown(self, answer: tuple[list[OtherTillRequest], bool, dict[str, str]]) -> None:
        found, more, self._names = answer
        self._list(found, more=more)
        self._window.go(self.page)

    def _list(self, found: Sequence[OtherTillRequest], *, more: bool = False) -> None:
        self.page.set_data(OtherTills(found, self._counter.context.now_ms(), more))

    @override
    def _go_back(self) -> None:
        self._list(())
        super()._go_back()

    # ---- one of them

    def _open(self, one: OtherTillRequest) -> None:
        now_ms = self._counter.context.now_ms()
        self.detail.set_data(OtherTill(one, self._names.get(one.operator, ""), self._warning(one, now_ms), now_ms))
        self._window.go(self.detail)
        self.detail.retold()

    def _warning(self, one: OtherTillRequest, now_ms: int) -> tuple[str, dict[str, object]] | None:
        """Why to ask at the other till first."""
        if one.held_by and one.refundable:
            return "elsewhere.held", {"till": show.number(one.held_by)}
        if one.refundable and (one.unsent or now_ms - one.heard_ms > QUIET_MS):
            return "elsewhere.quiet", {"till": show.number(one.till)}
        return None

    # ---- its money

    def _act(self) -> None:
        shown = self.detail.data
        if shown is None:
            return
        one = shown.request
        if shown.held:
            self.detail.retold()
        elif shown.act == "void":
            try:
                self._counter.neighbours.refuse_void(one)
            except Refused as why:
                self.detail.fail(why)
        elif shown.act:
            self.refund.set_data(
                ToReverse(
                    "refund", one.number, one.service, one.lines, one.total_pt, people=(), alone=False,
                    reason=one.reason.ar, citizen=citizen(one),
                )
            )  # fmt: skip
            self._window.go(self.refund)
        else:
            self.detail.show_notice("info", "detail.nothing", "elsewhere.only")

    def _pay(self, reason: str) -> None:
        assert self.detail.data is not None  # noqa: S101 - the refund is only asked for one
        one = self.detail.data.request
        self.ask_slow(
            lambda: self._counter.neighbours.refund(one, reason),
            lambda moved: self._paid(one, moved.at_ms),
            self._rearm(self.refund),
            wait="busy.line",
        )

    def _paid(self, one: OtherTillRequest, at_ms: int) -> None:
        paid = replace(one, paid_here_ms=at_ms)
        found = () if self.page.data is None else self.page.data.found
        self._list([paid if other is one else other for other in found])
        self._open(paid)
        amount = show.money(self._window.language, one.total_pt)
        self.detail.show_notice("ok", "elsewhere.paid", amount=amount)
