"""What is done with money in a day: totals, cash, void, refund, the close."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from tests.scenarios.day.acts import Acts
from tests.scenarios.day.hands import Key
from tests.scenarios.day.loop import Act

BIDI = dict.fromkeys(map(ord, "\u2066\u2069"))


def cells(table: Any) -> list[list[str]]:
    """The texts of a table, as they are read."""
    return [
        [(table.item(row, column).text() if table.item(row, column) else "").translate(BIDI)
         for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]  # fmt: skip


class AllActs(Acts):
    """All that a day may ask for."""

    def today(self) -> Act:
        yield from self.home()
        yield from self.press(Key.Key_F8)
        yield from self.page("pageDay")
        return cells(self.at.table)

    def x_report(self) -> Act:
        yield from self.today()
        page = self.at
        yield from self.press(Key.Key_F9)
        yield page.notice.isVisible
        yield from self.press(Key.Key_Escape)
        yield from self.page("pageCatalogue")

    def cash(self, key: int, pounds: str, texts: dict[str, str]) -> Act:
        yield from self.today()
        yield from self.press(Key(int(Key.Key_0) + key), alt=True)
        yield from self.page("pageCash")
        yield from self.into(self.at.amount, pounds)
        for name, text in texts.items():
            yield from self.into(self.find(name), text)
        yield from self.press(Key.Key_F10)
        yield from self.page("pageDay")
        yield from self.press(Key.Key_Escape)
        yield from self.page("pageCatalogue")

    def void(self, receipt: str, reason: str, second: str, pin: str) -> Act:
        """Found by its receipt, voided with a second person's PIN."""
        yield from self.home()
        yield from self.press(Key.Key_F6)
        yield from self.page("pageRequests")
        found = self.at
        yield from self.into(found.search, receipt)
        yield lambda: [one.number.translate(BIDI) for one in found._found.listed] == [receipt]
        found.table.setFocus(Qt.FocusReason.TabFocusReason)
        yield from self.press(Key.Key_Return)
        yield from self.page("pageDetail")
        yield from self._reverse(reason, second, pin)
        yield from self.press(Key.Key_Escape)
        yield from self.page("pageRequests")
        yield from self.press(Key.Key_Escape)
        yield from self.home()

    def _reverse(self, reason: str = "", second: str = "", pin: str = "") -> Act:
        yield from self.press(Key.Key_1, alt=True)
        yield from self.page("pageReverse")
        page = self.at
        if reason:
            yield from self.into(page.reason, reason)
        if second:
            page.second.names.setCurrentIndex(page.second.names.findData(second))
            yield from self.into(page.second.pin, pin)
        yield from self.press(Key.Key_F10)
        yield lambda: self.at is not page or (page.notice.isVisible() and self.window.veil.isHidden())
        assert self.at is not page, self.said()
        yield from self.page("pageDetail")

    def refund(self) -> Act:
        """The tray of what the centre sent back: the first one is opened, and its money goes back."""
        yield from self.home()
        yield from self.press(Key.Key_F7)
        yield from self.page("pageSync")
        page = self.at
        yield from self.press(Key.Key_F5)
        yield lambda: bool(page.data.tray)
        page.tray.setFocus(Qt.FocusReason.TabFocusReason)
        page.tray.setCurrentCell(0, 0)
        yield from self.press(Key.Key_Return)
        yield from self.page("pageDetail")
        yield from self._reverse()
        yield from self.press(Key.Key_F3)
        yield from self.page("pageCatalogue")

    def decisions(self) -> Act:
        """The list of requests: how each stands, in the words of the screen, by its receipt's number."""
        yield from self.home()
        yield from self.press(Key.Key_F6)
        yield from self.page("pageRequests")
        yield lambda: bool(self.at._found.listed)
        return {row[1]: row[-1] for row in cells(self.at.table)}

    def close_day(self, faces: dict[str, int], reason: str, second: str, pin: str) -> Act:
        """Counted blind, compared, explained, agreed to. Returns what was compared, its words, and the totals."""
        yield from self.today()
        yield from self.press(Key.Key_F10)
        yield from self.page("pageClose")
        page = self.at
        yield from self._count(faces)
        compared = page._compared
        told = {"expected_pt": compared.book.expected_pt, "counted_pt": compared.count.total_pt,
                "words": page.difference.kind.text()}  # fmt: skip
        if compared.needs_reason:
            yield from self.into(page.reason, reason)
            yield from self.press(Key.Key_F10)
            assert page._state == "summary", self.said()
        if compared.needs_approver:
            page.second.names.setCurrentIndex(page.second.names.findData(second))
            yield from self.into(page.second.pin, pin)
        yield from self.press(Key.Key_F10)
        yield lambda: page._state == "closed" or (page.notice.isVisible() and self.window.veil.isHidden())
        assert page._state == "closed", self.said()
        yield from self.page("pageClose")
        told["totals"] = yield from self.closed_totals()
        return told

    def _count(self, faces: dict[str, int]) -> Act:
        """Only what there is of is typed; that there is none of the others is said at a key."""
        page = self.at
        for face, count in faces.items():
            if count:
                yield from self.into(page.counting.faces[int(face)], str(count))
        assert page.difference.isHidden(), "nothing is said before it is counted"
        if page.zeros.isVisible():
            yield from self.press(Key.Key_1, alt=True)
        else:
            yield from self.press(Key.Key_F10)
        yield lambda: page._state in ("compared", "summary") and self.window.veil.isHidden()

    def closed_totals(self) -> Act:
        """Now whoever has counted may see what was taken; then nobody sits here any more."""
        yield from self.press(Key.Key_F8)
        yield from self.page("pageDay")
        totals = [*cells(self.at.table), *([c.label.text(), c.value.text()] for c in self.at.figures.cards.values())]
        self.window.session.sign_out()
        yield from self.page("pageSignIn")
        return totals
