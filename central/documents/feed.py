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

from sqlalchemy import Delete, case, delete, func, update
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from central.centre import wall_ms
from central.store import device_models
from central.store.device_models import Device, Document
from central.store.interface import Row, Session
from protocol import members, strict_json
from protocol.wire.feed_items import FEED_ITEMS, MOST_CURSOR, FeedItem

PAGE_ITEMS: Final = 200
PAGE_BYTES: Final = 3 << 20
_ITEM = device_models.FeedItem
REACH: Final = MOST_CURSOR // 10
"""No feed is numbered on from beyond it, whatever its device asks after: what follows must be asked for, too."""
_DOCUMENTS: Final = col(device_models.FeedItem.document).is_not(None)


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Items in order; `next` is the cursor after them."""

    after: int
    next: int
    more: bool
    items: list[dict[str, Any]]


def devices(session: Session, shop: str) -> list[bytes]:
    """Those that stand in a shop now; "" for every shop."""
    found = select(Device.id).order_by(col(Device.id))
    return session.all(found.where(Device.shop == shop) if shop else found)


def put(session: Session, device: bytes, *items: FeedItem) -> None:
    """Append `items` to the list of `device`."""
    if not items:
        return
    last = _draw(session, device, len(items))
    first = last - len(items) + 1
    rows = [
        {"device": device, "n": first + i, "kind": item.kind, "body": strict_json.dumps(item.members()).decode()}
        for i, item in enumerate(items)
    ]
    session.add_all(_ITEM, rows)


def put_document(session: Session, device: bytes, kind: str, document: int) -> None:
    """Append the document numbered `document`, in place of any earlier one of its kind."""
    n = _draw(session, device, 1)
    session.run(_kind(device, kind).where(_DOCUMENTS))
    session.add(_ITEM, device=device, n=n, kind=kind, body="", document=document)


def _kind(device: bytes, kind: str) -> Delete:
    return delete(_ITEM).filter_by(device=device, kind=kind)


def put_alone(session: Session, device: bytes, item: FeedItem) -> None:
    """Append `item` in place of any earlier one of its kind: nobody needs what it was before."""
    session.run(_kind(device, item.kind))
    put(session, device, item)


def put_again(session: Session, device: bytes, item: FeedItem, about: int) -> None:
    """Append `item` in place of the earlier ones of its kind that are the same in their first `about` members."""
    same = strict_json.dumps(dict(islice(item.members().items(), 1 + about))).decode()[:-1]
    session.run(_kind(device, item.kind).where(func.substr(_ITEM.body, 1, len(same) + 1) == f"{same},"))
    put(session, device, item)


def _draw(session: Session, device: bytes, count: int) -> int:
    now_ms = wall_ms()  # the machine's: not a time that anybody is told
    last = col(Device.feed_n)
    drawn = update(Device).where(col(Device.id) == device).returning(last)
    row = session.one(drawn.values(feed_n=case((last < now_ms, now_ms), else_=last) + count))
    assert row is not None  # noqa: S101 - devices are never deleted
    return int(row.feed_n)


def page(session: Session, device: bytes, after: int) -> FeedPage:
    """What follows `after`, as much as one answer may hold."""
    following = _with_documents(isouter=True).where(_ITEM.device == device, _ITEM.n > after)
    rows = session.all(following.order_by(col(_ITEM.n)).limit(PAGE_ITEMS + 1))
    items: list[dict[str, Any]] = []
    size, cursor = 0, after
    for row in rows[:PAGE_ITEMS]:
        size += len(row.envelope or row.body)
        if items and size > PAGE_BYTES:
            break
        cursor = row.n
        items.append(_read(row) if row.envelope is not None else json.loads(row.body))
    return FeedPage(after, cursor, len(items) < len(rows), items)


def is_news(session: Session, device: bytes, after: int) -> bool:
    """Whether `device`, which asks for what follows `after`, has read a document since it last asked, or what this
    database has forgotten.
    """
    unmarked = select(_ITEM.n).where(_ITEM.device == device, _ITEM.n <= after, _ITEM.read_ms == 0, _DOCUMENTS)
    if session.one(unmarked.limit(1)) is not None:
        return True
    return session.one(select(Device.id).where(Device.id == device, Device.feed_n < after)) is not None


def mark_read(session: Session, device: bytes, after: int, now_ms: int) -> None:
    """Remember that `device` has the documents up to `after`: its cursor moves in the commit that applies them.

    What comes next is numbered beyond `after`: a centre restored from a backup has forgotten how far it had come.
    """
    unmarked = update(_ITEM).filter_by(device=device, read_ms=0).where(_DOCUMENTS, col(_ITEM.n) <= after)
    session.run(unmarked.values(read_ms=now_ms))
    if after <= REACH:
        session.run(update(Device).filter_by(id=device).where(col(Device.feed_n) < after).values(feed_n=after))


def version_read(session: Session, device: bytes, kind: str) -> tuple[int, int]:
    """The version of that document that `device` is known to have, and since when; (0, 0) where none is known."""
    known = _with_documents().where(_ITEM.device == device, _ITEM.kind == kind, _ITEM.read_ms > 0, _DOCUMENTS)
    row = session.one(known)
    return (row.version, row.read_ms) if row else (0, 0)


def _with_documents(*, isouter: bool = False) -> Select[*tuple[Any, ...]]:
    found = select(_ITEM, Document.version, Document.envelope)
    return found.join(Document, col(Document.n) == _ITEM.document, isouter=isouter)


def _read(row: Row) -> dict[str, Any]:
    said = {"version": row.version, "document": json.loads(row.envelope)}
    return members.read(FEED_ITEMS[row.kind], said).members()
