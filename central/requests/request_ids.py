"""The id of a request at the centre: its till's, unless that is in use or is no UUID (docs/adr/0078)."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Collection

from sqlmodel import col, select

from central.centre import Centre
from central.requests.request_rules import UUID
from central.store.interface import Session
from central.store.kept_entries import Key
from central.store.request_models import Request
from central.store.vault import place


def holders(session: Session, ids: Collection[str]) -> dict[str, bytes]:
    """The device of each of `ids` that is in use."""
    taken = select(Request.id, Request.device).where(col(Request.id).in_(ids))
    return dict(session.all(taken)) if ids else {}


def name(centre: Centre, entry: Key, said: str, taken: Collection[str]) -> str:
    """`said` where it is a free UUID; else an id that no till can predict and take first."""
    if UUID.fullmatch(said) and said not in taken:
        return said
    drawn = hmac.new(centre.keys.codes, b"KJ01/request id\n" + place(*entry), hashlib.sha256).digest()
    return str(uuid.UUID(bytes=drawn[:16], version=4))
