"""What must be true after every act. Each look answers what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from protocol.catalogue.services import SHARED_FIELDS
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.scenarios.monkey.world import AllActs

WAYS_IN: Final = ("pageLock", "pageSignIn", "pageLockout")
BEFORE_ANYBODY: Final = ("pageActivate", "pageApproval")
"""Private, and seen before anybody has signed in."""
CASH: Final = {"in": 1, "out": -1, "deposit": -1}


def own(raw: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, without spaces, empty boxes, and what another form of the visit may say better."""
    bare = {
        name: "".join(str(own(value) if isinstance(value, dict) else value or "").split())
        for name, value in raw.items()
    }
    return {name: text for name, text in bare.items() if text not in ("", "{}") and name not in SHARED_FIELDS}


class Watch:
    def __init__(self, acts: AllActs) -> None:
        self._acts, self._house, self._window = acts, acts.house, acts.window
        self.sold: dict[str, int] = {}
        self._seq = 0
        self._entries: list[tuple[int, dict[str, Any]]] = []
        self._drafts: set[str] = set()
        self._dropped: set[str] = set()
        self._first: dict[str, dict[str, Any]] = {}
        self._typed: tuple[str, dict[str, Any]] | None = None
        acts.before = self.look
        desk = self._house.shop.counter.desk
        drop = desk.drafts.drop

        def dropped(*ids: str) -> None:
            self._dropped.update(ids)
            drop(*ids)

        desk.drafts.drop = dropped  # type: ignore[method-assign]

    def wrong(self) -> Iterator[str]:
        """To be asked when the counter has answered everything, and the loop has come to rest."""
        where = self._acts.where
        if not self._window.veil.isHidden():
            yield f"{where}: waits for nothing"
            return
        for found in (*self._focus(), *self._private(), *self._money(), *self._kept()):
            yield f"{where}: {found}"

    # ---- the screen

    def _focus(self) -> Iterator[str]:
        focused, page = self._window.focusWidget(), self._window.page()
        if focused is None or not isValid(focused):
            yield "the keys go nowhere"
            return
        name = focused.objectName()
        inside = focused is page or page.isAncestorOf(focused) or self._window.header.isAncestorOf(focused)
        if not inside or not focused.isVisible() or not focused.isEnabled():
            yield f"the keys go to {name}, which is not there"
        if QApplication.activePopupWidget() is None and QApplication.focusWidget() is not focused:
            yield f"the keys do not go to {name}"

    def _private(self) -> Iterator[str]:
        page, window = self._window.page(), self._window
        locked, somebody = window.behind is not None or window.bar is not None, window.session._login is not None
        if page.private and (locked or (not somebody and page.objectName() not in BEFORE_ANYBODY)):
            yield "is seen by whoever comes by"
        if somebody and not locked and page.objectName() in WAYS_IN:
            yield "asks somebody in who is in"

    # ---- the records

    def _money(self) -> Iterator[str]:
        store = self._house.sql
        if store.journal.tail().chain.seq != self._seq:
            yield from self._new_entries()
        rows = store._one("SELECT count(*) FROM request")[0]
        if rows != len(self.sold):
            yield f"{rows} requests are listed, {len(self.sold)} are in the journal"
        day = store.days.open_day()
        if day is not None:
            expected = self._house.shop.counter.books.book().expected_pt
            added = day.opening_pt + sum(cash_pt(*entry, day.key) for entry in self._entries)
            if expected != added:
                yield f"{expected} is expected in the drawer, the journal adds up to {added}"

    def _new_entries(self) -> Iterator[str]:
        store = self._house.sql
        for item in store.journal.export(1):
            seq, kind, body = item.record.fields.seq, item.record.fields.entry_type, read_body(item.record.body)
            if seq <= self._seq:
                continue
            self._seq = seq
            self._entries.append((kind, body))
            if kind == EntryType.REQUEST:
                if body["id"] in self.sold:
                    yield "a request is recorded twice"
                self.sold[body["id"]] = seq
                row = store.requests.get(body["id"])
                if row is None or row.seq != seq or not store.print_jobs.of_entry(row.epoch, row.seq - row.line + 1):
                    yield "a request has no row or no paper"

    # ---- what was typed

    def look(self) -> None:
        """Remember what the form on top holds."""
        sale = self._acts.screens.sale
        work, form = sale._work, sale.form
        if self._house.practising or work is None or self._window.page() is not form or sale._shown is not work:
            return
        raw = form.raw()
        known = self._first.setdefault(work.draft.id, raw)
        if raw != known or (self._typed is not None and self._typed[0] == work.draft.id):
            self._typed = work.draft.id, raw

    def _kept(self) -> Iterator[str]:
        if self._house.practising:
            self._typed = None
            return
        sale, drafts = self._acts.screens.sale, {draft.id: draft for draft in self._house.sql.drafts.every()}
        ended = self._dropped | set(self.sold)
        if self._drafts - set(drafts) - ended and not self._acts.jumped:
            yield "a form that was begun is gone"
        self._drafts = set(drafts)
        if self._typed is None or self._window.page() is sale.form or sale._keep.isActive():
            return
        if not sale.form._settle.isActive():
            (draft_id, raw), self._typed = self._typed, None
            kept = drafts.get(draft_id)
            before = self._first[draft_id] if kept is None else kept.raw
            if draft_id not in ended and own(before) != own(raw):
                yield "what was typed is not kept"


def cash_pt(kind: int, body: Mapping[str, Any], day: tuple[str, int]) -> int:
    """What an entry put into the drawer of that day."""
    if (body.get("date", ""), body.get("day_number", 1)) != tuple(day):
        return 0
    if kind == EntryType.CASH:
        return int(CASH[body["kind"]] * body["amount_pt"])
    if body.get("method", "cash") != "cash":
        return 0
    sign = {EntryType.REQUEST: 1, EntryType.VOID: -1, EntryType.REFUND: -1}.get(EntryType(kind), 0)
    return int(sign * body["total_pt"]) if sign else 0
