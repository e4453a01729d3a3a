"""Whether the journal in a database can be right: the last entries at each start, the whole chain when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from protocol.errors import Corrupt
from protocol.journal import kj01
from protocol.journal.kj01 import Chain, JournalFault, Record
from protocol.wire.enrolment import read_statement
from storage.db import compiled
from storage.db.entry_ids import entry_id
from storage.disk.whole_files import Stopped

AT_START: Final = 200
_PAGE: Final = 250  # a look that lasts keeps the WAL growing, and others waiting for the interpreter
STEPS: Final = 10_000  # of SQLite's machine between two looks whether to go on: a millisecond or so

GoOn = Callable[[], bool]
"""Whether there is still time; asked so often that whoever comes back waits for nothing."""


def always() -> bool:
    return True


@contextmanager
def broken_off_unless(go_on: GoOn, connection: Any) -> Iterator[None]:
    """What SQLite does on a connection ends where there is no more time. Raises Stopped."""
    connection.set_progress_handler(lambda: not go_on(), STEPS)
    try:
        yield
    except BaseException:
        if not go_on():
            raise Stopped from None
        raise
    finally:
        connection.set_progress_handler(None, 0)


def check_last(connection: Any, count: int = AT_START) -> None:
    """The last `count` entries of the current epoch. Raises Corrupt("journal_damaged", epoch=…, seq=…)."""
    row = connection.execute(compiled.EPOCH_LAST).fetchone()
    if row is not None:
        _check_epoch(connection, row[0], row[1], last=count)


def check_all(connection: Any, go_on: GoOn = always) -> int:
    """Every entry of every epoch; returns how many there are. Raises as `check_last`; Stopped."""
    epochs = connection.execute(compiled.EPOCHS).fetchall()
    return sum(_check_epoch(connection, epoch, statement, go_on=go_on) for epoch, statement in epochs)


def check_pages(connection: Any, go_on: GoOn = always) -> None:
    """Every page and every index, as SQLite sees them. Raises Corrupt("store_damaged"), Stopped."""
    with broken_off_unless(go_on, connection):
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise Corrupt("store_damaged", found=found)


def _check_epoch(connection: Any, epoch: int, statement: bytes, last: int | None = None, go_on: GoOn = always) -> int:
    """Each entry follows the one before, is signed, and carries the right sums."""
    read = read_statement(statement)
    top = entry_id(epoch + 1, 0)
    (highest,) = connection.execute(compiled.ENTRY_BEFORE, (top,)).fetchone()
    end = (highest or 0) - entry_id(epoch, 0)
    start = 0 if last is None else max(0, end - last)
    chain, sums = Chain(read.device, epoch, 0, kj01.genesis(statement)), (0, 0)
    if start:
        row = connection.execute(compiled.ENTRY, (entry_id(epoch, start),)).fetchone()
        if row is None:
            raise Corrupt("journal_damaged", epoch=epoch, seq=start)
        chain, sums = Chain(read.device, epoch, start, row[0]), (row[1], row[2])
    while page := connection.execute(compiled.ENTRIES, (entry_id(epoch, chain.seq), top, _PAGE)).fetchall():
        for row in page:
            if not go_on():
                raise Stopped
            chain, sums = _check(row, chain, sums, read.public)
    return chain.seq - start


def _check(row: tuple[Any, ...], chain: Chain, sums: tuple[int, int], public: bytes) -> tuple[Chain, tuple[int, int]]:
    header, signature, body, entry_hash, count, sum_pt, money_pt = row
    try:
        following = kj01.check(Record(header, signature, body), chain, public)
    except JournalFault as fault:
        raise Corrupt("journal_damaged", epoch=chain.epoch, seq=fault.seq) from fault
    if money_pt is not None:
        sums = (sums[0] + 1, sums[1] + money_pt)
    if following.hash != entry_hash or sums != (count, sum_pt):
        raise Corrupt("journal_damaged", epoch=chain.epoch, seq=following.seq)
    return following, sums
