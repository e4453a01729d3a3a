"""`request erase`, `request erased`: the end of a citizen's data, and the register of it."""

from __future__ import annotations

import uuid
from argparse import Namespace

from central import cases, erasure
from central.catalogues import Catalogues
from central.cli.console import Console
from central.cli.opening import opened
from central.projection import Projector
from central.sqlite import SqliteStore
from kiosk.clock import show_time


def erase(options: Namespace, console: Console) -> None:
    with opened(options) as centre:
        # A void that has just arrived may be the final word.
        Projector(centre).drain()
        catalogues = Catalogues(centre)
        with centre.store.reading() as session:
            days = erasure.retention_days(catalogues, cases.find(session, options.request))
        with centre.store.writing() as session:
            case = cases.find(session, options.request)
            erasure.erase(centre, session, case, days, options.staff)
        if isinstance(centre.store, SqliteStore):
            centre.store.checkpoint()
    console.done("erased", id=case.id)


def register(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        rows = erasure.register(session, options.limit)
    listing = [
        {
            "id": one, "device": str(uuid.UUID(bytes=device)), "epoch": epoch, "seq": seq, "staff": staff,
            "at_ms": at_ms, "at": show_time(at_ms), "done_ms": done_ms, "done": show_time(done_ms) if done_ms else "-",
        }
        for one, device, epoch, seq, staff, at_ms, done_ms in rows
    ]  # fmt: skip
    console.listed(listing, ("id", "seq", "staff", "at", "done"))
