"""What the staff did: by whom, what, to whom, when; and the same as a file. Its own reading is written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from operator import itemgetter
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from central import audit, two_person_acts
from central.audit import AuditQuery
from central.console import refused_field, sheet, words
from central.console.routes import Route, does
from central.console.visit import Visit
from central.staff.acts import Act
from central.store.interface import Session
from protocol.clock import CAIRO, read_day, show_time
from protocol.errors import Refused
from protocol.texts import table

PATH: Final = "/staff/audit"
SHOWN: Final = 50
EXPORTED: Final = 20_000
_COLUMNS: Final = ("at", "staff", "act", "subject", "detail")
_FILTERS: Final = ("staff", "act", "subject", "from", "to")
_ACT: Final = "console.audit."
_NO_ACTS: Final = frozenset(
    f"{_ACT}{one}" for one in (*_FILTERS, "title", "export", "none", "none.next", "none.yet", "proposed", "withdrawn")
)
"""Other texts of the page."""


def _wanted(said: dict[str, str]) -> AuditQuery:
    """Raises Refused ``console_day``."""
    days = {name: _midnight(said[name], name) for name in ("from", "to") if said[name]}
    return AuditQuery(said["staff"], said["act"], said["subject"], days.get("from", 0), days.get("to", 0))


def _midnight(text: str, which: str) -> int:
    """When a day begins in Cairo, or ends."""
    try:
        day = read_day(text) + timedelta(days=which == "to")
    except (ValueError, OverflowError):
        raise refused_field.at(which, Refused("console_day", day=text[:20])) from None
    return int(datetime.combine(day, time(), CAIRO).timestamp() * 1000)


def listed(visit: Visit) -> Response:
    said = {name: visit.asked(name, 80) for name in _FILTERS}
    shown = dict.fromkeys(said, "") if visit.kept else said
    with visit.centre.store.reading() as session:
        page = audit.page(session, _wanted(shown), visit.number_asked("after"), SHOWN)
    kept = {name: value for name, value in shown.items() if value}
    return visit.page(
        "audit.html", title="audit.title", rows=page.rows, said=said, chosen=bool(kept),
        acts=_acts(visit, said["act"]), plain=_plain,
        after=f"{PATH}?{urlencode({**kept, 'after': str(page.after)})}" if page.after else "",
        first=f"{PATH}?{urlencode(kept)}" if visit.number_asked("after") else "",
    )  # fmt: skip


def _acts(visit: Visit, chosen: str) -> list[tuple[str, str]]:
    """Every act that has words, by them, and its proposal where it takes two; and whichever the address names."""
    known = {key.removeprefix(_ACT) for key in table() if key.startswith(_ACT) and key not in _NO_ACTS} | {chosen}
    known |= {f"{act}{step}" for act in two_person_acts.ACTS for step in words.STEPS}
    words_of = partial(words.audit_word, visit.look.language)
    return [("", visit.say("everywhere")), *sorted(((one, words_of(one)) for one in known if one), key=itemgetter(1))]


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Without what says nothing: none of it, or the first time."""
    return {name: said for name, said in detail.items() if said and (name, said) != ("epoch", 1)}


def exported(visit: Visit) -> Response:
    """A file for programs and sheets: no cell begins as a formula does. No citizen stands in an audit.

    Raises Refused ``export_most``: a file that ends in the middle would be believed to be whole.
    """
    said = {name: visit.line(name, 80) for name in _FILTERS}
    with visit.console.exports.turn(visit.who.account), visit.centre.store.reading() as session:
        found = _all(session, _wanted(said))
    with visit.centre.store.writing() as session:
        by = [name for name, value in said.items() if value]
        audit.append(session, visit.now_ms, visit.who.account, "audit.exported", "*", by=by, rows=len(found))
    rows = [(show_time(one["at_ms"]), one["staff"], one["act"], one["subject"], _line(one)) for one in found]
    return visit.file(sheet.written(_COLUMNS, rows), sheet.MEDIA, "audit.csv")


def _all(session: Session, wanted: AuditQuery) -> list[dict[str, Any]]:
    """Acts are only ever added, and the newest come first: what is done meanwhile moves none of them."""
    page = audit.page(session, wanted, 0, audit.MOST_PAGE)
    rows = page.rows
    while page.after:
        if len(rows) >= EXPORTED:
            raise Refused("export_most", most=EXPORTED)
        page = audit.page(session, wanted, page.after, audit.MOST_PAGE)
        rows = [*rows, *page.rows]
    return rows


def _line(one: dict[str, Any]) -> str:
    """The detail as programs read it: names and values, in order."""
    said = one["detail"].items()
    told = ((name, ", ".join(map(str, value)) if isinstance(value, list) else value) for name, value in said)
    return "; ".join(f"{name}={value}" for name, value in told)


ROUTES: Final[Sequence[Route]] = (
    Route("GET", PATH, listed, Act.AUDIT_READ, listed),
    does(f"{PATH}/export", exported, listed, Act.AUDIT_READ),
)
