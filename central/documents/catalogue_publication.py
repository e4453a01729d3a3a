"""A catalogue that was signed offline goes out once two people want exactly that one. It waits here for the second."""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import delete
from sqlmodel import col

from central import audit, second_word
from central.centre import Centre
from central.documents import publishing
from central.store.device_models import Document
from central.store.interface import Session
from protocol.errors import Refused

WAITING: Final = "catalogue.waiting"
"""The kind of document as which it is kept until then; no counter is given one."""


def publish_by_two(centre: Centre, session: Session, envelope: bytes, staff: str) -> tuple[int, str | None]:
    """Its version, and who gave the first word; None where this is it. Raises as `publishing.fit_catalogue`, Refused
    ``second_person``.
    """
    version = publishing.fit_catalogue(centre, session, envelope).version
    said = {"sha256": _hash(envelope)}
    first = second_word.given(centre, session, "catalogue.published", str(version), said, staff)
    _forget(session, version)
    if first is None:
        kept = {"kind": WAITING, "scope": publishing.EVERYWHERE, "version": version, "envelope": envelope}
        session.add(Document, **kept, at_ms=centre.now_ms())
        return version, None
    publishing.publish(centre, session, "catalogue", version, envelope, publishing.EVERYWHERE)
    audit.append(session, centre.now_ms(), staff, "catalogue.published", str(version), first=first)
    return version, first


def _forget(session: Session, version: int) -> None:
    session.run(delete(Document).where(col(Document.kind) == WAITING, col(Document.version) == version))


def _hash(envelope: bytes) -> str:
    return hashlib.sha256(envelope).hexdigest()


def publish_waiting(centre: Centre, session: Session, version: int, sha256: str, staff: str) -> None:
    """The second word on the one that waits, if it is the one that was wanted: another of the same number may have
    taken its place since. Raises as `publish_by_two`, Refused ``proposal_over``.
    """
    envelope = publishing.read(session, WAITING, publishing.EVERYWHERE, version)
    if envelope is None or _hash(envelope) != sha256:
        raise Refused("proposal_over", n=version)
    publish_by_two(centre, session, envelope, staff)
