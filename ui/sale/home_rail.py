"""Beside the services: the day and the last sale; the service that would be begun; the visit that is open."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.requests.request_words import Listed, state_pill
from ui.sale.first_day_list import FirstDayList
from ui.sale.home_shown import HomeShown, Offer, own_name, picture_of
from ui.widgets import Button, Card, Fact, FamilyIcon, ShowsData, StatePill, Text, Translated, clear, rule, show
from ui.widgets.labels import LEAST_PX, FittedText
from ui.widgets.layouts import beside, fill, group, reveal, stacked
from ui.widgets.theme import at_largest

EDGES = (20, 12, 20, 12)
OPENED_PX = 140
"""As much as `Since Yesterday 12:00` takes in the largest letters, where the rail is narrow."""
MOST_PAPERS = 3
"""More than these are a number: the form has them all."""


class TodayCard(ShowsData[HomeShown], Card):
    """What was taken today and how often, what waits to be sent; the last sale and how it stands. Nothing personal.

    On somebody's first day its steps.
    """

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("todayCard")
        self._opened, self.large = FittedText(role="hint", end=True), Text(role="huge")
        self.what, self.later = FittedText(role="hint"), self.paragraph("home.taken.later")
        self._opened.least_px, self.what.least_px = OPENED_PX, LEAST_PX
        self.count, self.unsent = self.fact("home.count", "h2"), self.fact("home.unsent", "h2")
        self.last = self.follow(LastSale(language))
        head = beside(self.what, (self._opened, 1), gap=8)
        self._figures = group(head, self.large, self.later, self.count, self.unsent, self.last, gap=2)
        self.first_day = self.follow(FirstDayList(language))
        fill(self.column, self._figures, self.first_day, edges=EDGES)

    @override
    def show_data(self, data: HomeShown) -> None:
        totals, first_day = data.totals, data.first_day
        if first_day is not None:
            self.first_day.set_data(first_day)
        reveal(first_day is not None, self.first_day)
        reveal(first_day is None, self._figures)
        self._opened.setText(self._since(data))
        count = "home.count.open" if data.stale else "home.count"
        self.what.setText(self.say(count if data.blind else "home.taken"))
        self.large.setText(show.number(totals.count) if data.blind else show.money(self.language, totals.taken_pt))
        self.later.setVisible(data.blind and not at_largest())
        self.count.setVisible(not data.blind)
        self.count.value.setText(show.number(totals.count))
        earlier = data.waiting > totals.count  # of the days before, too
        self.unsent.label.setText(self.say("home.unsent.all" if earlier else "home.unsent"))
        self.unsent.value.setText(show.number(data.waiting))
        self.unsent.setVisible(data.blind or not at_largest())  # the header says it, too
        self.last.setVisible(bool(data.last))
        if data.last:
            self.last.set_data((data.last, data.now_ms))

    def _since(self, data: HomeShown) -> str:
        if data.day is None:
            return ""
        return self.say("home.opened", time=show.said_time(self.language, data.day.opened_ms, data.now_ms))


class LastSale(ShowsData[tuple[Sequence[Listed], int]], Card):
    """The requests of the last visit: when, what, which receipt, and how it stands."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setProperty("ground", "none")
        self._when, self._number = FittedText(role="hint"), FittedText(role="hint")
        self.title = FittedText(role="strong")
        self._number.least_px = self.title.least_px = LEAST_PX
        self.total, self.pill = Text(role="strong", end=True), StatePill()
        lines = (beside((one, 1), other, gap=8) for one, other in ((self._number, self.pill), (self.title, self.total)))
        fill(self.column, rule(), self._when, *lines, gap=2, edges=(0, 0, 0, 0))

    @override
    def show_data(self, data: tuple[Sequence[Listed], int]) -> None:
        sold, now_ms = data
        first, others = sold[0], len(sold) - 1
        time = show.said_time(self.language, first.request.created_ms, now_ms)
        self._when.setText(self.say("home.last", time=time))
        self._number.setText(self.say("detail.receipt", receipt=show.isolate(first.number)))
        self.title.setText(self.of(first.service) + (f" {show.isolate(f'+{others}')}" if others else ""))
        self.total.setText(show.money(self.language, sum(one.request.total_pt for one in sold)))
        self.pill.tell(state_pill(self.language, first.request))


class ServiceCard(ShowsData[Offer], Card):
    """The service of the row that is chosen: whose it is, what the citizen brings, what it costs."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("serviceCard")
        self._icon = FamilyIcon()
        self.title, self._whose = FittedText(role="h2"), FittedText(role="hint")
        self._bring = self.caption("home.bring", "label")
        self._papers = stacked(gap=2)
        self._price = Fact(wrap=True)
        head = beside(self._icon, (stacked(self.title, self._whose, gap=0), 1), gap=12)
        fill(self.column, head, self._bring, self._papers, rule(), self._price, 1, gap=6, edges=EDGES)

    @override
    def show_data(self, data: Offer) -> None:
        service, language = data.service, self.language
        self._icon.tell(*picture_of(service))
        self.title.setText(service.title[language])
        whose = own_name(service.competent_authority.name[language])
        self._whose.setText(f"{show.isolate(service.number)} — {whose}")
        asked = [paper for paper in service.evidence if paper.required and paper.rule is None]
        self._bring.setVisible(bool(asked))
        clear(self._papers)
        lines = MOST_PAPERS - at_largest()
        most = lines if len(asked) <= lines else lines - 1
        for paper in asked[:most]:
            self._papers.addWidget(FittedText(f"• {paper.label[language]}"))
        if len(asked) > most:
            more = len(asked) - most
            self._papers.addWidget(Text(self.say("home.bring.more", n=more, count=show.number(more)), "hint"))
        self._price.tell(self.say("home.price" if data.why_not is None else "home.not_now"), data.price(language))


class VisitCard(Translated, Card):
    """While a visit is open: for whom the next service is, and the way out to somebody else.

    `new`, which the page puts among its other actions: the next is for another citizen, the visit waits half typed.
    """

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("addingCard")
        self._services: Sequence[Bilingual] = ()
        self.more = Text(wrap=True)
        self.new = self.button(Button("newCitizenButton"), "visit.new", "F3")
        fill(self.column, self.paragraph("visit.adding", "h2"), self.more)
        self.hide()

    @property
    def open(self) -> bool:
        return bool(self._services)

    def set_services(self, services: Sequence[Bilingual]) -> None:
        """Those of the visit so far, in both languages; none where no visit is open."""
        self._services = services
        self.retold()

    @override
    def retold(self) -> None:
        named = self.say("list.comma").join(map(self.of, self._services))
        self.more.setText(self.say("visit.adding.more", services=named))
