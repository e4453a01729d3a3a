"""From filled forms to the money: all of them checked and priced, one review, one cash step, one press."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from kiosk.counter import Counter
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.evidence_file import captured
from kiosk.model.service_request import Sale
from protocol.errors import KioskError, Refused
from protocol.journal.money_entries import EvidenceItem
from protocol.texts import LANGUAGES, Bilingual, Language, say
from ui.requests.request_words import Listed, listed, number
from ui.sale.citizen_visit import Answer, Visit, VisitOwner, Work
from ui.sale.home_shown import picture_of
from ui.sale.review_page import ReviewPage, ToPay
from ui.shell import Flow, LatePage, Shell
from ui.widgets import show

DOUBTS = ("clock_behind", "clock_ahead", "clock_back")
"""Why the computer's date is not believed (`kiosk.core.trusted_time`)."""
MOST_ROWS = 5
"""Requests whose sums are shown one by one beside the total; of more only the number is."""


@dataclass(frozen=True, slots=True)
class Priced:
    """What the worker found: a form that has to be looked at again, or the sales of today that are like these.

    `methods` are the ways beside cash in which this shop may be paid; `again`: it replaces a request whose fee is not
    transferred, because it is another one; `doubt`: why the date is not believed that the prices go by.
    """

    wrong: Work | None = None
    checked: Any = None
    sold: tuple[Listed, ...] = ()
    methods: tuple[str, ...] = ()
    again: bool = False
    now_ms: int = 0
    doubt: Refused | None = None


class CheckoutFlow(Flow):
    """Checks, prices and records the forms of a visit."""

    earlier_asked = Signal(str)
    """The request of today that somebody wants to look at instead; its id."""
    date_asked = Signal()
    """Somebody wants to look at the date that is doubted."""

    def __init__(self, window: Shell, owner: VisitOwner) -> None:
        super().__init__(window)
        self._owner = owner

    @LatePage(ReviewPage)
    def review(self, page: ReviewPage) -> None:
        page.confirmed.connect(self.record)
        page.answers.opened.connect(self._edit)
        page.left.connect(self._leave)
        page.told_new.connect(self._told_new)
        page.earlier_asked.connect(self.earlier_asked)
        page.cash.ways.changed.connect(self._window.tell_keys)
        page.another.clicked.connect(self._owner.add)
        page.date.clicked.connect(self.date_asked)

    # ---- what it comes to

    def price(self, why: Refused | None = None, said: str = "") -> None:
        """Price the visit and show the cash step; with the reason why where it was priced before, or what is `said`."""
        visit = self._owner.visit
        if visit is None:
            return
        live = any(_to_ask(work, why) for work in visit.works)
        ask, wait = (self.ask_slow, "busy.authority") if live else (self.ask, "busy.checking")
        ask(lambda: self._price(visit, why), lambda found: self._priced(visit, found, why, said), wait=wait)

    def _price(self, visit: Visit, why: Refused | None) -> Priced:
        """On a thread of the counter's."""
        desk = self._counter.desk
        for work in visit.works:
            checked = desk.check(work.service, work.raw)
            if checked.faults or any(w.code not in work.overrides for w in checked.warnings):
                return Priced(work, checked)
            work.checked, work.values = checked, checked.values
            work.evidence = _evidence(self._counter, work)
            if _to_ask(work, why):
                work.bill, work.billed = desk.inquire(work.service, work.values), work.values
            work.fees = desk.quote(work.service, work.values, work.bill)
            work.due_pt = work.fees.total_pt
        visit.transferred, again = self._transferred(visit)
        methods, now_ms = self._counter.in_force.settings().shop.methods, self._counter.context.now_ms()
        sold, doubt = self._sold(visit), desk.clock_doubt()
        return Priced(sold=sold, methods=methods, again=again, now_ms=now_ms, doubt=doubt)

    def _sold(self, visit: Visit) -> tuple[Listed, ...]:
        """What was sold today of the same to the same, the newest first, and nobody has told from this yet."""
        requests, known = self._counter.desk.requests, visit.other_than | {visit.corrects}
        found = {one.id: one for work in visit.works for one in requests.same_day(work.service, work.values)}
        asked = [one for one in found.values() if not one.reversed and one.id not in known]
        return tuple(listed(self._counter, one) for one in sorted(asked, key=lambda one: -one.created_ms))

    def _transferred(self, visit: Visit) -> tuple[Any, bool]:
        """The request whose fee pays for this one; and whether one came back whose fee is another one."""
        first, desk = visit.works[0], self._counter.desk
        before = desk.requests.get(first.draft.corrects) if first.draft.corrects else None
        if before is None or before.reversed or before.elsewhere == "refunded":
            return None, False
        old = desk.transferable(first.draft, first.fees.total_pt) if len(visit.works) == 1 else None
        return old, old is None

    def _priced(self, visit: Visit, found: Priced, why: Refused | None, said: str) -> None:
        if visit is not self._owner.visit:
            return
        if found.wrong is not None:
            self._owner.back(found.wrong, found.checked)
        else:
            self.in_turns(self._show(visit, found, why, said))

    def _show(self, visit: Visit, found: Priced, why: Refused | None, said: str) -> Iterator[None]:
        before = "" if visit.transferred is None else number(self._counter, visit.transferred)
        self.review.set_data(_to_pay(visit, found, before))
        yield
        if visit is not self._owner.visit:
            return
        self._window.go(self.review)
        if why is not None:
            self.review.fail(why)
        elif found.doubt is not None:
            self.review.tell_doubt(found.doubt)
        else:
            self.review.tell_fee(said)

    def _told_new(self) -> None:
        visit = self._owner.visit
        if visit is not None and self.review.data is not None:
            visit.other_than |= {one.request.id for one in self.review.data.sold}
        self._window.tell_keys()

    # ---- back

    def _edit(self, answer: Answer) -> None:
        visit = self._owner.visit
        place, _, field = answer[0].partition("/")
        if visit is not None:
            self._owner.back(visit.works[int(place)], field=field)

    def _leave(self) -> None:
        visit = self._owner.visit
        if visit is not None:
            self._owner.back(visit.work)

    # ---- the press

    def record(self, tendered_pt: int) -> None:
        visit = self._owner.visit
        if visit is None:
            return
        sales, old = visit.sales(tendered_pt), visit.transferred
        if old is None:
            method, reference = self.review.cash.ways.payment()
            sales = [replace(sale, method=method, reference=reference) for sale in sales]
        self._owner.keep_now()
        self._window.wait("busy.cash")

        def work() -> Any:
            desk = self._counter.desk
            if old is None:
                return desk.record(*sales)
            return self._counter.neighbours.guarded(old.id, lambda: desk.record(*sales))

        # What transfers a fee asks the centre first where there is a line: that waits on the thread of the line.
        ask = self.ask if old is None else self.ask_slow
        ask(work, self._owner.recorded, lambda e: self._unsaved(sales, e))

    def _unsaved(self, sales: Sequence[Sale], error: KioskError) -> None:
        """A refusal stored nothing. Anything else is unknown until the ids have been looked up."""
        if isinstance(error, Refused) and error.code in ("fee_changed", "bill_expired", "transfer_changed"):
            self.review.rearm()
            self.price(error)
            return
        if isinstance(error, Refused):
            self._not_saved(error)
            if error.code in DOUBTS:
                self.review.tell_doubt(error)
            return

        def recorded() -> Any:
            return self._counter.desk.record(*sales) if self._counter.desk.requests.get(sales[0].id) else None

        self.ask(
            recorded,
            lambda found: self._owner.recorded(found) if found else self._not_saved(error, "review.notsaved"),
            lambda _e: self._not_saved(error, "review.unknown"),
        )

    def _not_saved(self, error: KioskError, known: str = "") -> None:
        """Said once, with what to do with the cash. `known` is the key of what is known after looking the sale up."""
        self._window.free()
        self.review.rearm()
        if self._window.page() is not self.review and self._owner.visit is not None:
            self._window.go(self.review)  # a key pressed just before has led elsewhere; the cash lies here
        if not known:
            self.review.fail(error)
            return

        def words() -> tuple[str, str, str, str]:
            say, cause = self.review.say, show.explained(self.review.language, error)[0]
            return "act", say(known), f"{say(f'{known}.do')} {say('review.repeats')}", cause

        self.review.save_again()
        self.review.show_words(words)


