"""The home screen: what can be asked for now, the last request and whether it was saved, the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from PySide6.QtCore import Signal

from kiosk.core.events import DocumentsChanged, PrintJobsChanged, RequestsChanged, SyncChanged
from kiosk.model.service_request import Draft, PrintState, Query, Request
from protocol.catalogue.services import FREE_MODES, PublicService
from protocol.errors import KioskError, Refused
from protocol.texts import Bilingual, Language, say
from ui.requests import reprint
from ui.requests.request_words import Listed, citizen, listed
from ui.sale import draft_forms as drafts
from ui.sale.citizen_visit import VisitOwner
from ui.sale.home_page import HomePage
from ui.sale.home_shown import FirstDay, Found, HomeShown, Left, Offer
from ui.shell import Flow, LatePage, Shell
from ui.widgets import show

READ_MS: Final = 100
"""It is painted by then, read or not."""
HELPED_HERE: Final = ("float", "lease_soon")
"""Limits whose remedy is at home, too; of the others a supervisor agrees at the payment, by a key of that page."""


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """Was it saved? What the disk holds, after any crash, power cut or time-out.

    The sale and the end of its form are one commit: a form that is still there (`kept`) was not saved, and what was
    saved has a number to compare with the last paper.
    """

    newest: Listed | None
    kept: list[Bilingual]

    def words(self, language: Language) -> tuple[str, str]:
        newest = self.newest
        if newest is None:
            what, more = say(language, "saved.none"), say(language, "saved.none.more")
        else:
            request = newest.request
            what = say(language, "saved.last", number=show.number(newest.number))
            more = say(
                language, "saved.last.more", service=newest.service[language], time=show.clock(request.created_ms),
                amount=show.money(language, request.total_pt), citizen=citizen(request),
            )  # fmt: skip
        left = [say(language, "saved.draft", service=titles[language]) for titles in self.kept]
        return what, " ".join([more, *left])


class HomeFlow(Flow):
    """Drives the home screen."""

    day_asked = Signal()
    rejected_asked = Signal()
    practice_asked = Signal()
    """Into practice, or out of it."""

    def __init__(self, window: Shell, sale: VisitOwner, ask_needs: Callable[[], None]) -> None:
        super().__init__(window)
        self._sale, self._ask_needs = sale, ask_needs
        self._practised = set[str]()
        """Who has sold something in practice since the program began: a practice leaves nothing else behind."""
        self.hear(RequestsChanged, then=self._note_practice)

    @LatePage(HomePage)
    def page(self, page: HomePage) -> None:
        sale, self._says_faults_on = self._sale, page
        page.looked.connect(self._search)
        page.chosen.connect(sale.choose)
        page.needs.clicked.connect(self._ask_needs)
        page.command("F5", "key.saved", self._check_saved)
        page.strip.stale.clicked.connect(self.day_asked)
        page.strip.rejected.clicked.connect(self.rejected_asked)
        page.strip.paper.clicked.connect(self._ask_paper)
        page.strip.printer.clicked.connect(lambda: sale.show_paper(None, None))
        page.back_asked.connect(sale.back_to_visit)
        page.visit.new.clicked.connect(sale.home)
        page.resumed.connect(sale.resume)
        page.discarded.connect(self._discard)
        page.again_asked.connect(lambda: sale.begin_again(self._last_request))
        page.copy_asked.connect(self._reprint)
        page.today.first_day.asked.connect(self._take_step)
        self.hear(SyncChanged, DocumentsChanged, then=self.refresh, on=page)
        self.hear(PrintJobsChanged, then=self._look_at_printer, on=page)

    def open(self, *, adding: bool = False) -> None:
        """The screen for a new citizen, or for one more service of the visit that is open (`adding`)."""
        visit = self._sale.visit if adding else None
        works = [] if visit is None else visit.works
        self.page.set_adding([work.service.title for work in works])
        self.page.reset()
        self.refresh()
        self._window.go(self.page)
        if self._window.page() is self.page:
            self._window.stack.paint_next(READ_MS)  # with what is read: no empty page before

    def forget(self) -> None:
        """Whoever comes next sees nothing of this person's while the screen is read anew."""
        page = self.page
        if page.data is not None:
            page.set_data(page.data.forgotten())

    def refresh(self) -> None:
        text, area = self.page.asked
        self.ask(lambda: self._read(text, area), *self.newest(self._show))

    def _trouble(self) -> KioskError | None:
        """Why the printer prints nothing: in practice it is the same one."""
        return self._kiosk.at_work.counter.papers.trouble

    def _look_at_printer(self) -> None:
        """It is asked again and again while it prints nothing."""
        if (data := self.page.data) is not None and str(data.trouble) != str(self._trouble()):
            self.refresh()

    def _search(self) -> None:
        """At every key: nothing but what is found is read again."""
        text, area = self.page.asked
        self.ask(lambda: self._found(text, area), self._show_found)

    def _show_found(self, found: Found) -> None:
        if (known := self.page.data) is not None and (found.text, found.area) == self.page.asked:
            self._show(replace(known, found=found))

    def _read(self, text: str = "", area: str = "") -> HomeShown:
        desk, till = self._counter.desk, self._counter.till
        day = till.day()
        return HomeShown(
            front=self._offers(desk.favourites()),
            areas=Counter(service.area for service in desk.services()),
            found=self._found(text, area),
            last=[listed(self._counter, request) for request in self._last_visit()],
            day=day,
            totals=till.totals(),
            waiting=self._counter.line.status().waiting,
            blind=self._counter.closing.blind(),
            drafts=[self._left(forms) for forms in desk.drafts.visits()],
            rejected=desk.requests.rejected_count(),
            unfinished=reprint.unfinished(self._counter),
            trouble=self._trouble(),
            limits=desk.limits(),
            stale=day is not None and day.date != till.today(),
            now_ms=self._counter.context.now_ms(),
            first_day=self._first_day(),
        )

    def _found(self, text: str, area: str) -> Found:
        """What is typed, else what is opened; where nothing has what is typed, what looks like it."""
        desk = self._counter.desk
        if not text.strip():
            services = [service for service in desk.services() if service.area == area]
            return Found(text, area, self._offers(services))
        hits = desk.services(text)
        return Found(text, area, self._offers(hits or desk.nearest(text)), near=not hits)

    def _left(self, forms: Sequence[Draft]) -> Left:
        first, counter = forms[0], self._counter
        title, form, whose = drafts.title_of(counter, forms), drafts.form_of(counter, first), drafts.citizen_of(first)
        offer = self._offers([form])[0] if form else None
        return Left(first.id, title, first.updated_ms, whose, *drafts.filled(counter, first), offer)

    def _check_saved(self) -> None:
        """F5 looks again, and says what the disk holds: was it saved?"""
        self.refresh()
        self.ask(self._saved, lambda saved: self.page.show_words(lambda: ("info", *saved.words(self.page.language))))

    def _saved(self) -> SavedAnswer:
        desk = self._counter.desk
        kept = [drafts.title_of(self._counter, forms) for forms in desk.drafts.visits()]
        newest = next(iter(desk.requests.search(Query(limit=1))), None)
        return SavedAnswer(None if newest is None else listed(self._counter, newest), kept)

    def _discard(self, draft_id: str) -> None:
        """The whole visit that this form belongs to."""
        desk = self._counter.desk

        def drop() -> None:
            desk.drafts.drop(*(draft.id for draft in desk.drafts.visit(draft_id)))

        self.ask(drop, self._discarded)

    def _discarded(self, _none: None) -> None:
        self.page.show_notice("info", "draft.discarded")
        self.refresh()

    def _last_visit(self) -> list[Request]:
        """The requests of the last visit, the first one first."""
        desk = self._counter.desk
        newest = desk.requests.search(Query(limit=1))
        if not newest or newest[0].lines == 1:
            return newest
        found = desk.requests.search(Query(limit=newest[0].lines))
        return sorted((one for one in found if one.visit == newest[0].visit), key=lambda one: one.line)

    def _offers(self, services: Sequence[PublicService]) -> list[Offer]:
        return [Offer(one, self._price(one), self._counter.desk.available(one)) for one in services]

    def _price(self, service: PublicService) -> int | None:
        """What it costs whatever is answered, if that can be said at all."""
        if service.mode in FREE_MODES:
            return 0
        if any(cost.bill or cost.by is not None for cost in service.costs):
            return None
        try:
            total: int = self._counter.desk.quote(service, {}).total_pt
        except KioskError:
            return None
        return total

    # ---- somebody's first day

    def _first_day(self) -> FirstDay | None:
        """Until the first sale that is none of practice; a supervisor looks at the figures once there are any."""
        login, real = self._counter.people.current(), self._kiosk.at_work.counter
        if login is None:
            return None
        who, requests = login.operator, real.desk.requests
        whose = Query(operator=who.id, limit=1) if who.role == "operator" else Query(limit=1)
        if requests.search(whose):
            return None
        done = {
            "open": real.till.day() is not None, "practise": who.id in self._practised,
            "print": bool(real.papers.jobs([PrintState.PRINTED], 1)),
        }  # fmt: skip
        return FirstDay([step for step, is_done in done.items() if is_done], self._kiosk.practising)

    def _take_step(self, step: str) -> None:
        """In practice the sale to come is one of practice, and the real one comes after its end."""
        if step == "open":
            self.day_asked.emit()
        elif step == "print":
            self._sale.show_paper(None, None)
        elif (step == "practise") is self._kiosk.practising:
            self.page.pick_first()
        else:
            self.practice_asked.emit()

    def _note_practice(self) -> None:
        if self._kiosk.practising:
            self.ask(self._counter.people.current, self._noted)

    def _noted(self, login: Any) -> None:
        if login is not None:
            self._practised.add(login.operator.id)

    def _show(self, shown: HomeShown) -> None:
        if (shown.found.text, shown.found.area) != self.page.asked:  # typed meanwhile
            self._search()
        self._window.stack.paint_next()
        self.page.set_data(shown)
        self._window.tell_keys()
        self._warn(shown)

    def _warn(self, shown: HomeShown) -> None:
        """What the operator should know before the next citizen sits down; never over a message that stands."""
        if not shown.limits or not self.page.notice.isHidden():
            return
        page, gravest = self.page, shown.limits[0]
        limit = Refused(f"limit_{gravest.code}", now=gravest.now, limit=gravest.limit, n=gravest.now)

        def words() -> tuple[str, str, str, str]:
            what, why, remedy = show.explained(page.language, limit)
            return "wait", what, remedy if gravest.code in HELPED_HERE else page.say("home.limit"), why

        page.show_words(words)

    def _ask_paper(self) -> None:
        """A paper that could not be printed is tried again; of one that nobody has answered for its request is opened.

        One that belongs to no request is looked at among all papers.
        """
        job = None if self.page.data is None else self.page.data.unfinished
        if job is None:
            return
        if job.state is PrintState.FAILED:
            self.ask(lambda: self._counter.papers.retry(job.id), lambda _none: self._printing("print.retrying"))
            return
        self.ask(lambda: reprint.request_of(self._counter, job), lambda request: self._sale.show_paper(request, job))

    @property
    def _last_request(self) -> Request:
        data = self.page.data
        assert data is not None  # noqa: S101 - a key leads here only where there is one
        return data.last[0].request

    def _reprint(self) -> None:
        request = self._last_request
        self.ask(lambda: reprint.print_again(self._counter, request), self._printing)

    def _printing(self, key: str) -> None:
        self.page.show_notice("info", key)
        self.refresh()
