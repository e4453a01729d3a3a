"""What is wrong with a page's skeleton: its primary action, what scrolls, what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QScrollArea, QTableWidget, QWidget

from tests.harness.screen_parts import SLACK, Rule, Seen, named, parents, port
from ui.shell.action_rail import BACK_PX, NARROW_PAGE_PX, NARROW_RAIL_PX, PRIMARY_PX, RAIL_PX
from ui.shell.footer_bar import HEIGHT as FOOTER_PX
from ui.widgets.message_slot import Notice
from ui.widgets.more_below import CoverAbove, MoreBelow
from ui.widgets.push_button import Button
from ui.widgets.theme import SPACE

_PRIMARY: Final = ("primary", "waits", "danger-solid")


def primary_in_place(seen: Seen) -> Iterator[str]:
    """The primary action stands at one place on every page, in every state."""
    due = primary_place(seen.window)
    for button in _primaries(seen):
        if seen.place(button) != due:
            yield f"{named(button)} stands at {seen.place(button).getRect()}, not {due.getRect()}"


def primary_place(window: QWidget) -> QRect:
    """Where the primary action stands in a window of this size: in the rail, over the way back, from the bottom."""
    narrow = window.width() < NARROW_PAGE_PX
    wide = NARROW_RAIL_PX if narrow else RAIL_PX
    top = window.height() - FOOTER_PX - SPACE["foot"] - BACK_PX - SPACE["gap"] - PRIMARY_PX
    rtl = window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    left = SPACE["side"] if rtl else window.width() - SPACE["side"] - wide
    return QRect(left, top, wide, PRIMARY_PX)


def one_primary(seen: Seen) -> Iterator[str]:
    """A page has one primary action, or says why it has none."""
    page = seen.page
    assert page is not None
    found = _primaries(seen)
    if len(found) > 1:
        yield f"{len(found)} primary actions: {', '.join(map(named, found))}"
    elif found and page.no_primary:
        yield f"{named(found[0])} on a page that says it has none: {page.no_primary}"
    elif not found and not page.no_primary and not seen.veiled:
        yield "no primary action, and no word why"


def _primaries(seen: Seen) -> list[Button]:
    return [button for button in seen.buttons if button.property("variant") in _PRIMARY]


def nothing_cut(seen: Seen) -> Iterator[str]:
    """No row and no field is cut through by the edge of what scrolls."""
    for leaf in seen.leaves:
        if any(isinstance(parent, QAbstractItemView) for parent in parents(leaf, seen.window)):
            continue  # its row is looked at below
        through = port(leaf, seen.window)
        if through is None or (view := through.parentWidget()) is None:
            continue
        edge, place = _edges(through, seen), seen.place(leaf)
        for line in (edge.top(), edge.bottom() + 1):
            if place.top() + SLACK < line < place.bottom() - SLACK and place.right() > edge.left():
                yield f"{named(leaf)} is cut through by the edge of {named(view)}"
    for view in seen.widgets:
        if isinstance(view, QTableWidget | QListWidget):
            yield from _cut_rows(view, seen)


def _edges(through: QWidget, seen: Seen) -> QRect:
    """What can be read through it: from what covers its upper edge to the strip that says what is below."""
    edge = seen.place(through)
    view, top = through.parentWidget(), edge.top()
    strips = view.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly) if view else []
    for strip in strips:
        if isinstance(strip, MoreBelow) and strip.isVisible():
            edge.setBottom(top + strip.edge() - 1)
        if isinstance(strip, CoverAbove) and strip.isVisible():
            edge.setTop(top + strip.edge())
    return edge


def _cut_rows(view: QTableWidget | QListWidget, seen: Seen) -> Iterator[str]:
    edge = _edges(view.viewport(), seen).translated(-view.viewport().mapTo(seen.window, QPoint()))
    for row in range(view.model().rowCount()):
        place = view.visualRect(view.model().index(row, 0))
        for line in (edge.top(), edge.bottom() + 1):
            if place.top() + SLACK < line < place.bottom() - SLACK:
                yield f"{named(view)}: row {row} is cut through"


def only_lists_scroll(seen: Seen) -> Iterator[str]:
    """A page does not scroll as a whole."""
    for view in seen.widgets:
        if isinstance(view, QScrollArea) and view.objectName() == "pageScroll" and view.verticalScrollBar().maximum():
            yield f"{view.verticalScrollBar().maximum()} dots below the edge"


def message_whole(seen: Seen) -> Iterator[str]:
    """What has happened and the first thing to do about it are read whole without opening anything."""
    for notice in seen.widgets:
        if isinstance(notice, Notice) and not notice.fits():
            yield f"the message has no room for «{notice.text()[:60]}»"


SKELETON: Final[tuple[Rule, ...]] = (primary_in_place, one_primary, nothing_cut, only_lists_scroll, message_whole)
