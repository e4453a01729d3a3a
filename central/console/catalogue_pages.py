"""The catalogue: what is sold at what price, what is drafted, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlmodel import col, select
from starlette.responses import Response

from central.console.catalogue_changes import changes, next_change, typical_pt
from central.console.routes import Route, shows
from central.console.service_fields import differences
from central.console.visit import Visit
from central.documents import catalogue_drafts, publishing
from central.documents.catalogue_publication import WAITING
from central.staff.acts import Act
from central.store.device_models import Document
from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.clock import business_date
from protocol.documents.trust import payload
from protocol.errors import Refused
from protocol.values.arabic import search_key

PATH: Final = "/staff/catalogue"
VERSIONS: Final = 20
PLACES: Final = 60
"""Of one service that are shown as they were and are; whoever changes more has changed all of it."""


def services(visit: Visit) -> Response:
    known, today, wanted = visit.console.catalogue.now(), business_date(visit.now_ms), visit.asked("find", 60)
    authority, language = visit.asked("authority"), visit.look.language
    rows = [
        (one, typical_pt(one, today), next_change(one, today))
        for one in (known.services.values() if known else ())
        if (not authority or one.competent_authority.id == authority)
        and (not wanted or one.number == wanted or search_key(wanted) in search_key(one.title[language]))
    ]
    with visit.centre.store.reading() as session:
        found = session.all(
            select(Document.version, Document.scope, Document.at_ms)
            .where(Document.kind == "catalogue")
            .order_by(col(Document.version).desc(), col(Document.scope)).limit(VERSIONS)
        )  # fmt: skip
        drafts = [one.service for one in catalogue_drafts.listed(session)]
    versions = {one.version: one for one in reversed(found)}  # what the pilots tried may be everywhere by now
    return visit.page(
        "catalogue.html", title="catalogue.title", rows=sorted(rows, key=lambda row: int(row[0].number)),
        versions=sorted(versions.values(), key=lambda one: -one.version), version=known.version if known else 0,
        chosen={"find": wanted, "authority": authority},
        authorities=sorted(visit.console.catalogue.authorities(language).items(), key=lambda one: one[1]),
        drafts=drafts,
    )  # fmt: skip


def compare(visit: Visit) -> Response:
    """Two versions that were published; with `waiting` one that waits for agreement, and the one in force."""
    if visit.asked("waiting"):
        return compared(visit, visit.console.catalogue.now(), waiting(visit, visit.number_asked("waiting")))
    after = publishing.catalogue(visit.centre, visit.number_asked("after"))
    if after is None:
        raise Refused("console_nothing")
    return compared(visit, publishing.catalogue(visit.centre, visit.number_asked("before")), after)


def waiting(visit: Visit, version: int) -> Catalogue:
    """Raises Refused ``console_nothing``."""
    with visit.centre.store.reading() as session:
        envelope = publishing.read(session, WAITING, publishing.EVERYWHERE, version)
    if envelope is None:
        raise Refused("console_nothing")
    return read_catalogue(payload(envelope))


def compared(visit: Visit, before: Catalogue | None, after: Catalogue, *, kept: bool = False) -> Response:
    """`kept`: it has just been proposed."""
    found = list(changes(before, after, business_date(visit.now_ms)))
    places = {
        one.service.id: differences(visit, before.services[one.service.id].document, one.service.document)[:PLACES]
        for one in found if one.kind == "changed" and before is not None
    }  # fmt: skip
    return visit.page(
        "compare.html", title="compare.title", before=before.version if before else 0, after=after.version, rows=found,
        first=kept, places=places, today=business_date(visit.now_ms),
    )  # fmt: skip


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, services, Act.CATALOGUE_EDIT),
    shows(f"{PATH}/compare", compare, Act.CATALOGUE_EDIT),
)
