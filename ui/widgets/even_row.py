"""A row of equally wide widgets that breaks into several lines where there is little room."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from protocol.override import override


class EvenRow(QWidget):
    """A row of equally wide parts. It has as few lines as they fit into, with about as many parts in each."""

    def __init__(self, *parts: QWidget, gap: int = 12) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._parts, self._gap = parts, gap
        self._grid = QGridLayout(self)
        self._grid.setSpacing(gap)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._placed = list[QWidget](), 0
        self._place(list(parts), len(parts))

    @override
    def minimumSizeHint(self) -> QSize:
        widest = max((part.minimumSizeHint().width() for part in self._shown()), default=0)
        return QSize(widest, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:  # a part says something else, comes or goes
            self._fit()
        return super().event(event)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _fit(self) -> None:
        shown = self._shown()
        step = max((part.sizeHint().width() for part in shown), default=0) + self._gap
        lines = ceil(len(shown) / max(1, (self.width() + self._gap) // max(1, step)))
        self._place(shown, ceil(len(shown) / max(1, lines)))

    def _place(self, parts: list[QWidget], columns: int) -> None:
        if (parts, columns) == self._placed:
            return
        self._placed = parts, columns
        for place, part in enumerate(parts):
            self._grid.addWidget(part, place // columns, place % columns)
        for column in range(len(self._parts)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self.updateGeometry()