def _evidence(counter: Counter, work: Work) -> tuple[EvidenceItem, ...]:
    """What is kept for this form of the papers that its answers call for; asked only where there may be any."""
    if not captured(work.service.evidence):
        return ()
    called_for = {paper.id for paper in counter.desk.read(work.service, work.values).papers}
    return tuple(one.item() for one in counter.evidence.taken(work.draft.id) if one.kind in called_for)


def _to_ask(work: Work, why: Refused | None) -> bool:
    """Whether the authority has to name the amount: not yet, for other answers, or too long ago."""
    return work.needs_bill and (work.bill is None or work.billed != work.values or why is not None)


def _to_pay(visit: Visit, found: Priced, transferred: str) -> ToPay:
    works = visit.works
    total_pt, vat_pt = (sum(getattr(work.fees, name) for work in works) for name in ("total_pt", "vat_pt"))
    if len(works) == 1:
        lines = works[0].fees.lines
    else:
        lines = _sums(works) if len(works) <= MOST_ROWS else [_sum_of_all(works)]
        vat_pt = 0  # of fees that no line names
    said = {to: _said(visit, to) for to in LANGUAGES}
    return ToPay(
        said, lines, total_pt, vat_pt, found.methods, transferred, found.again, found.sold, found.now_ms, found.doubt,
        [picture_of(work.service) for work in works],
    )  # fmt: skip


def _said(visit: Visit, language: Language) -> tuple[str, list[Answer]]:
    """What it is, and what the citizen has said."""
    works = visit.works
    if len(works) == 1:
        return works[0].service.title[language], _rows(0, works[0].answers[language])
    once = visit.asked_once(language)
    return _count(works, language), [
        row for place, work in enumerate(works) for row in _section(place, work, once[place], language)
    ]


def _section(place: int, work: Work, asked: Sequence[Answer], language: Language) -> list[Answer]:
    """A service of several: its name and what it costs, then what only it has asked."""
    lines = work.fees.lines
    cost = show.money(language, work.fees.total_pt) if lines else say(language, "visit.free")
    title = f"{show.isolate(work.service.number)} — {work.service.title[language]}"
    return [(f"{place}/", title, cost), *_rows(place, asked)]


def _rows(place: int, answers: Sequence[Answer]) -> list[Answer]:
    return [(f"{place}/{name}", label, text) for name, label, text in answers]


def _sums(works: Sequence[Work]) -> list[ReceiptLine]:
    return [ReceiptLine(w.service.title, w.fees.total_pt) for w in works]


def _sum_of_all(works: Sequence[Work]) -> ReceiptLine:
    return ReceiptLine(Bilingual.of(partial(_count, works)), sum(work.fees.total_pt for work in works))


def _count(works: Sequence[Work], language: Language) -> str:
    return say(language, "visit.count", n=len(works), count=show.number(len(works)))
