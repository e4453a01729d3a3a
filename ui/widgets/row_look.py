"""How the rows of tables and lists look: which one is gone to, what stands in them, and the round corners around."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QRegion
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate

from protocol.override import override
from ui.widgets.key_cap import CAP_PX, cap_px, draw_cap
from ui.widgets.more_below import MoreBelow
from ui.widgets.state_pill import Pill, paint_pill, pill_px
from ui.widgets.theme import RADIUS, TOKENS

BAR_PX: Final = 4
SIDE_PX: Final = 12
"""What a cell keeps free at a side: the sheet's padding, and what Qt keeps free beside words."""
WORDS_PX: Final = 2 * SIDE_PX
"""What is no room for words in a cell."""
WIDEST_KEY: Final = "Alt+9"
PILL: Final = Qt.ItemDataRole.UserRole + 1
KEY: Final = Qt.ItemDataRole.UserRole + 2
"""What an item holds beside its words: how something stands, the key of its row."""


class RowPainter(QStyledItemDelegate):
    """The row that the arrows stand on has a bar where it begins, and is yellow while the keys come to it; a state is
    drawn as a pill, a row's key as a cap.
    """

    @override
    def paint(self, painter: QPainter, option: Any, index: QModelIndex | QPersistentModelIndex) -> None:
        pill, key = index.data(PILL), index.data(KEY)
        place = self._paint_ground(painter, option, index)
        if key is not None and key != index.data():  # a list's: its words end before its key, if it has one
            beside = cap_px(WIDEST_KEY) + SIDE_PX
            option.rect = QStyle.visualRect(option.direction, place, place.adjusted(0, 0, -beside, 0))
        if pill is None and key != index.data():
            super().paint(painter, option, index)
        if pill is not None:
            paint_pill(painter, place.adjusted(SIDE_PX, 0, -SIDE_PX, 0), Pill(*pill), option.direction)
        if key:
            wide = cap_px(key)
            cap = QRect(place.right() + 1 - SIDE_PX - wide, place.center().y() - CAP_PX // 2, wide, CAP_PX)
            draw_cap(painter, QStyle.visualRect(option.direction, place, cap), key, QColor(TOKENS["ink"]))

    def _paint_ground(self, painter: QPainter, option: Any, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Its colour, its bar and the line to the row below it; the place of it all."""
        place, here = QRect(option.rect), option.widget.steered or option.widget.hasFocus()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, QColor(TOKENS["cream" if here else "chosen" if option.widget.keeps else "card"]))
            if index.column() == 0 and (here or option.widget.keeps):
                bar = QRect(place.left(), place.top(), BAR_PX, place.height())
                painter.fillRect(
                    QStyle.visualRect(option.direction, place, bar), QColor(TOKENS["bar" if here else "off_line"])
                )
            option.state &= ~QStyle.StateFlag.State_Selected  # the style has a colour of its own for it
        if index.row() < index.model().rowCount() - 1:
            high, colour = (BAR_PX, "off_line") if index.row() == option.widget.ends else (1, "line")
            painter.fillRect(place.adjusted(0, place.height() - high, 0, 0), QColor(TOKENS[colour]))
        return place

    @override
    def sizeHint(self, option: Any, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        if index.data(PILL) is not None:
            size.setWidth(pill_px(str(index.data())) + WORDS_PX)
        if (key := index.data(KEY)) and key == index.data():
            size.setWidth(cap_px(key) + WORDS_PX)
        return size


def round_off(view: QAbstractItemView) -> None:
    """Cut head and rows off at the corners of the frame, which Qt draws them over."""
    edge, parts = view.frameWidth(), (view.viewport(), *view.findChildren(QHeaderView))
    inside = _inside(view.width(), view.height(), edge, RADIUS["card"] if edge else 0)
    for part in parts:
        if part.mask() != (mask := inside.translated(-part.pos())):
            part.setMask(mask)


@lru_cache(maxsize=16)
def _inside(width: int, height: int, edge: int, corner: int) -> QRegion:
    path = QPainterPath()
    path.addRoundedRect(QRectF(0, 0, width, height).adjusted(edge, edge, -edge, -edge), corner, corner)
    return QRegion(path.toFillPolygon().toPolygon())


class ListLook:
    """A list whose rows lie within its round corners; the one gone to does not lie under the strip at its foot."""

    _more: MoreBelow
    steered = False
    """Whether its row is gone to from another field, as from the line that was searched in."""
    ends = -1
    """The row after which another kind of thing begins."""
    keeps = True
    """Whether its row looks chosen while the keys are elsewhere."""

    def updateGeometries(self) -> None:
        super().updateGeometries()  # type: ignore[misc] # of the list it is mixed into
        round_off(cast("QAbstractItemView", self))

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        super().scrollTo(index, hint)  # type: ignore[misc] # of the list it is mixed into
        self._more.uncover(index)
