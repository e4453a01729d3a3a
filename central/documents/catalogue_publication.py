"""A catalogue that was signed offline goes out once two people want exactly that one: to the pilots first, or to all.
It waits here for the second of them.
"""

from __future__ import annotations

import hashlib
from typing import Final, Literal

from sqlalchemy import delete
from sqlmodel import col

from central import audit, two_person_rule
from central.centre import Centre
from central.documents import catalogue_drafts, pilots, publishing
from central.store.device_models import Document
from central.store.interface import Session
from protocol.errors import Refused

WAITING: Final = "catalogue.waiting"
"""The kind of document as which it is kept until then; no counter is given one."""
Reach = Literal["pilots", "all"]
SCOPES: Final[dict[Reach, str]] = {"pilots": publishing.PILOTS, "all": publishing.EVERYWHERE}


def publish_by_two(
    centre: Centre, session: Session, envelope: bytes, staff: str, reach: Reach = "all"
) -> tuple[int, str | None]:  # fmt: skip
    """Its version, and who proposed it; None where this proposes it. What the pilots try goes to all in the same way.

    Raises as `publishing.fit_catalogue`, Refused ``second_person``, ``catalogue_no_pilots``.
    """
    catalogue = publishing.fit_catalogue(centre, session, envelope, SCOPES[reach])
    version = catalogue.version
    if reach == "pilots" and not pilots.pilots(session):
        raise Refused("catalogue_no_pilots", version=version)
    said = {"reach": reach, "sha256": _hash(envelope)}
    first = two_person_rule.given(centre, session, "catalogue.published", str(version), said, staff)
    _forget(session, version)
    if first is None:
        kept = {"kind": WAITING, "scope": publishing.EVERYWHERE, "version": version, "envelope": envelope}
        session.add(Document, **kept, at_ms=centre.now_ms())
        return version, None
    publishing.publish(centre, session, "catalogue", version, envelope, SCOPES[reach])
    catalogue_drafts.settle(session, catalogue)
    audit.append(session, centre.now_ms(), staff, "catalogue.published", str(version), first=first, reach=reach)
    return version, first


def _forget(session: Session, version: int) -> None:
    session.run(delete(Document).where(col(Document.kind) == WAITING, col(Document.version) == version))


def _hash(envelope: bytes) -> str:
    return hashlib.sha256(envelope).hexdigest()


def publish_waiting(
    centre: Centre, session: Session, version: int, sha256: str, staff: str, reach: Reach = "all"
) -> str | None:  # fmt: skip
    """Agree to the one that waits, if it is the one that was wanted: another of the same number may have taken
    its place since. Raises as `publish_by_two`, Refused ``proposal_over``.
    """
    envelope = publishing.read(session, WAITING, publishing.EVERYWHERE, version)
    if envelope is None or _hash(envelope) != sha256:
        raise Refused("proposal_over", n=version)
    return publish_by_two(centre, session, envelope, staff, reach)[1]


def widen_by_two(centre: Centre, session: Session, version: int, staff: str) -> str | None:
    """What the pilots try goes to all, once two people want it. Returns who proposed it, None where this proposes it.

    Raises as `publish_by_two`, Refused ``catalogue_untried``: the pilots have no such version.
    """
    envelope = publishing.read(session, "catalogue", publishing.PILOTS, version)
    if envelope is None:
        raise Refused("catalogue_untried", version=version)
    return publish_by_two(centre, session, envelope, staff)[1]
