"""The home screen: what can be asked for now, the last request, the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.core.events import DocumentsChanged, SyncChanged
from kiosk.model.service_request import Query, Request
from protocol.catalogue.services import FREE_MODES, PublicService
from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.requests import reprint
from ui.requests.request_words import number, title
from ui.sale import draft_forms as drafts
from ui.sale.citizen_visit import same_again
from ui.sale.home_cards import Last, Left
from ui.sale.home_page import HomePage, Offer
from ui.sale.visit_owner import VisitOwner
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.widgets import show


@dataclass(frozen=True, slots=True)
class Seen:
    """What the home screen read."""

    front: list[Offer]
    found: list[Offer]
    last: Last | None
    last_request: Any
    totals: Any
    drafts: list[Left]
    unfinished: Any
    limits: Sequence[Any]
    stale: str


class HomeFlow(Flow):
    """Drives the home screen."""

    def __init__(self, window: Shell, sale: VisitOwner) -> None:
        super().__init__(window)
        self._sale = sale
        self._seen: Seen | None = None
        self.page = window.add(HomePage(window.language))
        self.page.searched.connect(lambda _text: self.refresh())
        self.page.chosen.connect(sale.choose)
        self.page.back_asked.connect(sale.back_to_visit)
        self.page.citizen_asked.connect(sale.home)
        self.page.resume_asked.connect(sale.resume)
        self.page.discard_asked.connect(self._discard)
        self.page.again_asked.connect(self._again)
        self.page.paper_asked.connect(self._ask_paper)
        self.page.reprint_asked.connect(self._reprint)
        self.hear(SyncChanged, DocumentsChanged, then=self.refresh, on=self.page)

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

    def _read(self, text: str) -> Seen:
        desk = self._counter.desk
        visit = self._last_visit()
        stale = self._counter.till.stale_day()
        return Seen(
            front=self._offers(desk.favourites()),
            found=self._offers(desk.services(text)),
            last=self._last(visit) if visit else None,
            last_request=visit[0] if visit else None,
            totals=self._counter.till.totals(),
            drafts=[Left(d.id, drafts.title_of(self._counter, d), d.updated_ms) for d in desk.drafts.unfinished()],
            unfinished=reprint.unfinished(self._counter),
            limits=desk.limits(),
            stale=stale.key.label if stale else "",
        )

    def _discard(self, draft_id: str) -> None:
        """The whole visit that this form belongs to."""
        desk = self._counter.desk

        def drop() -> None:
            desk.drafts.drop(*(draft.id for draft in desk.drafts.visit(draft_id)))

        self.ask(drop, self._discarded)

    def _discarded(self, _none: None) -> None:
        self.tell_discarded()
        self.page.search.setFocus()
        self.refresh()

    def tell_discarded(self) -> None:
        self.page.note("info", "draft.discarded")

    def _last_visit(self) -> list[Request]:
        """The requests of the last visit, the first one first."""
        desk = self._counter.desk
        newest = desk.requests.search(Query(limit=1))
        if not newest or newest[0].lines == 1:
            return newest
        found = desk.requests.search(Query(limit=newest[0].lines))
        return sorted((one for one in found if one.visit == newest[0].visit), key=lambda one: one.line)

    def _last(self, visit: Sequence[Request]) -> Last:
        first = visit[0]
        more = f" {isolate(f'+{len(visit) - 1}')}" if len(visit) > 1 else ""
        ar, en = title(self._counter, first)
        total_pt = sum(one.total_pt for one in visit)
        return Last((ar + more, en + more), number(self._counter, first), total_pt, several=len(visit) > 1)

    def _offers(self, services: Sequence[PublicService]) -> list[Offer]:
        return [self._offer(service) for service in services]

    def _offer(self, service: PublicService) -> Offer:
        why = self._counter.desk.available(service)
        reason, more = None, ("", "")
        if why is not None:
            (ar, *ar_more), (en, *en_more) = show.explained("ar", why), show.explained("en", why)
            reason, more = (ar, en), (_more(service, "ar", ar_more), _more(service, "en", en_more))
        return Offer(
            service.id, service.number, show.pair(service.title), self._price(service), reason,
            guidance=service.mode == "guidance", more=more,
        )  # fmt: skip

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

    def _show(self, text: str, seen: Seen) -> None:
        if text != self.page.search.text():
            return
        self._seen = seen
        self.page.set_offers(seen.front, seen.found)
        self.page.set_last(seen.last)
        self.page.set_day(seen.totals.count, seen.totals.taken_pt, seen.totals.unsent)
        self.page.set_drafts(seen.drafts)
        self.page.set_paper(seen.unfinished is not None)
        if self._window.page() is self.page:
            self._window.tell_keys()
        self._warn(seen)

    def _warn(self, seen: Seen) -> None:
        """What the operator should know before the next citizen sits down; never over a message that stands."""
        if not self.page.notice.isHidden():
            return
        if seen.stale:
            self.page.note("wait", "home.stale", date=show.day(seen.stale))
        elif seen.limits:
            gravest = seen.limits[0]
            refusal = Refused(f"limit_{gravest.code}", now=gravest.now, limit=gravest.limit)

            def told() -> tuple[str, str, str]:
                what, why, what_to_do = show.explained(self.page.language, refusal)
                return "wait", what, f"{why} {what_to_do}"

            self.page.tell(told)

    def _ask_paper(self) -> None:
        """A paper that nobody has answered for, or that could not be printed: its request is opened with it.

        One that belongs to no request is looked at among all papers.
        """
        job = None if self._seen is None else self._seen.unfinished
        if job is not None:
            self.ask(
                lambda: reprint.request_of(self._counter, job),
                lambda request: self._sale.show_paper(request, job) if request else self._sale.papers_asked.emit(),
            )

    def _again(self) -> None:
        if self._seen is not None and self._seen.last_request is not None:
            request, desk = self._seen.last_request, self._counter.desk
            self._window.wait("busy.opening")  # a second press would begin, and keep, a visit of nobody
            self.ask(lambda: same_again(desk, request), self._sale.begin_all)

    def _reprint(self) -> None:
        if self._seen is not None and self._seen.last_request is not None:
            request = self._seen.last_request
            self.ask(lambda: reprint.print_again(self._counter, request), self._told)

    def _told(self, key: str) -> None:
        self.page.note("info", key)
        self.refresh()

    @override
    def _fail(self, error: KioskError) -> None:
        self._window.free()
        self.page.fail(error)


def _more(service: PublicService, language: Language, said: list[str]) -> str:
    """Why and what to do; of what is only done live what it is and whose, for a citizen who cannot wait."""
    if service.needs_line:
        whose = f"{say(language, 'paper.authority')}: {service.competent_authority.name[language]}."
        said = [*said, service.description[language], whose]
    return " ".join(said)
