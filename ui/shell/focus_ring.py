"""Where the focus is: a ring of ink with yellow around it, outside of whatever has it. Its own look stays as it is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget
from shiboken6 import isValid

from protocol.override import override
from ui.widgets.drawn import Drawn
from ui.widgets.theme import RADIUS, TOKENS

INK_PX: Final = 3
YELLOW_PX: Final = 2
WIDE_PX: Final = INK_PX + YELLOW_PX
_MOVES: Final = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange}
)


class FocusRing(Drawn):
    """Lies over a window, lets everything through, and goes with the widget that has the focus."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("focusRing")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._over = over
        self._watched: list[QWidget] = []
        self._around = QRect()
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]
        self.hide()

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Around what has the focus now; around nothing that cannot be seen to have it."""
        if not isValid(self._over):
            return  # the window is being dropped, and takes the focus from its fields
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched = self._line(now) if now is not None else []
        for widget in self._watched:
            widget.installEventFilter(self)
        self._place()

    def _line(self, widget: QWidget) -> list[QWidget]:
        """The widget, and all it lies in up to the window; none of a page or a veil."""
        if not self._over.isAncestorOf(widget) or widget.property("ground") in ("page", "veil"):
            return []
        line, outer = [widget], widget.parentWidget()
        while outer is not None and outer is not self._over:
            line.append(outer)
            outer = outer.parentWidget()
        return line

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES and isValid(self):
            self._place()
        return False

    def _place(self) -> None:
        """As far as nothing that scrolls cuts off what it is around."""
        focused = self._watched[0] if self._watched else None
        if focused is None or not isValid(focused) or not focused.isVisible():
            self.hide()
            return
        self._around = self._at(focused).adjusted(-WIDE_PX, -WIDE_PX, WIDE_PX, WIDE_PX)
        seen = self._around
        for widget in self._watched[1:]:
            parent = widget.parentWidget()
            if isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget:
                seen = seen.intersected(self._at(widget).adjusted(-WIDE_PX, -WIDE_PX, WIDE_PX, WIDE_PX))
        self.setGeometry(seen)
        self.setVisible(not seen.isEmpty())
        self.raise_()
        self.update()

    def _at(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._over, QPoint()), widget.size())

    @override
    def draw(self, painter: QPainter) -> None:
        box = QRectF(self._around.translated(-self.pos()))
        for wide, inset, token in ((YELLOW_PX, YELLOW_PX / 2, "focus"), (INK_PX, YELLOW_PX + INK_PX / 2, "ink")):
            painter.setPen(QPen(QColor(TOKENS[token]), wide))
            radius = RADIUS["control"] + WIDE_PX - inset
            painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), radius, radius)
