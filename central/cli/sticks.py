"""`stick`: work that counters without a line send by stick, and the answer that goes back on it."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress
from pathlib import Path

from central.cli.console import Console
from central.cli.opening import opened
from kiosk.errors import KioskError, Refused, Unavailable
from starter.files import replace_whole
from sync.stick_file import MOST_BYTES, OUT_SUFFIX


def take(options: Namespace, console: Console) -> None:
    """Every bundle in the folder, each with its answer beside it; a bad one does not stop the others."""
    folder = Path(options.folder)
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == OUT_SUFFIX)
    except OSError as error:
        raise Unavailable("file_away", path=options.folder) from error
    if not files:
        raise Refused("stick_none", name=f"*{OUT_SUFFIX}")
    failed: KioskError | None = None
    for file in files:
        try:
            _take(options, console, file)
        except KioskError as error:
            failed = _told(failed, error, console)
    if failed is not None:
        raise failed


def _told(before: KioskError | None, error: KioskError, console: Console) -> KioskError:
    """The first is told at the end, the others now."""
    if before is None:
        return error
    console.failed(error)
    return before


def _take(options: Namespace, console: Console, file: Path) -> None:
    try:
        with file.open("rb") as source:
            data = source.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unavailable("file_away", path=str(file)) from error
    from central.web import stick  # noqa: PLC0415 - the server's handlers; no other command waits for them

    with opened(options) as centre:
        taken = stick.take(centre, data, options.staff)
    answer = file.with_name(taken.name)
    try:
        replace_whole(answer, taken.answer)
    except OSError as error:
        with suppress(OSError):  # it may be gone altogether
            answer.with_name(f"{answer.name}.part").unlink(missing_ok=True)
        raise Unavailable("stick_away", reason=error.strerror or "") from error
    console.done("stick_taken", device=taken.chain.name, entries=taken.entries, file=str(answer))
