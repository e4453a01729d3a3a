"""`support`: what counters send when something is wrong there."""

from __future__ import annotations

import uuid
from argparse import Namespace
from pathlib import Path

from central import support
from central.cli.console import Console
from central.cli.opening import opened
from kiosk.clock import show_time
from kiosk.errors import Refused


def listed(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        found = support.listed(session, options.limit)
    rows = [
        {**row, "device": str(uuid.UUID(bytes=bytes(row["device"]))), "at": show_time(row["at_ms"])} for row in found
    ]
    console.listed(rows, ("number", "at", "device", "shop"))


def show(options: Namespace, console: Console) -> None:
    """A file by its number, or one that came on a stick by its path."""
    with opened(options) as centre:
        with centre.store.reading() as session:
            file = support.kept(session, options.file)
        if file is None:
            try:
                file = Path(options.file).read_bytes()[: support.MOST_BYTES + 1]
            except OSError as error:
                raise Refused("file_unreadable", file=Path(options.file).name) from error
        head, content = support.opened(centre, file)
    console.shown({"device": str(uuid.UUID(bytes=head.device)), "epoch": head.epoch, **content})
