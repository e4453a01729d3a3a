"""What the centre tells a device: an ordered list for each, read by cursor, in signed pages.

A device's numbers are drawn under the lock of its row, so that a page never skips an item that is still being
committed. They are at least the time, so that a centre restored from a backup gives none that a device has read beyond.
A document replaces its predecessor in the list: nobody needs the price list before last.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from central.centre import wall_ms
from central.store.interface import Session
from protocol import members, strict_json
from protocol.wire.feed_items import FEED_ITEMS, MOST_CURSOR, FeedItem

PAGE_ITEMS: Final = 200
PAGE_BYTES: Final = 3 << 20
REACH: Final = MOST_CURSOR // 10
"""No feed is numbered on from beyond it, whatever its device asks after: what follows must be asked for, too."""
_UNMARKED: Final = "WHERE device = ? AND document IS NOT NULL AND n <= ? AND read_ms = 0"


@dataclass(frozen=True, slots=True)
class Page:
    """Items in order; `next` is the cursor after them."""

    after: int
    next: int
    more: bool
    items: list[dict[str, Any]]


def devices(session: Session, shop: str) -> list[bytes]:
    """Those that stand in a shop now; "" for every shop."""
    return [device for (device,) in session.all("SELECT id FROM device WHERE ? IN ('', shop) ORDER BY id", shop)]


def put(session: Session, device: bytes, *items: FeedItem) -> None:
    """Append `items` to the list of `device`."""
    if not items:
        return
    last = _draw(session, device, len(items))
    first = last - len(items) + 1
    session.many(
        "INSERT INTO feed_item (device, n, kind, body) VALUES (?, ?, ?, ?)",
        [(device, first + i, item.kind, strict_json.dumps(item.members()).decode()) for i, item in enumerate(items)],
    )


def put_document(session: Session, device: bytes, kind: str, document: int) -> None:
    """Append the document numbered `document`, in place of any earlier one of its kind."""
    n = _draw(session, device, 1)
    session.run("DELETE FROM feed_item WHERE device = ? AND kind = ? AND document IS NOT NULL", device, kind)
    session.run(
        "INSERT INTO feed_item (device, n, kind, body, document) VALUES (?, ?, ?, '', ?)", device, n, kind, document
    )


def put_alone(session: Session, device: bytes, item: FeedItem) -> None:
    """Append `item` in place of any earlier one of its kind: nobody needs what it was before."""
    session.run("DELETE FROM feed_item WHERE device = ? AND kind = ?", device, item.kind)
    put(session, device, item)


def put_again(session: Session, device: bytes, item: FeedItem, about: int) -> None:
    """Append `item` in place of the earlier ones of its kind that are the same in their first `about` members."""
    same = strict_json.dumps(dict(islice(item.members().items(), 1 + about))).decode()[:-1]
    session.run(
        "DELETE FROM feed_item WHERE device = ? AND kind = ? AND substr(body, 1, ?) = ?",
        device, item.kind, len(same) + 1, f"{same},",
    )  # fmt: skip
    put(session, device, item)


def _draw(session: Session, device: bytes, count: int) -> int:
    now_ms = wall_ms()  # the machine's: not a time that anybody is told
    row = session.one(
        "UPDATE device SET feed_n = CASE WHEN feed_n < ? THEN ? ELSE feed_n END + ? WHERE id = ? RETURNING feed_n",
        now_ms, now_ms, count, device,
    )  # fmt: skip
    assert row is not None  # noqa: S101 - devices are never deleted
    return int(row[0])


def page(session: Session, device: bytes, after: int) -> Page:
    """What follows `after`, as much as one answer may hold."""
    rows = session.all(
        """SELECT f.n, f.kind, f.body, d.version, d.envelope FROM feed_item f LEFT JOIN document d ON d.n = f.document
           WHERE f.device = ? AND f.n > ? ORDER BY f.n LIMIT ?""",
        device, after, PAGE_ITEMS + 1,
    )  # fmt: skip
    items: list[dict[str, Any]] = []
    size, cursor = 0, after
    for n, kind, body, version, envelope in rows[:PAGE_ITEMS]:
        size += len(envelope or body)
        if items and size > PAGE_BYTES:
            break
        cursor = n
        items.append(_document(kind, version, envelope) if envelope is not None else json.loads(body))
    return Page(after, cursor, len(items) < len(rows), items)


def is_news(session: Session, device: bytes, after: int) -> bool:
    """Whether `device`, which asks for what follows `after`, has read a document since it last asked, or what this
    database has forgotten.
    """
    row = session.one(
        f"SELECT 1 FROM feed_item {_UNMARKED} UNION ALL SELECT 1 FROM device WHERE id = ? AND feed_n < ? LIMIT 1",  # noqa: S608 - fixed texts
        device, after, device, after,
    )  # fmt: skip
    return row is not None


def mark_read(session: Session, device: bytes, after: int, now_ms: int) -> None:
    """Remember that `device` has the documents up to `after`: its cursor moves in the commit that applies them.

    What comes next is numbered beyond `after`: a centre restored from a backup has forgotten how far it had come.
    """
    session.run(f"UPDATE feed_item SET read_ms = ? {_UNMARKED}", now_ms, device, after)  # noqa: S608 - fixed texts
    if after <= REACH:
        session.run("UPDATE device SET feed_n = ? WHERE id = ? AND feed_n < ?", after, device, after)


def version_read(session: Session, device: bytes, kind: str) -> tuple[int, int]:
    """The version of that document that `device` is known to have, and since when; (0, 0) where none is known."""
    row = session.one(
        """SELECT d.version, f.read_ms FROM feed_item f JOIN document d ON d.n = f.document
           WHERE f.device = ? AND f.document IS NOT NULL AND f.kind = ? AND f.read_ms > 0""",
        device, kind,
    )  # fmt: skip
    return (row[0], row[1]) if row else (0, 0)


def _document(kind: str, version: int, envelope: bytes) -> dict[str, Any]:
    return members.read(FEED_ITEMS[kind], {"version": version, "document": json.loads(envelope)}).members()
