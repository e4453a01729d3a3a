"""`request erase`, `request erased`: the end of a citizen's data, and the register of it."""

from __future__ import annotations

import uuid
from argparse import Namespace

from central.cli.console import Console
from central.cli.opening import opened
from central.documents.catalogues import Catalogues
from central.projection.projection_loop import project_for
from central.requests import erasure, refused_sales, review
from central.requests.refused_sales import Refusal
from central.requests.review import RequestRow
from central.store.interface import Session
from central.store.sqlite_store import SqliteStore
from protocol.clock import show_time
from protocol.errors import Refused


def erase(options: Namespace, console: Console) -> None:
    with opened(options) as centre:
        project_for(centre, options.request)  # a void that has just arrived may be the final word
        catalogues = Catalogues(centre)
        with centre.store.reading() as session:
            days = erasure.retention_days(catalogues, _meant(session, options.request))
        with centre.store.writing() as session:
            meant = _meant(session, options.request)
            if isinstance(meant, Refusal):
                erasure.erase_refusal(centre, session, meant, days, options.staff)
            else:
                erasure.erase(centre, session, meant, days, options.staff)
        if isinstance(centre.store, SqliteStore):
            centre.store.checkpoint()
    console.done("erased", id=meant.number if isinstance(meant, Refusal) else meant.id)


def _meant(session: Session, text: str) -> RequestRow | Refusal:
    """A request, else what could not be taken, by the number on its paper. Raises Refused ``no_request``."""
    try:
        return review.find(session, text)
    except Refused:
        found = refused_sales.find(session, text)
        if found is None:
            raise
        return found


def register(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        rows = erasure.register(session, options.limit)
    listing = [
        {
            "id": one or f"{device.hex()[:8]}-{seq}", "device": str(uuid.UUID(bytes=device)), "epoch": epoch,
            "seq": seq, "staff": staff,
            "at_ms": at_ms, "at": show_time(at_ms), "done_ms": done_ms, "done": show_time(done_ms) if done_ms else "-",
        }
        for one, device, epoch, seq, staff, at_ms, done_ms in rows
    ]  # fmt: skip
    console.listed(listing, ("id", "seq", "staff", "at", "done"))
