"""The catalogue: what is sold at what price, what a version changes, and publishing one that was signed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlmodel import col, select
from starlette.responses import Response

from central.console.catalogue_changes import changes, next_change, typical_pt
from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.documents import publishing
from central.documents.catalogue_publication import WAITING, publish_by_two
from central.staff.acts import Act
from central.store.device_models import Document
from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.clock import business_date
from protocol.documents.trust import payload
from protocol.errors import Corrupt, Refused
from protocol.values.arabic import search_key

PATH: Final = "/staff/catalogue"
MOST_BYTES: Final = 8 << 20
VERSIONS: Final = 20


def services(visit: Visit) -> Response:
    known, today, wanted = visit.console.catalogue.now(), business_date(visit.now_ms), visit.asked("find", 60)
    authority = visit.asked("authority")
    language = visit.look.language
    rows = [
        (one, typical_pt(one, today), _told(next_change(one, today)))
        for one in (known.services.values() if known else ())
        if (not authority or one.competent_authority.id == authority)
        and (not wanted or one.number == wanted or search_key(wanted) in search_key(one.title[language]))
    ]
    with visit.centre.store.reading() as session:
        versions = session.all(
            select(Document.version, Document.at_ms)
            .where(Document.kind == "catalogue", Document.scope == publishing.EVERYWHERE)
            .order_by(col(Document.version).desc()).limit(VERSIONS)
        )  # fmt: skip
    return visit.page(
        "catalogue.html", title="catalogue.title", rows=sorted(rows, key=lambda row: int(row[0].number)),
        versions=versions, version=known.version if known else 0, chosen={"find": wanted, "authority": authority},
        authorities=sorted(visit.console.catalogue.authorities(language).items(), key=lambda one: one[1]),
    )  # fmt: skip


def _told(day: date | None) -> str:
    return "" if day is None else str(day)


def compare(visit: Visit) -> Response:
    """Two versions that were published; with `waiting` one that waits for its second word, and the one in force."""
    if visit.asked("waiting"):
        return _compared(visit, visit.console.catalogue.now(), _waiting(visit, visit.number_asked("waiting")))
    after = publishing.catalogue(visit.centre, visit.number_asked("after"))
    if after is None:
        raise Refused("console_nothing")
    return _compared(visit, publishing.catalogue(visit.centre, visit.number_asked("before")), after)


def _waiting(visit: Visit, version: int) -> Catalogue:
    with visit.centre.store.reading() as session:
        envelope = publishing.read(session, WAITING, publishing.EVERYWHERE, version)
    if envelope is None:
        raise Refused("console_nothing")
    return read_catalogue(payload(envelope))


def _compared(visit: Visit, before: Catalogue | None, after: Catalogue, *, kept: bool = False) -> Response:
    """`kept`: the first word on it has just been given."""
    found = list(changes(before, after, business_date(visit.now_ms)))
    return visit.page(
        "compare.html", title="compare.title", before=before.version if before else 0, after=after.version, rows=found,
        first=kept,
    )  # fmt: skip


def publish_page(visit: Visit) -> Response:
    known = visit.console.catalogue.now()
    return visit.page("publish.html", title="publish.title", version=known.version if known else 0)


def publish(visit: Visit) -> Response:
    """The first word: what it changes is shown. The second one is given among the proposals, or by the same file."""
    if not visit.upload:
        raise Refused("console_file")
    try:
        with visit.centre.store.writing() as session:
            version, first = publish_by_two(visit.centre, session, visit.upload, visit.who.account)
    except Corrupt as error:  # Forged too: signed by another key, or no catalogue at all
        raise Refused("console_file") from error
    if first is not None:
        visit.console.catalogue.forget()
        return visit.moved(PATH, "published")
    return _compared(visit, visit.console.catalogue.now(), _waiting(visit, version), kept=True)


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, services, Act.CATALOGUE_EDIT),
    shows(f"{PATH}/compare", compare, Act.CATALOGUE_EDIT),
    shows(f"{PATH}/publish", publish_page, Act.CATALOGUE_PUBLISH),
    does(f"{PATH}/publish", publish, publish_page, Act.CATALOGUE_PUBLISH, most=MOST_BYTES),
)
