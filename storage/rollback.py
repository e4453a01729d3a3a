"""Whether a database is older than the keystore's mirror remembers, or was put back from a backup on purpose."""

from __future__ import annotations

from typing import Any

from kiosk.model.facts import PIN_GUESSES
from kiosk.upkeep.backup.restored_store import RESTORED, awaiting
from protocol.errors import Corrupt, Refused
from protocol.journal.kj01 import genesis
from storage.db import compiled
from storage.db.commit import fact, last
from storage.db.entry_ids import entry_id
from storage.db.sql_store import SqlStore
from storage.keystore.journal_mirror import KeystoreMirror, Mirrored


def compare(store: SqlStore, remembered: Mirrored | None, *, despite: bool) -> bool:
    """Whether the database lacks the entry that the mirror remembers, or holds another in its place."""
    with store.transaction() as connection:
        if agrees(connection, remembered):
            return False
        try:
            stands = last(connection)[0]
            epoch, seq = stands.epoch, stands.seq
        except Refused:
            epoch = seq = 0
    if not despite:
        raise fault(remembered, epoch, seq)
    return True


def agrees(connection: Any, remembered: Mirrored | None) -> bool:
    """Whether the database is no older than the keystore's mirror, or was put back from a backup on purpose.

    No money is taken before a mirror is written: where there is some and no mirror, somebody has taken it away.
    """
    if _put_back(connection, remembered):
        return True
    if remembered is None:
        return connection.execute(compiled.MONEY_TAKEN).fetchone() is None
    return (fact(connection, PIN_GUESSES) or 0) >= remembered.guesses and _holds(connection, remembered)


def _holds(connection: Any, remembered: Mirrored) -> bool:
    if remembered.seq == 0:
        row = connection.execute(compiled.STATEMENT, (remembered.epoch,)).fetchone()
        return row is not None and remembered.is_of(genesis(row[0]))
    number = entry_id(remembered.epoch, remembered.seq)
    row = connection.execute(compiled.ENTRY, (number,)).fetchone()
    return row is not None and remembered.is_of(row[0])


def _put_back(connection: Any, remembered: Mirrored | None) -> bool:
    """Put back from a backup on purpose: its epoch is over, and the mirror remembers none that came after that.

    The next may have begun by now: a crash came before the mirror heard of it, and so before any money was taken.
    """
    found = fact(connection, RESTORED)
    latest = max(0, *connection.execute(compiled.EPOCH).fetchone())
    seen = 0 if remembered is None else remembered.epoch
    if found is None or seen > max(found.epoch, found.seen):
        return False
    return found.epoch == latest or (latest > seen and connection.execute(compiled.MONEY_TAKEN).fetchone() is None)


def catch_up(behind: KeystoreMirror, store: SqlStore, remembered: Mirrored | None) -> None:
    """A crash may have come between the last sale and its note; who holds the keystore up may start anew."""
    if store.enrolment() is not None and not awaiting(store):
        behind.remember(store.journal.tail().chain, _ahead(store, remembered))


def _ahead(store: SqlStore, remembered: Mirrored | None) -> int:
    """How many entries with money in them the mirror does not know of."""
    tail = store.journal.tail()
    if remembered is None or remembered.epoch != tail.chain.epoch or remembered.seq == 0:
        return tail.count
    with store.looking() as connection:
        number = entry_id(remembered.epoch, remembered.seq)
        return tail.count - int(connection.execute(compiled.ENTRY, (number,)).fetchone()[1])


def fault(remembered: Mirrored | None, epoch: int, seq: int) -> Corrupt:
    if remembered is None:
        return Corrupt("mirror_gone", epoch=epoch, seq=seq, want_epoch=epoch, want_seq=seq)
    return Corrupt("rolled_back", epoch=epoch, seq=seq, want_epoch=remembered.epoch, want_seq=remembered.seq)
