"""`stick`: work that counters without a line send by stick, and the answer that goes back on it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from central import staff_files
from central.cli.console import Console
from central.cli.opening import opened
from protocol.errors import KioskError, Refused
from protocol.wire.stick_file import MOST_BYTES, OUT_SUFFIX
from starter.files import plain


def take(options: Namespace, console: Console) -> None:
    """Every bundle in the folder, each with its answer beside it; a bad one does not stop the others."""
    folder = Path(options.folder)
    with staff_files.told(folder):
        bundles = sorted(path for path in plain(folder).iterdir() if path.suffix == OUT_SUFFIX)
    if not bundles:
        raise Refused("stick_none", name=f"*{OUT_SUFFIX}")
    failed: list[tuple[Path, KioskError]] = []
    for file in bundles:
        try:
            _take(options, console, file)
        except KioskError as error:
            failed.append((file, error))
    for bad, why in failed[1:]:
        console.err.write(f"{bad.name}:\n")
        console.failed(why)
    if failed:  # how the command ends, it ends by the first
        console.err.write(f"{failed[0][0].name}:\n" if len(bundles) > 1 else "")
        raise failed[0][1]


def _take(options: Namespace, console: Console, file: Path) -> None:
    data = staff_files.read(file, MOST_BYTES)
    from central.web import stick_bundles  # noqa: PLC0415 - the server's handlers; no other command waits for them

    with opened(options) as centre:
        taken = stick_bundles.take(centre, data, options.staff)
    answer = file.with_name(taken.name)
    staff_files.write(answer, taken.answer)
    console.done("stick_taken", device=taken.chain.name, entries=taken.entries, file=str(answer))
