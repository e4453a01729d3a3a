"""`manfaz export`, `verify`, `receipt`, `unsent`: what is taken out of a store from a terminal."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kiosk import outside
from kiosk.main.command_grammar import OK, REFUSED, default_folder
from kiosk.main.opened_store import opened_store
from kiosk.ports.store import Store
from protocol.errors import Corrupt, Refused
from protocol.journal import kj01
from protocol.journal.kj01 import Chain
from protocol.program.terminal import sure, tell
from protocol.wire import enrolment

STATEMENT_BYTES: Final = 1 << 16
JOURNAL_BYTES: Final = 1 << 30
"""The most that is read of a file that somebody names."""
SEQ_END: Final = 2**32
"""The store gives a journal number 32 bits."""


def export(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """Write the records of the current epoch, whole or not at all.

    With `--despite-rollback` also of a store behind its mirror, once it is told what is missing.
    """
    with opened_store(asked.data, _tell_missing if asked.despite_rollback else None) as store:
        kept = store.enrolment()
        if kept is None:
            raise Refused("not_enrolled")
        epoch = enrolment.read_statement(kept.statement).epoch
        data = b"".join(item.record.pack() for item in store.journal.export(epoch))
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
    from ui.main.application import make_application  # noqa: PLC0415 - Qt, which the other commands do without
    from ui.paper.rendering import render_image, write_pdf  # noqa: PLC0415 - the same

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application(sys.argv[:1])
    with opened_store(asked.data) as store:
        found = store.requests.at(asked.seq) if 0 < asked.seq < SEQ_END else None
        paper = store.print_jobs.receipt(found.epoch, found.seq) if found else None
    if paper is None:
        raise Refused("receipt_none", seq=asked.seq)
    with TemporaryDirectory() as folder:
        made = Path(folder) / f"receipt{asked.file.suffix.lower()}"
        if made.suffix == ".png":
            render_image(paper, 0, asked.language).save(str(made))
        else:
            write_pdf(made, paper, 0, asked.language, asked.size)
        outside.write(asked.file, made.read_bytes())
    say(str(asked.file))
    return OK


def unsent(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """Whether work is left to send; with `--erase` and nothing left, the data go, asked twice."""

    def left(look: Callable[[Path], int]) -> int:
        try:
            found = look(asked.data)
        except Refused as error:  # where nobody named a folder, this account never had a counter
            if error.code != "store_none" or asked.data != default_folder():
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
    with opened_store(folder) as store:
        return _left(store)


def erase(folder: Path) -> int:
    """Destroy the keys of the store in `folder`, then its files. Asked twice elsewhere.

    As `unsent`: where that is not 0, nothing is destroyed. What is counted is what is destroyed: until that is begun
    no counter can open it and sell. Raises as `unsent`, and OSError.
    """
    from storage.disk.folder_lock import FolderLock  # noqa: PLC0415 - the same
    from storage.keystore import store_erasure  # noqa: PLC0415 - as the store
    from storage.keystore.system_keystore import SystemKeystore  # noqa: PLC0415 - the same

    with opened_store(folder) as store:
        left = _left(store)
        if left:
            return left
        store_erasure.begin(folder, SystemKeystore(), "retired")
    try:
        lock = FolderLock(folder)
    except Refused:  # whoever was faster has ended what was begun
        return 0
    try:
        store_erasure.finish(folder, SystemKeystore())
    finally:
        lock.release()
    return 0


def _left(store: Store) -> int:
    from kiosk.upkeep.departure import obstacles  # noqa: PLC0415 - as the store

    if store.enrolment() is None:
        return 0  # a first start that got no further
    return sum(one.n for one in obstacles(store) if one.code in {"unsent", "rest", "pictures"})
