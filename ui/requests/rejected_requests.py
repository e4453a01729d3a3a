"""What came back rejected: the rows of its tray, which stands on the page of the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.aftercare.follow_up import who_acts
from protocol.values.arabic import isolate
from ui.requests.request_words import citizen, number, title
from ui.widgets.translated import Both, Translated

if TYPE_CHECKING:
    from kiosk.counter import Counter

COLUMNS = ("list.receipt", "list.service", "list.citizen", "sync.reason", "sync.acts")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A request that came back, with why, and whose turn it is (a key of ``acts.…``)."""

    id: str
    receipt: str
    service: Both
    citizen: str
    reason: Both
    who: str

    def row(self, page: Translated) -> tuple[str, ...]:
        service, reason = page.of(self.service), page.of(self.reason)
        return isolate(self.receipt), service, self.citizen, reason, page.say(f"acts.{self.who}")


def read_rejected(counter: Counter) -> list[Rejected]:
    found = []
    for one in counter.desk.requests.rejected():
        reason = (one.outcome.reason_ar, one.outcome.reason_en) if one.outcome else ("", "")
        who = who_acts(one.outcome) if one.outcome else "shop"
        found.append(Rejected(one.id, number(counter, one), title(counter, one), citizen(one), reason, who))
    return found
