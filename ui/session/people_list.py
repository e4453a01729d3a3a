"""The people of the shop as cards side by side: a letter on a tint, the name, the role, and the key that chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from protocol.override import override
from ui.shell.header_bar import draw_letter
from ui.widgets.key_cap import CAP_PX, cap_px, draw_cap
from ui.widgets.more_below import MoreBelow
from ui.widgets.theme import RADIUS, TOKENS, make_font, px

LEAST_PX: Final = 250
"""Of a card's width at 100 %."""
HEIGHT_PX: Final = 132
GAP_PX: Final = 12
PAD_PX: Final = 16
DISC_PX: Final = 52
BAR_PX: Final = 5


@dataclass(frozen=True, slots=True)
class Person:
    """What a card says: a name, a role or what else is to be known, and a key ("" for none)."""

    name: str
    note: str
    key: str


class PeopleList(QListWidget):
    """A list that reads, moves and speaks as any other, drawn as cards."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("look", "cards")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_PersonCard(self))
        MoreBelow(self, "page")

    def fill(self, people: list[Person]) -> None:
        """These, with the row that was chosen chosen again; nobody hears of it."""
        row = self.currentRow()
        self.blockSignals(True)
        self.clear()
        for person in people:
            item = QListWidgetItem(person.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{person.name} — {person.note}")
            item.setData(Qt.ItemDataRole.UserRole, person)
            self.addItem(item)
        self.setCurrentRow(row)
        self.blockSignals(False)

    @override
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Up and down go through all of them, one after the other, as they do from the PIN."""
        step = {QAbstractItemView.CursorAction.MoveUp: -1, QAbstractItemView.CursorAction.MoveDown: 1}.get(action)
        if step is None or not self.count():
            return super().moveCursor(action, modifiers)
        return self.model().index((self.currentRow() + step) % self.count(), 0)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        room = event.size().width()
        across = max(1, room // px(LEAST_PX))
        self.setGridSize(QSize(room // across, px(HEIGHT_PX)))
        super().resizeEvent(event)


class _PersonCard(QStyledItemDelegate):
    """One card."""

    @override
    def paint(self, painter: QPainter, option: Any, index: QModelIndex | QPersistentModelIndex) -> None:
        person = index.data(Qt.ItemDataRole.UserRole)
        rtl = option.direction is Qt.LayoutDirection.RightToLeft
        card = option.rect.adjusted(2, 2, -GAP_PX, -GAP_PX)
        if rtl:
            card = option.rect.adjusted(GAP_PX, 2, -2, -GAP_PX)

        def mirrored(place: QRect) -> QRect:
            return QStyle.visualRect(option.direction, card, place)

        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_card(painter, card, chosen=bool(option.state & QStyle.StateFlag.State_Selected), rtl=rtl)
        inner = card.adjusted(PAD_PX, PAD_PX, -PAD_PX, -PAD_PX)
        draw_letter(painter, mirrored(QRect(inner.topLeft(), QSize(DISC_PX, DISC_PX))), person.name)
        if person.key:
            wide = cap_px(person.key)
            cap = QRect(inner.right() - wide + 1, inner.top(), wide, CAP_PX)
            draw_cap(painter, mirrored(cap), person.key, QColor(TOKENS["ink"]))
        low = QRect(inner.left(), inner.top() + DISC_PX + 4, inner.width(), inner.height() - DISC_PX - 4)
        _draw_words(painter, low, person, rtl=rtl)
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(px(LEAST_PX), px(HEIGHT_PX))


def _draw_card(painter: QPainter, card: QRect, *, chosen: bool, rtl: bool) -> None:
    path = QPainterPath()
    path.addRoundedRect(QRectF(card), RADIUS["card"], RADIUS["card"])
    painter.fillPath(path, QColor(TOKENS["cream" if chosen else "card"]))
    if chosen:
        painter.save()
        painter.setClipPath(path)
        bar = QRect(card.right() - BAR_PX + 1 if rtl else card.left(), card.top(), BAR_PX, card.height())
        painter.fillRect(bar, QColor(TOKENS["bar"]))
        painter.restore()
    painter.setPen(QPen(QColor(TOKENS["bar" if chosen else "line"]), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _draw_words(painter: QPainter, place: QRect, person: Person, *, rtl: bool) -> None:
    edge = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    fonts = make_font("h2", QFont.Weight.DemiBold), make_font("hint")
    top = place.top()
    for font, text, colour in zip(fonts, (person.name, person.note), ("ink", "ink2"), strict=True):
        painter.setFont(font)
        painter.setPen(QColor(TOKENS[colour]))
        height = painter.fontMetrics().lineSpacing()
        line = QRect(QPoint(place.left(), top), QSize(place.width(), height))
        told = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(line, edge | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, told)
        top += round(height * 0.92)
