"""What a service is to become: its draft lies here until it is published or taken back. Nothing of it is signed here.

Each saving has a number that only rises. Whoever saves says which one he saw, so that nobody's words are replaced
unseen.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from sqlalchemy import delete
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.store.device_models import Document
from central.store.interface import Session
from protocol import strict_json
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.catalogue_lint import Judged, judge
from protocol.clock import show_time
from protocol.errors import Refused

KIND: Final = "catalogue.draft"
"""The kind of document as which it is kept, with the service as its scope; no counter is given one."""
NEEDS: Final = "needs.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of one service. `seen` counts its savings, the last of which was at `at_ms`; without a `document` there
    is none now.
    """

    service: str
    seen: int = 0
    at_ms: int = 0
    document: Mapping[str, Any] | None = None


def draft(session: Session, service: str) -> Draft:
    found = _ALL.where(Document.scope == service).order_by(col(Document.version).desc()).limit(1)
    row = session.one(found)
    return Draft(service) if row is None else _read(row)


def listed(session: Session) -> list[Draft]:
    """All that there are now."""
    found = map(_read, session.all(_ALL.where(col(Document.envelope) != b"")))
    return sorted(found, key=lambda one: one.service)


_ALL: Final = select(Document).where(Document.kind == KIND)


def _read(row: Document) -> Draft:
    document = strict_json.loads_object(row.envelope, len(row.envelope)) if row.envelope else None
    return Draft(row.scope, row.version, row.at_ms, document)


def save(centre: Centre, session: Session, base: Catalogue | None, made: Draft, staff: str) -> None:
    """`made` is what its author saw, with what he wants. None takes the draft back, as does what is the same as `base`.
    The number of a service counts up by itself.

    Raises Refused ``draft_id``: that is another service; ``draft_changed``: somebody has saved since `seen`.
    """
    service, seen, document = made.service, made.seen, made.document
    if document is not None and document.get("id") != service:
        raise Refused("draft_id", found=str(document.get("id"))[:40], service=service)
    known = _known(base, service)
    wanted = None if document is None or _same(document, known) else _numbered(document, known)
    before = draft(session, service)
    nothing = before.seen == seen and before.document is None and wanted is None
    if nothing or (before == Draft(service, seen + 1, before.at_ms, wanted) and _who(session, service) == staff):
        return  # the same form came twice
    written = b"" if wanted is None else strict_json.dumps(dict(wanted))
    new = {"kind": KIND, "scope": service, "version": seen + 1, "envelope": written, "at_ms": centre.now_ms()}
    if before.seen != seen or not session.add_new(Document, **new):
        refuse_changed(session, draft(session, service))
    session.run(delete(Document).where(*_of(service), col(Document.version) <= seen))
    audit.append(session, centre.now_ms(), staff, "catalogue.drafted", service, n=seen + 1, kept=wanted is not None)


def refuse_changed(session: Session, one: Draft) -> NoReturn:
    """Raises Refused ``draft_changed``: who saved last, and when."""
    raise Refused("draft_changed", by=_who(session, one.service), at=show_time(one.at_ms))


def _who(session: Session, service: str) -> str:
    return audit.who(session, "catalogue.drafted", service)


def _of(service: str) -> tuple[Any, ...]:
    return col(Document.kind) == KIND, col(Document.scope) == service


def _known(base: Catalogue | None, service: str) -> Mapping[str, Any] | None:
    found = None if base is None else base.services.get(service)
    return None if found is None else found.document


def _same(document: Mapping[str, Any], known: Mapping[str, Any] | None) -> bool:
    """But for the number that counts its changes."""
    return known is not None and {**document, "version": 0} == {**known, "version": 0}


def _numbered(document: Mapping[str, Any], known: Mapping[str, Any] | None) -> Mapping[str, Any]:
    version = document.get("version")
    if known is None or (type(version) is int and version > known["version"]):
        return document
    return {**document, "version": known["version"] + 1}


def behind(base: Catalogue | None, one: Draft) -> bool:
    """Whether the service was published anew since: what was changed there would be taken back by this draft."""
    known = _known(base, one.service)
    if known is None or one.document is None:
        return False
    return not (type(one.document.get("version")) is int and one.document["version"] > known["version"])


def settle(session: Session, published: Catalogue) -> None:
    """Drafts that are published, just as they stand, are done."""
    for one in listed(session):
        if _known(published, one.service) == one.document:
            session.run(delete(Document).where(*_of(one.service)))
            kept = {"kind": KIND, "scope": one.service, "version": one.seen + 1}
            session.add(Document, **kept, envelope=b"", at_ms=one.at_ms)


# ---- the next catalogue


def judged(base: Catalogue | None, files: Iterable[tuple[str, bytes]]) -> Judged:
    """What is wrong with these files beside all that is published, and with the needs that lead there."""
    known = [] if base is None else [dict(one.document) for one in base.services.values()]
    needs = [] if base is None or base.needs is None else [(NEEDS, strict_json.dumps({"needs": base.needs}))]
    return judge([*files, *needs], known)


def files_of(drafts: Iterable[Draft]) -> list[tuple[str, bytes]]:
    return [(f"{one.service}.json", written(one.document)) for one in drafts if one.document is not None]


def written(document: Mapping[str, Any]) -> bytes:
    """As people read and change it."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def to_carry(base: Catalogue | None, drafts: Iterable[Draft], version: int) -> bytes:
    """All service files of the next catalogue, with the needs: what is signed where the key is, in one file.

    Raises Refused ``draft_faults``, ``draft_behind``.
    """
    some = list(drafts)
    old = [one.service for one in some if behind(base, one)]
    if old:
        raise Refused("draft_behind", services=", ".join(old))
    faults = judged(base, files_of(some)).faults
    if faults:
        raise Refused("draft_faults", found=len(faults), services=", ".join(one.service for one in some))
    services = {} if base is None else {name: one.document for name, one in base.services.items()}
    services |= {one.service: one.document for one in some if one.document is not None}
    contents = {f"{name}.json": written(document) for name, document in services.items()}
    if base is not None and base.needs is not None:
        contents[NEEDS] = written({"needs": base.needs})
    return _packed(f"catalogue-{version}", contents)


def _packed(folder: str, contents: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}"), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
