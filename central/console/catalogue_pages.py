"""The catalogue: what is sold at what price, what a version changes, and publishing one that was signed elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlmodel import col, select
from starlette.responses import Response

from central import audit, second_word
from central.console.catalogue_changes import changes, next_change, typical_pt
from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.documents import publishing
from central.staff.acts import Act
from central.store.device_models import Document
from central.store.interface import Session
from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.clock import business_date
from protocol.documents.trust import CATALOGUE, Forged, open_object
from protocol.errors import KioskError, Refused
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
    after = publishing.catalogue(visit.centre, visit.number_asked("after"))
    if after is None:
        raise Refused("console_nothing")
    before = publishing.catalogue(visit.centre, visit.number_asked("before"))
    return _compared(visit, before, after, "")


def _compared(visit: Visit, before: Catalogue | None, after: Catalogue, waits: str) -> Response:
    """`waits`: the first word on it has just been kept, by whom."""
    found = list(changes(before, after, business_date(visit.now_ms)))
    return visit.page(
        "compare.html", title="compare.title", before=before.version if before else 0, after=after.version, rows=found,
        waits=waits,
    )  # fmt: skip


def publish_page(visit: Visit) -> Response:
    known = visit.console.catalogue.now()
    return visit.page("publish.html", title="publish.title", version=known.version if known else 0)


def publish(visit: Visit) -> Response:
    """The same file by two people: the first sees what it changes, the second one's word sends it to the counters."""
    envelope = visit.upload
    if not envelope:
        raise Refused("console_file")
    after = _read(visit, envelope)
    said = {"version": after.version, "sha256": hashlib.sha256(envelope).hexdigest()}
    with visit.centre.store.writing() as session:
        first = second_word.given(
            visit.centre, session, "catalogue.published", str(after.version), said, visit.who.account
        )
        if first is not None:
            _publish(visit, session, envelope, first)
    visit.console.catalogue.forget()
    if first is not None:
        return visit.moved(PATH, "published")
    return _compared(visit, visit.console.catalogue.now(), after, visit.who.account)


def _read(visit: Visit, envelope: bytes) -> Catalogue:
    """Raises Refused ``console_file`` for what is no catalogue that our offline key has signed, ``old_catalogue``."""
    try:
        signed = open_object(envelope, CATALOGUE, publishing.keyset_of(visit.centre).publics("catalogue"))
        after = read_catalogue(signed)
    except (Forged, KioskError) as error:
        raise Refused("console_file") from error
    with visit.centre.store.reading() as session:
        newest = publishing.newest(session, "catalogue", publishing.EVERYWHERE)
    if after.version <= newest:
        raise Refused("old_catalogue", found=after.version, newest=newest)
    return after


def _publish(visit: Visit, session: Session, envelope: bytes, first: str) -> None:
    version = publishing.publish_catalogue(visit.centre, session, envelope)
    audit.append(session, visit.now_ms, visit.who.account, "catalogue.published", str(version), first=first)


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, services, Act.CATALOGUE_EDIT),
    shows(f"{PATH}/compare", compare, Act.CATALOGUE_EDIT),
    shows(f"{PATH}/publish", publish_page, Act.CATALOGUE_PUBLISH),
    does(f"{PATH}/publish", publish, publish_page, Act.CATALOGUE_PUBLISH, most=MOST_BYTES),
)
