"""How a request is called wherever one is listed: its number, its service, its citizen, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from protocol.texts import Bilingual, Language, say
from protocol.values.masked import last_four
from ui.widgets import show
from ui.widgets.state_pill import Pill, State

if TYPE_CHECKING:
    from kiosk.counter import Counter
    from kiosk.model.service_request import Request

History = tuple[int, str, dict[str, object]]
"""What happened to a request: when, a text key, its values."""


def newest_first(history: Sequence[History]) -> list[History]:
    return sorted(history, key=lambda one: one[0])[::-1]


def till(counter: Counter) -> Bilingual:
    """What the people of the shop call this counter."""
    return Bilingual.of(lambda language: show.till(language, counter.in_force.statement().till))


def number(counter: Counter, request: Request) -> str:
    """As on its receipt."""
    return counter.in_force.number(request.epoch, request.seq)


class Listed(NamedTuple):
    """A request, its number, and its service as it was called when it was asked for."""

    request: Request
    number: str
    service: Bilingual


def listed(counter: Counter, request: Request) -> Listed:
    return Listed(request, number(counter, request), title(counter, request))


def title(counter: Counter, request: Request) -> Bilingual:
    """Its service, as it was called when it was asked for."""
    return counter.desk.service(request.service_id, request.catalogue).title


def citizen(request: Request) -> str:
    """Enough to tell people apart at the counter, not enough to know them."""
    last = show.number(end) if (end := last_four(request.national_id)) else ""
    return f"{show.short_name(request.name)} {last}".strip()


def reason(request: Request) -> Bilingual:
    """Why it was decided so."""
    return request.outcome.reason if request.outcome else Bilingual("", "")


def state_of(request: Request) -> str:
    """One word for a list: what was done here last, else what the centre said, else whether it has arrived."""
    if request.reversed:
        return request.reversed
    if request.elsewhere == "refunded":
        return "refund"
    if request.arrived_ms is not None:
        return "unclaimed" if request.handed_ms is None else "handed"
    if request.outcome is not None and request.outcome.status != "pending":
        return "ready" if request.ready_ms else request.outcome.status
    return "sent" if request.sent else "unsent"


PILLS: Final[Mapping[str, State]] = {
    "unsent": "waiting", "sent": "sent", "approved": "accepted", "rejected": "rejected", "sent_back": "back",
    "unknown": "missing", "ready": "accepted", "unclaimed": "kept", "handed": "accepted", "void": "refunded",
    "refund": "refunded",
}  # fmt: skip
"""How each state of `state_of` looks."""


def pill(language: Language, state: str) -> Pill:
    return Pill(PILLS[state], say(language, f"state.{state}"))


def state_pill(language: Language, request: Request) -> Pill:
    """How a request stands, as every list and page shows it."""
    return pill(language, state_of(request))
