"""How a request is called wherever one is listed: its number, its service, its citizen, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kiosk.model.service_request import PrintState
from protocol.texts import Bilingual, Language, say
from protocol.values.masked import last_four, mask
from ui.widgets import Translated, show
from ui.widgets.state_pill import Pill, State

if TYPE_CHECKING:
    from kiosk.counter import Counter
    from kiosk.model.service_request import Request

SHOWN: Final = 8
"""Of a masked number: its stars and its end."""
History = tuple[int, str, dict[str, object]]
"""What happened to a request: when, a text key, its values."""


def history_rows(page: Translated, history: Sequence[History], now_ms: int) -> list[tuple[str, str]]:
    """When and what, the newest first."""
    rows: list[tuple[str, str]] = []
    for at_ms, key, values in sorted(history, key=lambda one: one[0])[::-1]:
        taker = values.get("taker")
        to = f"{page.say(f'detail.taker.{taker}')} {values['name']}".strip() if taker else ""
        when = show.said_time(page.language, at_ms, now_ms, with_clock=True)
        rows.append((when, page.say(key, **values, to=to)))
    return rows


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
    return masked_citizen(show.short_name(request.name), last_four(request.national_id))


def masked(number: str) -> str:
    """Stars and the end of it."""
    return show.number(mask(number)[-SHOWN:]) if number else "—"


def masked_citizen(name: str, id_end: str) -> str:
    """A shortened name, and the end of an ID that is told from it by the stars of what is not shown."""
    return f"{name} {show.number(f'****{id_end}') if id_end else ''}".strip()


def reason(request: Request) -> Bilingual:
    """Why it was decided so."""
    return request.decision.reason if request.decision else Bilingual("", "")


def state_of(request: Request) -> str:
    """One word for a list: what was done here last, else what the centre said, else whether it has arrived."""
    if request.reversed:
        return request.reversed
    if request.elsewhere == "refunded":
        return "refund"
    if request.arrived_ms is not None:
        return "unclaimed" if request.handed_ms is None else "handed"
    if request.decision is not None and request.decision.status != "pending":
        return "ready" if request.ready_ms else request.decision.status
    return "sent" if request.sent else "unsent"


def print_again_word(request: Request) -> str:
    """The text key: its paper that has not come out yet, or a copy of it."""
    return "print.again" if request.paper in (PrintState.WAITING, PrintState.FAILED) else "print.copy"


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
