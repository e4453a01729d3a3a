"""One service: what it is to become, judged at once, shown as the counter will show it, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.responses import Response

from central.console import service_fields
from central.console.catalogue_changes import settled, typical_pt
from central.console.routes import Route, does, shows
from central.console.service_preview import preview
from central.console.visit import Visit
from central.documents import catalogue_drafts, publishing
from central.documents.catalogue_drafts import Draft
from central.staff.acts import Act
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.catalogue_lint import line, read_file
from protocol.catalogue.json_part import Fault, Part
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import PublicService
from protocol.clock import business_date
from protocol.errors import Refused
from protocol.texts import LANGUAGES, Language

PATH: Final = "/staff/catalogue"
MOST: Final = 192 * 1024
"""Bytes of a form with a whole service file in it: Arabic takes six of them a letter on the way."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A service with what is published of it and what is drafted."""

    base: Catalogue | None
    draft: Draft
    known: Mapping[str, Any] | None

    @property
    def document(self) -> Mapping[str, Any]:
        found = self.draft.document or self.known
        assert found is not None  # noqa: S101 - `_opened` refuses what is neither
        return found


def _opened(visit: Visit) -> _Open:
    """Raises Refused ``console_nothing``; ``draft_changed``: it was there, and somebody else has dropped it."""
    service, base = visit.path["service"], publishing.latest_catalogue(visit.centre)
    known = base.services.get(service) if base is not None else None
    with visit.centre.store.reading() as session:
        draft = catalogue_drafts.draft(session, service)
        if known is None and draft.document is None:
            if draft.seen:
                catalogue_drafts.refuse_changed(session, draft)
            raise Refused("console_nothing")
    return _Open(base, draft, None if known is None else known.document)


def shown(visit: Visit) -> Response:
    opened = _opened(visit)
    text = visit.text("document") if visit.kept and "document" in visit.form else ""
    content = text.encode() if text else catalogue_drafts.written(opened.document)
    faults = catalogue_drafts.judged(opened.base, [(f"{opened.draft.service}.json", content)]).faults
    service = None if faults else parse_service(read_file(content))
    document = opened.document
    changed = service_fields.differences(visit, opened.known or {}, document) if opened.draft.document else []
    return visit.page(
        "service.html", title="service.title", service=opened.draft.service, heading=_heading(visit, document),
        # What was refused is refused again, until the page has been looked at anew.
        seen=visit.text("seen") if visit.kept else opened.draft.seen,
        drafted=opened.draft.document is not None, at_ms=opened.draft.at_ms, text=content.decode(), whole=bool(text),
        groups=service_fields.groups(visit, document), changed=changed,
        codes=service_fields.price_rows(visit, document).items(),
        faults=[_in_words(visit, fault) for fault in faults], behind=catalogue_drafts.behind(opened.base, opened.draft),
        form=None if service is None else preview(service, visit.look.language, business_date(visit.now_ms)),
        pounds=_pounds(visit, opened, service), new=opened.known is None,
        version=opened.base.version if opened.base else 0,
    )  # fmt: skip


def _heading(visit: Visit, document: Mapping[str, Any]) -> str:
    """Its number and title, as far as the draft has them."""
    title, number = document.get("title"), document.get("number")
    said = title.get(visit.look.language) if isinstance(title, dict) else None
    return " · ".join(str(one) for one in (number, said or document.get("id")) if one)


def _in_words(visit: Visit, fault: Fault) -> tuple[str, str]:
    """In the language of whoever reads first, then in the other one."""
    first: Language = visit.look.language
    other = next(one for one in LANGUAGES if one != first)
    return line(first, fault).partition(": ")[2], line(other, fault).partition(": ")[2]


def _pounds(visit: Visit, opened: _Open, service: PublicService | None) -> tuple[int, int, date] | None:
    """What a typical request costs as it is published and as it is drafted, once all its prices count, and from when;
    None where one of them is not fixed.
    """
    known = opened.base.services.get(opened.draft.service) if opened.base else None
    if known is None or service is None:
        return None
    day = settled(business_date(visit.now_ms), known, service)
    before_pt, after_pt = typical_pt(known, day), typical_pt(service, day)
    return None if before_pt is None or after_pt is None else (before_pt, after_pt, day)


def save(visit: Visit) -> Response:
    """The form's fields, or the whole file."""
    opened = _opened(visit)
    if "document" in visit.form:
        return _saved(visit, opened, _file(visit))
    return _saved(visit, opened, service_fields.typed(visit, opened.document))


def _file(visit: Visit) -> Mapping[str, Any]:
    """Raises Refused ``draft_unread``."""
    found = read_file(visit.text("document").encode())
    if isinstance(found, Fault):
        raise Refused("draft_unread", fault=found.words())
    return found


def price(visit: Visit) -> Response:
    """One more row of a price, from a day on."""
    opened, _ = _opened(visit), visit.wanted("since", 10)
    since = service_fields.day(visit, "since")
    return _saved(visit, opened, service_fields.with_price(opened.document, visit.line("price", 40), since))


def end(visit: Visit) -> Response:
    return _saved(visit, _opened(visit), None)


def _saved(visit: Visit, opened: _Open, document: Mapping[str, Any] | None) -> Response:
    service, seen = opened.draft.service, visit.whole("seen", 0)
    with visit.centre.store.writing() as session:
        wanted = Draft(service, seen, document=document)
        catalogue_drafts.save(visit.centre, session, opened.base, wanted, visit.who.account)
    gone = document is None and opened.known is None
    where = PATH if gone else f"{PATH}/services/{service}"
    return visit.moved(where, "draft.ended" if document is None else "draft.saved")


def new(visit: Visit) -> Response:
    base, language = publishing.latest_catalogue(visit.centre), visit.look.language
    known = {} if base is None else base.services
    like = known.get(visit.asked("from", 60))
    options = [
        (one.id, f"{one.number} · {one.title[language]}")
        for one in sorted(known.values(), key=lambda one: int(one.number))
    ]
    text = catalogue_drafts.written(like.document).decode() if like else ""
    return visit.page(
        "service_new.html", title="service.new.title", options=options, text=text, like=like.id if like else ""
    )


def add(visit: Visit) -> Response:
    """A service that is not there yet begins as a whole file, most often as another one's with its names changed."""
    document, base = _file(visit), publishing.latest_catalogue(visit.centre)
    service = Part(document, "").get("id").code()
    with visit.centre.store.writing() as session:
        if base is not None and service in base.services:
            raise Refused("draft_there", service=service)
        catalogue_drafts.save(visit.centre, session, base, Draft(service, document=document), visit.who.account)
    return visit.moved(f"{PATH}/services/{service}", "draft.saved")


_ONE: Final = f"{PATH}/services/{{service}}"
ROUTES: Final[Sequence[Route]] = (
    shows(f"{PATH}/new", new, Act.CATALOGUE_EDIT),
    does(f"{PATH}/new", add, new, Act.CATALOGUE_EDIT, most=MOST),
    shows(_ONE, shown, Act.CATALOGUE_EDIT),
    does(f"{_ONE}/draft", save, shown, Act.CATALOGUE_EDIT, most=MOST),
    does(f"{_ONE}/price", price, shown, Act.CATALOGUE_EDIT),
    does(f"{_ONE}/draft/end", end, shown, Act.CATALOGUE_EDIT),
)
