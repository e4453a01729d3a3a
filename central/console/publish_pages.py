"""Pages that publish a catalogue: download it for signing, upload it signed, send it to the pilots, then to all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlmodel import col, select
from starlette.responses import Response

from central import audit
from central.console.catalogue_changes import changes
from central.console.catalogue_pages import PATH, compared, waiting
from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.documents import catalogue_drafts, publishing
from central.documents.catalogue_drafts import Draft
from central.documents.catalogue_publication import Reach, publish_by_two, widen_by_two
from central.fleet.overview import DeviceRow
from central.staff.acts import Act
from central.store.device_models import Document, FeedItem
from central.store.interface import Session
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import PublicService
from protocol.clock import business_date
from protocol.errors import Corrupt, Refused
from protocol.rings import PILOT

MOST_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Trial:
    """What the pilots try, how many of their counters have it by now, and of how many."""

    version: int
    taken: int
    of: int


def shown(visit: Visit) -> Response:
    base, pilots = publishing.latest_catalogue(visit.centre), _pilots(visit)
    with visit.centre.store.reading() as session:
        drafts = catalogue_drafts.listed(session)
        trial = _trial(session, pilots, visit.console.catalogue.now())
    judged = catalogue_drafts.judged(base, catalogue_drafts.files_of(drafts)) if drafts else None
    behind = {one.service for one in drafts if catalogue_drafts.behind(base, one)}
    changed = changes(base, _with_drafts(base, drafts), business_date(visit.now_ms))
    newest = base.version if base else 0
    return visit.page(
        "publish.html", title="publish.title", version=newest, next=newest + 1, changed=list(changed), behind=behind,
        trial=trial, faults=len(judged.faults) if judged else 0, drafts=[one.service for one in drafts],
        pilots=len(pilots),
    )  # fmt: skip


def _with_drafts(base: Catalogue | None, drafts: Sequence[Draft]) -> Catalogue:
    """The next one, as far as its drafts can be read; what cannot be is told by the lint."""
    read = dict[str, PublicService]()
    for one in drafts:
        with suppress(Refused):
            read[one.service] = parse_service(one.document)
    return replace(base, services={**base.services, **read}) if base else Catalogue(1, date.min, None, read)


def _pilots(visit: Visit) -> list[DeviceRow]:
    """Their counters, as of a minute ago."""
    return [one for one in visit.console.fleet.now().counters if one.works and one.ring == PILOT]


def _trial(session: Session, pilots: Sequence[DeviceRow], everywhere: Catalogue | None) -> Trial | None:
    of = select(Document).where(Document.kind == "catalogue", Document.scope == publishing.PILOTS)
    row = session.one(of.order_by(col(Document.version).desc()).limit(1))
    if row is None or (everywhere is not None and row.version <= everywhere.version):
        return None
    read = select(FeedItem.device).where(col(FeedItem.device).in_([one.device for one in pilots]))
    taken = session.all(read.where(FeedItem.document == row.n, col(FeedItem.read_ms) > 0))
    return Trial(row.version, len(taken), len(pilots))


def take_file(visit: Visit) -> Response:
    """The service files of the next version; of an older one, to go back to it under a higher number."""
    version = visit.whole("version", 0)
    base = publishing.catalogue(visit.centre, version) if version else publishing.latest_catalogue(visit.centre)
    if base is None:
        raise Refused("console_nothing")
    with visit.centre.store.writing() as session:
        new = publishing.newest_catalogue_version(session) + 1
        drafts = [] if version else catalogue_drafts.listed(session)
        content = catalogue_drafts.to_carry(base, drafts, new)
        audit.append(session, visit.now_ms, visit.who.account, "catalogue.carried", str(new), version=base.version)
    return visit.file(content, "application/zip", f"catalogue-{new}.zip")


def publish(visit: Visit) -> Response:
    """It is proposed: what it changes is shown. It is agreed to among the proposals, or by the same file."""
    if not visit.upload:
        raise Refused("console_file")
    reach = _reach(visit)
    try:
        with visit.centre.store.writing() as session:
            version, first = publish_by_two(visit.centre, session, visit.upload, visit.who.account, reach)
    except Corrupt as error:  # Forged too: signed by another key, or no catalogue at all
        raise Refused("console_file") from error
    if first is not None:
        visit.console.catalogue.forget()
        return visit.moved(PATH, f"published.{reach}")
    return compared(visit, visit.console.catalogue.now(), waiting(visit, version), kept=True)


def _reach(visit: Visit) -> Reach:
    return "pilots" if visit.wanted("reach", 10, ("pilots", "all")) == "pilots" else "all"


def widen(visit: Visit) -> Response:
    """It is proposed to bring to all what the pilots try, and agreed to among the proposals."""
    text = visit.path["version"]
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused("console_nothing")
    with visit.centre.store.writing() as session:
        first = widen_by_two(visit.centre, session, int(text), visit.who.account)
    visit.console.catalogue.forget()
    return visit.moved(f"{PATH}/publish", "proposed" if first is None else "published.all")


ROUTES: Final[Sequence[Route]] = (
    shows(f"{PATH}/publish", shown, Act.CATALOGUE_EDIT),
    does(f"{PATH}/publish", publish, shown, Act.CATALOGUE_PUBLISH, most=MOST_BYTES),
    does(f"{PATH}/file", take_file, shown, Act.CATALOGUE_EDIT),
    does(f"{PATH}/versions/{{version}}/all", widen, shown, Act.CATALOGUE_PUBLISH),
)
