"""The money of the day: its totals and their lines, day by day; cash in and out; what still waits for agreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from kiosk.cash.day_close import UnsettledClose, difference_subject
from kiosk.core.events import PrintJobsChanged, RequestsChanged, SessionChanged
from kiosk.model.day_book import MOVEMENT_TOTALS, REQUEST_TOTALS, BookLine, DayBook, TotalName
from kiosk.printing.till_papers import CashKind, Moving
from kiosk.staff.centre_approvals import Approver
from protocol.texts import Bilingual, Language, say
from protocol.values.arabic import isolate
from ui.approvals.centre_approval_flow import CentreApprovalFlow
from ui.day.cash_page import CashPage
from ui.day.close_day_flow import CloseDayFlow
from ui.day.day_lines_page import DayLine, DayLines, DayLinesPage
from ui.day.day_page import NOTHING, DayPage, DayShown, Total
from ui.day.hour_bars import by_hour, hour
from ui.day.service_bars import by_service
from ui.session.session_control import SessionControl
from ui.shell import Flow, LatePage, Page, Shell

FEES: Final[tuple[TotalName, ...]] = ("taken", "government", "service", "vat", "noncash", "commission")
ALWAYS: Final = frozenset({"taken", "government", "service", "cash"})
"""The others stand there once they have a line: the whole day at one look."""


def totals_of(book: DayBook, *, blind: bool, opened_by: Bilingual = NOTHING) -> list[Total]:
    """The day's totals as shown, and each movement of cash by itself. `blind`: before the drawer is counted it is told
    what moved its cash, and nothing of what was taken.
    """

    def rows(names: Sequence[TotalName]) -> list[Total]:
        shown = [name for name in names if name in ALWAYS or book.count(name)]
        return [Total(name, f"total.{name}", book.count(name), _shown_pt(book, name, blind=blind)) for name in shown]

    return [
        Total("opening", "paper.opening", None, book.day.opening_pt, opened_by, book.day.opened_ms),
        *rows(("cash",)),
        *(Total(name, f"total.{name}", 1, line.amount_pt, said_of(line), line.at_ms) for name, line in _moved(book)),
        *(() if blind else rows(FEES)),
    ]


def _moved(book: DayBook) -> list[tuple[TotalName, BookLine]]:
    """What moved cash beside sales, in the order of the day."""
    moved: list[tuple[TotalName, BookLine]] = [(name, line) for name in MOVEMENT_TOTALS for line in book.lines(name)]
    return sorted(moved, key=lambda one: (one[1].epoch, one[1].seq))


def said_of(line: BookLine) -> Bilingual:
    """To whom it went, why, and by which reference."""

    def words(language: Language) -> str:
        reference = say(language, "day.reference", number=isolate(line.reference)) if line.reference else ""
        return " — ".join(part for part in (line.party, line.reason, reference) if part)

    return Bilingual.of(words)


def _place(days: Sequence[Any], day: Any) -> int:
    """Which of them it is, the newest being the first."""
    return next((n for n, one in enumerate(days) if day is not None and one.key == day.key), 0)


def figures_of(book: DayBook, *, blind: bool) -> dict[str, int | None]:
    """Those at the head of the page."""
    known = {} if blind else {"grand": book.grand_total_pt}
    return {"count": len(book.requests), "expected": None if blind else book.expected_pt, **known}


def _shown_pt(book: DayBook, name: TotalName, *, blind: bool) -> int | None:
    return None if blind and name in REQUEST_TOTALS else book.total_pt(name)


class DayFlow(Flow):
    """Drives the pages of the day."""

    def __init__(
        self, window: Shell, session: SessionControl, centre_approval: CentreApprovalFlow,
        home: Callable[[], None], open_one: Callable[[str, Callable[[], object]], None],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._centre_approval, self._home, self._open_one = centre_approval, home, open_one
        self._name: TotalName = "taken"
        self._day: Any = None
        self._waiting: UnsettledClose | None = None
        self._may_agree = False
        self.closing = CloseDayFlow(window, session, self.open)

    @LatePage(DayPage)
    def page(self, page: DayPage) -> None:
        page.left.connect(self._home)
        page.table.opened.connect(self.open_lines)
        page.report.clicked.connect(self._print_report)
        page.earlier.clicked.connect(lambda: self._turn(1))
        page.later.clicked.connect(lambda: self._turn(-1))
        page.cash_asked.connect(self._begin_cash)
        page.close_asked.connect(self.closing.begin)
        page.agree.clicked.connect(self._agree)
        self.hear(RequestsChanged, SessionChanged, PrintJobsChanged, then=self._refresh, on=page)

    @LatePage(DayLinesPage)
    def lines(self, page: DayLinesPage) -> None:
        page.left.connect(lambda: self._read(self._opened))  # the day that was looked at, not today's
        page.paper.clicked.connect(self._print_lines)
        page.table.opened.connect(self._open_line)

    @LatePage(CashPage)
    def cash(self, page: CashPage) -> None:
        page.left.connect(self.open)
        page.confirmed.connect(self._move)

    # ---- looking

    def open(self) -> None:
        """The open day, else the one that was closed last."""
        self._day = None
        self._read(self._opened)

    def _turn(self, by: int) -> None:
        """To an earlier day (1) or a later one (-1), as far as there are any."""

        def work() -> Any:
            days = self._counter.books.days()
            return days[min(max(0, _place(days, self._day) + by), len(days) - 1)]

        def turned(day: Any) -> None:
            self._day = day
            self.page.calm()
            self._read(self._window.tell_keys)

        self.ask(work, turned)

    def _opened(self) -> None:
        self._window.go(self.page)
        self._ask_waiting()

    def _ask_waiting(self) -> None:
        """A close that could not wait for a second person says so until one has agreed."""
        unsettled = self._counter.unsettled

        def work() -> tuple[UnsettledClose | None, bool]:
            day = unsettled.oldest()
            return day, day is not None and unsettled.may_agree(day)

        def shown(found: tuple[UnsettledClose | None, bool]) -> None:
            self._waiting, self._may_agree = found
            self.page.set_waiting(self._waiting, may_agree=self._may_agree)

        self.ask(work, shown)

    def _agree(self) -> None:
        day, unsettled = self._waiting, self._counter.unsettled
        if day is None:
            return

        def agreed(_none: None) -> None:
            self._window.free()
            self._waiting = None
            self.page.show_notice("ok", "today.agreed")
            self._ask_waiting()

        def by_centre(approver: Approver) -> None:
            self._window.go(self.page)
            self.ask(lambda: unsettled.agree(day.seq, approver), agreed)

        if self._may_agree:
            self.ask(lambda: unsettled.agree(day.seq), agreed, wait="busy.saving")
        else:
            self._centre_approval.open(lambda: difference_subject(day), by_centre)

    def _read(self, then: Callable[[], object]) -> None:
        def shown(found: tuple[Any, DayShown]) -> None:
            self._day, data = found
            self.page.set_data(data)
            then()

        self.ask(self._read_day, shown)

    def _read_day(self) -> tuple[Any, DayShown]:
        """On the counter's thread: the day that is looked at, else the open one, else the newest."""
        books, day = self._counter.books, self._day
        days = books.days()
        if day is None:
            day = next((one for one in days if one.closed_ms is None), None) or next(iter(days), None)
        book = books.book(None if day is None else day.key)
        is_open = book.day.closed_ms is None
        blind = is_open and self._counter.closing.blind()
        totals = totals_of(book, blind=blind, opened_by=self._who(book.day.operator))
        now = hour(self._counter.context.now_ms()) if book.day.date == self._counter.till.today() else None
        hours, services = by_hour(book.requests), by_service(book.requests, books.titles(book))
        figures, left = figures_of(book, blind=blind), books.float_left_pt() if is_open else None
        if left is not None:
            figures["float"] = max(0, left)
        place = _place(days, day)
        around = place + 1 < len(days), place > 0
        return book.day, DayShown(book.day.key.label, totals, is_open, hours, services, now, figures, around)

    def _refresh(self) -> None:
        self._read(lambda: None)

    def open_lines(self, total: Total) -> None:
        day = self._day
        if day is None or total.count is None:
            return  # it is just being read, or is no sum of lines
        if total.amount_pt is None:
            self.page.show_notice("info", "today.hidden", "today.hidden.do")
            return
        name = self._name = cast("TotalName", total.name)

        def work() -> DayLines:
            book = self._counter.books.book(day.key)
            titles = self._counter.books.titles(book)
            lines = [self._line(line, titles) for line in book.lines(name)]
            return DayLines(f"total.{name}", book.total_pt(name), lines, day.key.label)

        self.go_to(self.lines, work)

    def _open_line(self, one: DayLine) -> None:
        if one.line.request_id:
            self._open_one(one.line.request_id, lambda: self._window.go(self.lines))

    def _who(self, operator: str) -> Bilingual:
        one = self._counter.in_force.operators().get(operator)
        return NOTHING if one is None else one.name

    def _line(self, line: BookLine, titles: dict[str, Bilingual]) -> DayLine:
        what = titles.get(line.service_id) or said_of(line)
        return DayLine(line, self._counter.in_force.number(line.epoch, line.seq), what, self._who(line.operator))

    def _print_report(self) -> None:
        """Of the open day as it stands; of a closed one its last statement once more, as a copy."""
        day = self._day
        if day is None or day.closed_ms is None:
            self._print(self._counter.closing.x_report, self.page)
        else:
            self.closing.print_copy(day, self.page)

    def _print_lines(self) -> None:
        name, day = self._name, self._day
        if day is not None:  # else it is just being read
            self._print(lambda: self._counter.closing.lines(name, day.key), self.lines)

    def _print(self, sheet: Callable[[], Any], page: Page) -> None:
        self.ask(lambda: self._counter.papers.add(sheet()), lambda _job: page.show_notice("info", "print.coming"))

    # ---- cash

    def _begin_cash(self, kind: CashKind) -> None:
        self.cash.set_kind(kind, [] if self.page.data is None else self.page.data.moved)
        self._window.go(self.cash)

    def _move(self, moving: Moving) -> None:
        move, again = self._counter.cash.move, self._rearm(self.cash)
        self.ask(lambda: move(moving), lambda _movement: self._read(self._moved), again, wait="busy.saving")

    def _moved(self) -> None:
        self._window.go(self.page)
        self.page.show_notice("ok", "cash.saved")
