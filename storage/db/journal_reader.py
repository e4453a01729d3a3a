"""Reading the journal; `kiosk.ports.store`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kiosk.ports.store import LeftBehind, Tail
from protocol.journal.acknowledgement import Ack
from protocol.journal.kj01 import genesis
from protocol.journal.personal import FRAME_HEAD, Item
from storage.db import commit, compiled, rows
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK, entry_id
from storage.db.rows import Rows

_PAGE: Final = 500
# By hand, as `commit.LAST` in them. One statement, so that all of it is of one moment without a transaction around it.
TAIL: Final = f"""
    SELECT l.*, coalesce(a.hwm, 0), coalesce(j.count, 0), coalesce(j.sum_pt, 0),
        (SELECT wall_ms FROM journal
         WHERE id > (l.epoch << 32) + coalesce(a.hwm, 0) AND id < (l.epoch + 1) << 32 AND money_pt IS NOT NULL
         ORDER BY id LIMIT 1)
    FROM ({commit.LAST}) l LEFT JOIN ack a ON a.epoch = l.epoch
    LEFT JOIN journal j ON j.id = (l.epoch << 32) + coalesce(a.hwm, 0)
"""  # noqa: S608 - constants
_LEFT_BEHIND: Final = """
    SELECT e.statement, j.seq, coalesce(a.hwm, 0), j.count - coalesce(k.count, 0)
    FROM enrolment e LEFT JOIN ack a ON a.epoch = e.epoch
    JOIN journal j ON j.id = (SELECT max(id) FROM journal WHERE id > e.epoch << 32 AND id < (e.epoch + 1) << 32)
    LEFT JOIN journal k ON k.id = (e.epoch << 32) + a.hwm
    WHERE e.epoch < (SELECT max(epoch) FROM enrolment) AND j.seq > coalesce(a.hwm, 0) ORDER BY e.epoch
"""


def read_tail(row: Any) -> Tail:
    chain, count, sum_pt = commit.standing(row and row[:6])
    hwm, acked_count, acked_sum, oldest = row[6:]
    return Tail(chain, hwm, count, sum_pt, acked_count, acked_sum, oldest)


class JournalReader(Rows):
    """The journal, epoch by epoch."""

    def tail(self) -> Tail:
        return read_tail(self._one(TAIL))

    def left_behind(self) -> list[LeftBehind]:
        return [LeftBehind(*row) for row in self._all(_LEFT_BEHIND)]

    def hash_at(self, seq: int, epoch: int | None = None) -> bytes | None:
        if seq == 0:
            return self._find(lambda row: genesis(row[0]), compiled.STATEMENT, epoch)
        return self._find(rows.first, compiled.HASH_AT, epoch, seq)

    def sum_at(self, seq: int) -> int:
        return self._find(lambda row: int(row[0]), compiled.SUM_AT, seq) or 0

    def last_ack(self, epoch: int | None = None) -> tuple[Ack, bytes] | None:
        return self._find(lambda row: (Ack(*row[:5]), row[5]), compiled.ACK, epoch)

    def unsent(self, after: int, count: int, max_bytes: int, epoch: int | None = None) -> list[Item]:
        if epoch is None:
            (epoch,) = self._one(compiled.EPOCH)
        items: list[Item] = []
        size = 0
        for item in self._items(epoch, after, count):
            frame_len = 0 if item.frame is None else FRAME_HEAD.size + len(item.frame)
            size += len(item.record.header) + len(item.record.signature) + len(item.record.body) + frame_len
            if items and size > max_bytes:
                break
            items.append(item)
        return items

    def export(self, epoch: int) -> Iterator[Item]:
        """By pages, each its own short look: a reader that stays would keep the WAL growing."""
        after = 0
        while page := self._items(epoch, after, _PAGE):
            yield from page
            after = page[-1].record.fields.seq

    def statements(self) -> dict[int, bytes]:
        return dict(map(tuple, self._all(compiled.EPOCHS)))

    def frame(self, epoch: int, seq: int) -> bytes | None:
        return self._find(rows.first, compiled.FRAME, entry_id(epoch, seq))

    def named(self, national_id: str) -> list[tuple[int, int]]:
        rows = self._all(compiled.NAMED, national_id)
        return [(number >> SEQ_BITS, number & SEQ_MASK) for (number,) in rows]

    def _items(self, epoch: int, after: int, count: int) -> list[Item]:
        found = self._all(compiled.ITEMS, entry_id(epoch, after), entry_id(epoch + 1, 0), count)
        return [rows.item(*row) for row in found]
