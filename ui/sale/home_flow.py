"""The home screen: what can be asked for now, the last request and whether it was saved, the day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.core.events import DocumentsChanged, SyncChanged
from kiosk.model.service_request import Query, Request
from protocol.catalogue.services import FREE_MODES, PublicService
from protocol.errors import KioskError, Refused
from protocol.texts import Language, say
from ui.requests import reprint
from ui.requests.request_words import Listed, citizen, listed
from ui.sale import draft_forms as drafts
from ui.sale.citizen_visit import VisitOwner
from ui.sale.home_cards import Left
from ui.sale.home_page import HomePage, HomeShown, Offer
from ui.shell import Flow, LatePage, Shell
from ui.widgets import Both, show


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """Was it saved? What the disk holds, after any crash, power cut or time-out.

    The sale and the end of its form are one commit: a form that is still there (`kept`) was not saved, and what was
    saved has a number to compare with the last paper.
    """

    newest: Listed | None
    kept: list[Both]

    def words(self, language: Language) -> tuple[str, str]:
        place, newest = 0 if language == "ar" else 1, self.newest
        if newest is None:
            what, more = say(language, "saved.none"), say(language, "saved.none.more")
        else:
            request = newest.request
            what = say(language, "saved.last", number=show.number(newest.number))
            more = say(
                language, "saved.last.more", service=newest.service[place], time=show.clock(request.created_ms),
                amount=show.money(language, request.total_pt), citizen=citizen(request),
            )  # fmt: skip
        left = [say(language, "saved.draft", service=titles[place]) for titles in self.kept]
        return what, " ".join([more, *left])


class HomeFlow(Flow):
    """Drives the home screen."""

    def __init__(self, window: Shell, sale: VisitOwner, ask_needs: Callable[[], None]) -> None:
        super().__init__(window)
        self._sale, self._ask_needs = sale, ask_needs

    @LatePage(HomePage)
    def page(self, page: HomePage) -> None:
        sale, self._says_faults_on = self._sale, page
        page.search.searched.connect(lambda _text: self.refresh())
        page.chosen.connect(sale.choose)
        page.needs.clicked.connect(self._ask_needs)
        page.saved_asked.connect(self._check_saved)
        page.paper.clicked.connect(self._ask_paper)
        page.adding.back.clicked.connect(sale.back_to_visit)
        page.adding.new.clicked.connect(sale.home)
        page.forms.resumed.connect(sale.resume)
        page.forms.discarded.connect(self._discard)
        page.last_card.again.clicked.connect(lambda: sale.begin_again(self._last_request))
        page.last_card.paper.clicked.connect(self._reprint)
        self.hear(SyncChanged, DocumentsChanged, then=self.refresh, on=page)

    def open(self, *, adding: bool = False) -> None:
        """The screen for a new citizen, or for one more service of the visit that is open (`adding`)."""
        visit = self._sale.visit() if adding else None
        works = [] if visit is None else visit.works
        self.page.set_adding([show.pair(work.service.title) for work in works])
        self.page.reset()
        self.refresh()
        self._window.go(self.page)

    def refresh(self) -> None:
        text = self.page.search.text()
        self.ask(lambda: self._read(text), lambda seen: self._show(text, seen))

    def _read(self, text: str) -> HomeShown:
        desk = self._counter.desk
        stale = self._counter.till.stale_day()
        return HomeShown(
            front=self._offers(desk.favourites()),
            found=self._offers(desk.services(text)),
            last=[listed(self._counter, request) for request in self._last_visit()],
            totals=self._counter.till.totals(),
            drafts=[Left(d.id, drafts.title_of(self._counter, d), d.updated_ms) for d in desk.drafts.unfinished()],
            unfinished=reprint.unfinished(self._counter),
            limits=desk.limits(),
            stale=stale.key.label if stale else "",
        )

    def _check_saved(self) -> None:
        """F5: was it saved? In one key."""
        self.ask(self._saved, lambda saved: self.page.show_words(lambda: ("info", *saved.words(self.page.language))))

    def _saved(self) -> SavedAnswer:
        desk = self._counter.desk
        kept = [drafts.title_of(self._counter, draft) for draft in desk.drafts.unfinished()]
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
        self.page.search.setFocus()
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

    def _show(self, text: str, shown: HomeShown) -> None:
        if text != self.page.search.text():
            return
        self.page.set_data(shown)
        self._window.tell_keys()
        self._warn(shown)

    def _warn(self, shown: HomeShown) -> None:
        """What the operator should know before the next citizen sits down; never over a message that stands."""
        if not self.page.notice.isHidden():
            return
        if shown.stale:
            self.page.show_notice("wait", "home.stale", date=show.day(shown.stale))
        elif shown.limits:
            gravest = shown.limits[0]
            self.page.fail(Refused(f"limit_{gravest.code}", now=gravest.now, limit=gravest.limit), tone="wait")

    def _ask_paper(self) -> None:
        """A paper that nobody has answered for, or that could not be printed: its request is opened with it.

        One that belongs to no request is looked at among all papers.
        """
        job = None if self.page.data is None else self.page.data.unfinished
        if job is not None:
            self.ask(
                lambda: reprint.request_of(self._counter, job), lambda request: self._sale.show_paper(request, job)
            )

    @property
    def _last_request(self) -> Request:
        last = self.page.last_card.data
        assert last is not None  # noqa: S101 - the card is only shown with one
        return last[0].request

    def _reprint(self) -> None:
        request = self._last_request
        self.ask(lambda: reprint.print_again(self._counter, request), self._printing)

    def _printing(self, key: str) -> None:
        self.page.show_notice("info", key)
        self.refresh()
