"""From the list of requests to the picture of its day, and back."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Callable, Sequence

from kiosk.model.service_request import Query, Request
from protocol.clock import show_time
from ui.requests.day_chart_page import DayChart, DayChartPage
from ui.requests.request_words import title
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.widgets import show

MOST = 12
"""Services by name; the rest of a day is one line."""


def by_hour(requests: Sequence[Request]) -> list[tuple[int, int]]:
    """Every hour from the first with a request to the last, in Cairo's time."""
    found = Count(int(show_time(request.created_ms)[-5:-3]) for request in requests)
    return [(hour, found[hour]) for hour in range(min(found), max(found) + 1)] if found else []


class DayChartFlow(Flow):
    """Drives the day's chart."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self.page = window.add(DayChartPage(window.language))
        self.page.left.connect(self._go_back)

    def open(self, day: str, back: Callable[[], object]) -> None:
        """The picture of `day`, ISO; "" for the business date of now."""
        self._back = back

        def shown(picture: DayChart) -> None:
            self.page.set_data(picture)
            self._window.go(self.page)

        self.ask(lambda: self._read(day or self._counter.till.today()), shown, self._window.page().fail)

    def _read(self, day: str) -> DayChart:
        requests = [
            one for one in self._counter.desk.requests.search(Query(date=day, limit=-1)) if one.reversed != "void"
        ]
        counts = Count(request.service_id for request in requests)
        newest = {request.service_id: request for request in reversed(requests)}
        services = [(title(self._counter, newest[service]), count) for service, count in counts.most_common(MOST)]
        rest = len(requests) - sum(count for _, count in services)
        others = [(show.both("picture.others"), rest)] if rest else []
        return DayChart(day, by_hour(requests), [*services, *others])
