"""`manfaz export`, `verify`, `receipt`, `unsent`, `stick`: what is taken out of a store from a terminal."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from kiosk.core.documents_in_force import enrolled
from kiosk.core.events import Events
from kiosk.main.cli import OK, REFUSED
from kiosk.main.without_window import at_work, finish_leaving, offscreen, opened_store, png, system_keystore
from kiosk.ports.store import Store
from protocol.errors import Corrupt, Refused
from protocol.journal import kj01
from protocol.journal.kj01 import Chain
from protocol.program import outside
from protocol.program.terminal import say_both, sure, tell
from protocol.wire import enrolment
from starter.pointer import default_data

if TYPE_CHECKING:
    from kiosk.main.stick_desk import StickDesk

STATEMENT_BYTES: Final = 1 << 16
JOURNAL_BYTES: Final = 1 << 30
"""The most that is read of a file that somebody names."""
SEQ_END: Final = 2**32
"""The store gives a journal number 32 bits."""


def export(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """Write the records of the current epoch, whole or not at all.

    With `--despite-rollback` also of a store behind its mirror, once it is told what is missing.
    """
    with opened_store(asked.data, _tell_missing if asked.despite_rollback else None) as opened:
        epoch = enrolment.read_statement(enrolled(opened.store).statement).epoch
        data = b"".join(item.record.pack() for item in opened.store.journal.export(epoch))
    outside.write(asked.file, data)
    say(f"{asked.file}: {len(data)} bytes")
    return OK


def _tell_missing(error: Corrupt) -> None:
    tell(Corrupt("export_rolled_back", **error.values))


def verify(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """Verify an export against the statement that began its epoch. Raises JournalFault, and as `outside.read`."""
    statement = enrolment.read_statement(outside.read(asked.statement, STATEMENT_BYTES))
    begin = Chain(statement.device, statement.epoch, 0, kj01.genesis(statement.payload))
    end = kj01.verify_stream(outside.read(asked.file, JOURNAL_BYTES), begin, statement.public)
    say(f"{end.seq} entries verify; last hash {end.hash.hex()}")
    return OK


def receipt(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """Write the receipt of an entry as .pdf or .png. Raises Refused("receipt_none"), and as `outside.write`."""
    from ui.paper.rendering import render_image, write_pdf  # noqa: PLC0415 - Qt, which the other commands do without

    offscreen()
    with opened_store(asked.data) as opened:
        found = opened.store.requests.at(asked.seq) if 0 < asked.seq < SEQ_END else None
        paper = opened.store.print_jobs.receipt(found.epoch, found.seq) if found else None
    if paper is None:
        raise Refused("receipt_none", seq=asked.seq)
    if asked.file.suffix.lower() == ".png":
        made = png(render_image(paper, 0, asked.language))
    else:
        with TemporaryDirectory() as folder:
            file = Path(folder) / "receipt.pdf"
            write_pdf(file, paper, 0, asked.language, asked.size)
            made = file.read_bytes()
    outside.write(asked.file, made)
    say(str(asked.file))
    return OK


def unsent(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """Whether work is left to send; with `--erase` and nothing left, the data go, asked twice."""

    def left(look: Callable[[Path], int]) -> int:
        try:
            found = look(asked.data)
        except Refused as error:  # where nobody named a folder, this account never had a counter
            if error.code != "store_none" or asked.data != default_data():
                raise
            found = 0
        say(f"not sent yet · لم يُرسل بعد: {found}")
        return found

    if left(count):
        return REFUSED
    # counted once more behind the answer: nothing kept the counter shut while it was waited for
    if asked.erase and (not sure("terminal.erase", "terminal.erase_again") or left(erase)):
        return REFUSED
    return OK


def count(folder: Path) -> int:
    """How many entries and pictures would be lost with the folder.

    Raises as `opened_store`: what cannot be looked into is not known to be sent, be it a disk that is away, a database
    that is gone, or a folder whose name was mistyped.
    """
    with opened_store(folder) as opened:
        return _left(opened.store)


def erase(folder: Path) -> int:
    """Destroy the keys of the store in `folder`, then its files. Asked twice elsewhere.

    As `unsent`: where that is not 0, nothing is destroyed. What is counted is what is destroyed: until that is begun
    no counter can open it and sell. Raises as `unsent`, and OSError.
    """
    from storage.keystore import store_erasure  # noqa: PLC0415 - as the store

    with opened_store(folder) as opened:
        left = _left(opened.store)
        if left:
            return left
        store_erasure.begin(folder, system_keystore(), "retired")
    finish_leaving(folder)
    return 0


def _left(store: Store) -> int:
    from kiosk.upkeep.departure import obstacles  # noqa: PLC0415 - as the store

    if store.enrolment() is None:
        return 0  # a first start that got no further
    return sum(one.n for one in obstacles(store) if one.code in {"unsent", "rest", "pictures"})


def stick(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """`stick out FOLDER` and `stick in FOLDER`. Raises as `StickDesk`, and Refused: not_enrolled, store_none."""
    with opened_store(asked.data) as opened:
        enrolled(opened.store)
        _carry(at_work(opened, asked, Events()).stick_at(asked.folder), asked.way, say)
    return OK


def _carry(desk: StickDesk, way: str, say: Callable[[str], None]) -> None:
    if way == "out":
        out = desk.out()
        say_both(say, "stick.out", n=out.entries, entries=out.entries, place=out.place)
        say_both(say, "stick.out.more")
    else:
        brought = desk.bring()
        say_both(say, "stick.in", sent=brought.sent, waiting=brought.waiting)
