"""The requests of an authority, by when they are due; a citizen stands in the list masked, and in no file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from central import audit
from central.console import sheet
from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.requests import due_times, queue
from central.requests.queue import Queue, Row
from central.staff.acts import Act
from protocol.clock import DAY_MS, show_time
from protocol.errors import Refused
from protocol.values.money import format_pt
from protocol.wire.statuses import STATUSES, UNDECIDED

SHOWN: Final = 50
PATH: Final = "/staff/requests"
EXPORTED: Final = 5_000
_COLUMNS: Final = ("number", "service", "shop", "status", "amount", "arrived", "due", "holder")
GROUPS: Final = ("very_late", "late", "today", "soon", "later")


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that are about equally urgent."""

    name: str
    rows: Sequence[Row]


def authorities_of(visit: Visit, act: Act = Act.REQUEST_LIST) -> list[tuple[str, str]]:
    """Those whose requests he may see, by id and name; a supervisor of all has all that the catalogue knows."""
    own = visit.who.authorities(act)
    known = visit.console.catalogue.authorities(visit.look.language)
    return [(one, known.get(one, one)) for one in (sorted(known) if own is None else own)]


def _authority(visit: Visit, known: Sequence[tuple[str, str]]) -> str:
    wanted = visit.asked("authority") or visit.line("authority")
    return wanted if any(wanted == one for one, _ in known) else known[0][0] if known else ""


def listed(visit: Visit) -> Response:
    known = authorities_of(visit)
    authority, status = _authority(visit, known), visit.asked("status") or UNDECIDED
    if status not in STATUSES:
        raise Refused("console_nothing")
    mine, service, after = visit.asked("mine") == "yes", visit.asked("service", 60), visit.asked("after", 300)
    with visit.centre.store.reading() as session:
        page = queue.page(visit.centre, session, visit.who, Queue(authority, status, service, "", mine), after, SHOWN)
        counts = queue.counts(visit.centre, session, visit.who, Queue(authority))
    chosen = {"authority": authority, "status": status, "service": service, "mine": "yes" if mine else ""}
    kept = {name: value for name, value in chosen.items() if value}
    return visit.page(
        "queue.html", title="queue.title", authorities=known, services=_services(visit, authority), counts=counts,
        groups=list(_grouped(page.rows, visit.now_ms)), chosen=chosen, statuses=STATUSES, most=queue.COUNTED,
        may_bulk=status == UNDECIDED and visit.who.may(Act.REQUEST_BULK),
        after=f"{PATH}?{urlencode({**kept, 'after': page.after})}" if page.after else "",
        first=f"{PATH}?{urlencode(kept)}" if after else "",
    )  # fmt: skip


def exported(visit: Visit) -> Response:
    """The list that was shown, as a file: no citizen stands in it, not even masked. That it was taken is written down.

    Raises Refused ``export_most``: a file that ends in the middle would be believed to be whole.
    """
    wanted = _asked_for(visit)
    rows, after, more = list[Row](), "", True
    with visit.console.exports.turn(visit.who.account), visit.centre.store.reading() as session:
        while more:
            page = queue.page(visit.centre, session, visit.who, wanted, after, queue.MOST_PAGE)
            rows, after, more = [*rows, *page.rows], page.after, bool(page.after)
            if more and len(rows) >= EXPORTED:
                raise Refused("export_most", most=EXPORTED)
    said = {"status": wanted.status, "service": wanted.service, "rows": len(rows)}
    with visit.centre.store.writing() as session:  # nobody waits for the reading; no file without its row
        audit.append(session, visit.now_ms, visit.who.account, "requests.exported", wanted.authority, **said)
    lines = ((row.number, row.service, row.shop, row.status, format_pt(row.total_pt), show_time(row.wall_ms),
              show_time(row.due_ms), row.claimed_by) for row in rows)  # fmt: skip
    return visit.file(sheet.written(_COLUMNS, lines), sheet.MEDIA, "requests.csv")


def _asked_for(visit: Visit) -> Queue:
    """What the list was filtered by."""
    status = visit.line("status", 20) or UNDECIDED
    if status not in STATUSES:
        raise Refused("console_nothing")
    authority = _authority(visit, authorities_of(visit))
    return Queue(authority, status, visit.line("service", 60), "", visit.line("mine", 5) == "yes")


def _services(visit: Visit, authority: str) -> list[tuple[str, str]]:
    known = visit.console.catalogue.now()
    found = [
        (one.id, one.title[visit.look.language])
        for one in (known.services.values() if known else ())
        if one.competent_authority.id == authority
    ]
    return sorted(found, key=lambda one: one[1])


def _grouped(rows: Sequence[Row], now_ms: int) -> Iterator[Group]:
    for name in GROUPS:
        found = [row for row in rows if _urgency(row.due_ms, now_ms) == name]
        if found:
            yield Group(name, found)


def _urgency(due_ms: int, now_ms: int) -> str:
    """As `queue.counts` has them. What is due by the end of a day is due at the midnight after it."""
    if due_ms < now_ms:
        return "very_late" if now_ms - due_ms > DAY_MS else "late"
    if due_ms <= due_times.day_ends_ms(now_ms):
        return "today"
    return "soon" if due_ms <= due_times.day_ends_ms(now_ms, queue.SOON_DAYS) else "later"


def search(visit: Visit) -> Response:
    """The number of a paper or a request's id: a form, so that what is typed stands in no address."""
    with visit.centre.store.reading() as session:
        found = queue.find(session, visit.who, Act.REQUEST_LIST, visit.line("number", 60))
    return visit.moved(f"{PATH}/{found.id}")


def next_one(visit: Visit) -> Response:
    """The most urgent one that nobody has in hand; where there is none, the list says so."""
    authority = _authority(visit, authorities_of(visit, Act.REQUEST_DECIDE))
    with visit.centre.store.reading() as session:
        row = queue.next_of(visit.centre, session, visit.who, Queue(authority))
    return visit.moved(PATH, "queue.empty", authority=authority) if row is None else visit.moved(f"{PATH}/{row.id}")


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, listed, Act.REQUEST_LIST),
    does(f"{PATH}/search", search, listed, Act.REQUEST_LIST),
    does(f"{PATH}/export", exported, listed, Act.EXPORT),
    does(f"{PATH}/next", next_one, listed, Act.REQUEST_DECIDE),
)
