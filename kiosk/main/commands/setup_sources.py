"""What `manfaz setup` reads, the centre's feed and the slot's file from a stick; and the report it leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kiosk.model.facts import CATALOGUE_SEEN_MS
from protocol.errors import Refused
from protocol.program import os_errors
from protocol.program.os_errors import away_as
from protocol.wire import offline_enrolment
from starter.files import make_folder, plain, read_regular, replace_whole

if TYPE_CHECKING:
    from kiosk.ports.store import Store
    from kiosk.ports.world import Line
    from protocol.clock import Clock

OF_BEFORE: Final = ("activation_wrong", "pin_wrong", "setup_nobody")
"""What may be so because the people are those of before: of a backup that was put back."""
MOST_S: Final = 20.0
LOOK_S: Final = 0.1
FAILURES: Final = 2
"""After so many there is no line. One is not enough: keys changed since make the first answer look forged."""


def read_feed(line: Line, store: Store, clock: Clock, patience_s: float, rest: Callable[[float], object]) -> bool:
    """Whether all that the centre has published is here now; asked for at once, on the line's own thread."""
    read, before, failures = CATALOGUE_SEEN_MS.kept(store), line.status(), 0
    until_ms = clock.mono_ms() + min(MOST_S, patience_s) * 1000
    line.now()
    while CATALOGUE_SEEN_MS.kept(store) == read:  # it changes with every page that was the last one
        if failures == FAILURES or clock.mono_ms() > until_ms:
            return False
        rest(LOOK_S)
        now = line.status()
        if now.next_try_ms != before.next_try_ms:
            if now.last_success_ms == before.last_success_ms:
                failures += 1
                line.now()
            before = now
    return True


def among_known(store: Store, read: Callable[[], None], sit_down: Callable[[], None]) -> None:
    """`sit_down` once the feed has been read: who is known here is perhaps of a backup. Refused: read and tried again.

    Raises what `sit_down` raises: at once where nobody new has come, for that would only cost one more of his tries.
    """
    read()
    known = store.document("operators")
    try:
        sit_down()
    except Refused as error:
        if error.code not in OF_BEFORE:
            raise
        read()
        if store.document("operators") == known:
            raise
        sit_down()


def read_slip(file: Path) -> bytes:
    """An invitation or an answer. Raises Refused("stick_none"), and as `os_errors.away`."""
    try:
        return read_regular(plain(file), offline_enrolment.MOST_BYTES)
    except FileNotFoundError as error:
        raise Refused("stick_none", name=file.name) from error
    except OSError as error:
        raise os_errors.away(error, file) from error


def keep_report(folder: Path, said: dict[str, Any], document: bytes) -> dict[str, str]:
    """Write the report as JSON and as PDF; returns where. Raises Unavailable("stick_away")."""
    from ui.paper.acceptance_report import write_report  # noqa: PLC0415 - Qt, which nothing before it needs

    with away_as("stick_away"):
        folder = make_folder(folder)
        replace_whole(folder / "acceptance.json", document)
        write_report(folder / "acceptance.pdf", said, document)
    return {"report": str(folder / "acceptance.json"), "pdf": str(folder / "acceptance.pdf")}
