"""`support`: what counters send when something is wrong there."""

from __future__ import annotations

import re
import uuid
from argparse import Namespace
from pathlib import Path
from typing import Final

from central import staff_files
from central.cli.console import Console
from central.cli.opening import opened
from central.devices import support_files
from protocol.clock import show_time
from protocol.errors import Refused

_NUMBER: Final = re.compile(r"(S-)?[0-9]+", re.ASCII)


def listed(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        found = support_files.listed(session, options.limit)
    rows = [
        {**row, "device": str(uuid.UUID(bytes=bytes(row["device"]))), "at": show_time(row["at_ms"])} for row in found
    ]
    console.listed(rows, ("number", "at", "device", "shop"))


def show(options: Namespace, console: Console) -> None:
    """A file by its number, or one that came on a stick by its path."""
    with opened(options) as centre:
        with centre.store.reading() as session:
            file = support_files.kept(session, options.file)
        if file is None:
            file = _from_stick(options.file)
        with staff_files.handed_in(Path(options.file)):
            head, content = support_files.opened(centre, file)
    console.shown({"device": str(uuid.UUID(bytes=head.device)), "epoch": head.epoch, **content})


def _from_stick(text: str) -> bytes:
    """Raises Refused ``no_support`` where it is the number of nothing, Unavailable ``file_away``."""
    path = Path(text)
    if _NUMBER.fullmatch(text) and not path.exists():
        raise Refused("no_support", number=text)
    return staff_files.read(path, support_files.MOST_BYTES)
