"""A citizen's data, opened for one of the staff: answers in words, and pictures that can be fetched for 15 minutes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from central import audit
from central.console.visit import Visit
from central.documents import publishing
from central.requests import evidence_files, review
from central.store import kept_entries
from central.store.interface import Session
from central.store.request_models import Evidence, Request
from protocol.catalogue.services import PublicService
from protocol.errors import Corrupt, Refused
from protocol.journal.money_entries import EvidenceItem, RequestEntry
from protocol.texts import Language

LOOK_MS: Final = 15 * 60_000
"""How long the pictures of one opening can be fetched."""
_MAC: Final = 32
PICTURES: Final = ("image/jpeg",)


@dataclass(frozen=True, slots=True)
class Answer:
    """One field of the form: what it is called, and what the citizen said."""

    label: str
    said: str
    number: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that the request names. `state` is here, coming (no picture yet) or seen (looked at in the shop)."""

    place: int
    label: str
    state: str
    picture: bool
    address: str


def answers(service: PublicService | None, fields: Mapping[str, Any], language: Language) -> list[Answer]:
    """In the order of the form; what the form does not know comes last, under its bare name."""
    if service is None:
        return [_answer(name, said) for name, said in fields.items()]
    found, left = [], dict(fields)
    for element in service.form.elements():
        if element.field in left:
            said = str(left.pop(element.field))
            words = service.form.answers(element).get(said)
            text = words[language] if words else said
            found.append(_answer(service.form.fields[element.field].label[language], text))
    return [*found, *(_answer(name, said) for name, said in left.items())]


def _answer(label: str, said: object) -> Answer:
    text = str(said)
    return Answer(label[:200], text[:2_000], text.isascii())


def papers(visit: Visit, request: Request, entry: RequestEntry, uploads: list[Evidence], until_ms: int) -> list[Paper]:
    """What the entry names; with `until_ms` each picture has an address that is good until then."""
    service = publishing.service_sold(visit.centre, request.catalogue, request.service)
    labels = {one.id: one.label[visit.look.language] for one in service.evidence} if service else {}
    here = {one.sha256.hex() for one in uploads}
    return [_paper(visit, request, named, labels, here, until_ms) for named in enumerate(_named(entry), 1)]


def _named(entry: RequestEntry) -> tuple[EvidenceItem, ...]:
    return () if "evidence" in entry.bad else entry.evidence


def _paper(
    visit: Visit, request: Request, named: tuple[int, EvidenceItem], labels: Mapping[str, str], here: set[str],
    until_ms: int,
) -> Paper:  # fmt: skip
    place, one = named
    state = "seen" if one.sha256 is None else "here" if one.sha256 in here else "coming"
    address = ""
    if state == "here" and until_ms:
        seal = _seal(visit, request.id, until_ms)
        address = f"/staff/requests/{request.id}/papers/{place}?until={until_ms}&seal={seal}"
    label = labels.get(str(one.id)) or visit.say("paper.unnamed", number=place)
    return Paper(place, label, state, one.media in PICTURES, address)


def _seal(visit: Visit, what: str, until_ms: int) -> str:
    """Binds an opening to this sign-in: the address is nobody else's, and not for long."""
    said = b"\n".join((b"opened", visit.who.session, what.encode(), str(until_ms).encode()))
    return hmac.new(visit.centre.keys.codes, said, hashlib.sha256).hexdigest()[:_MAC]


def _until_ms(visit: Visit, what: str) -> int:
    """How long the address that was asked for shows `what`; 0 where it does not."""
    until, seal = visit.asked("until", 16), visit.asked("seal", _MAC)
    until_ms = int(until) if until.isascii() and until.isdigit() else 0
    good = hmac.compare_digest(seal.encode(), _seal(visit, what, until_ms).encode())
    return until_ms if good and visit.now_ms <= until_ms else 0


def address(visit: Visit, request: str, purpose: str) -> dict[str, str]:
    """What an address says that shows the answers for a while, so that Back and reload bring them again."""
    until_ms = visit.now_ms + LOOK_MS
    return {"purpose": purpose, "until": str(until_ms), "seal": _seal(visit, f"{request} {purpose}", until_ms)}


def asked(visit: Visit, request: str) -> tuple[str, int]:
    """The purpose that such an address holds and until when; ("", 0) where it shows no answers."""
    purpose = visit.asked("purpose", 20)
    until_ms = _until_ms(visit, f"{request} {purpose}")
    return (purpose, until_ms) if until_ms else ("", 0)


def open_frame(visit: Visit, session: Session, request: Request, purpose: str) -> list[Answer]:
    """The answers, and the papers for a while. One opening is one row of the audit, in one commit: who, and why."""
    fields = review.fields(visit.centre, session, request, visit.who.account, purpose)
    if not fields:  # erased, which no row tells: that somebody looked for its papers is written down all the same
        audit.append(session, visit.now_ms, visit.who.account, "evidence.read", request.id, purpose=purpose)
    service = publishing.service_sold(visit.centre, request.catalogue, request.service)
    return answers(service, fields, visit.look.language)


def picture(visit: Visit, session: Session, request: Request, place: int) -> tuple[bytes, str]:
    """One paper of what this sign-in has opened. Raises Refused ``no_evidence``, Corrupt ``personal_frame``."""
    if not _until_ms(visit, request.id):
        raise Refused("no_evidence")
    entry = kept_entries.request(session, *kept_entries.key(request))
    named = dict(enumerate(_named(entry), 1)).get(place)
    uploads = evidence_files.uploads_of(session, *kept_entries.key(request))
    found = next((one for one in uploads if named and one.sha256.hex() == named.sha256), None)
    if named is None or found is None:
        raise Refused("no_evidence")
    content = evidence_files.content(visit.centre, session, found)
    if content is None:
        raise Corrupt("personal_frame")
    return content, "image/jpeg" if named.media in PICTURES else "application/octet-stream"
