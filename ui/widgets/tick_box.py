"""A box to tick."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QStyleOptionButton

from protocol.override import override
from ui.widgets.fitted_text import lay_out, side

LEAST_PX = 220
"""No box is less wide: its longest word has room."""


class TickBox(QCheckBox):
    """Called by its words, which begin another line where one has no room for them."""

    def __init__(self, name: str, words: str, *, ticked: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setText(words)
        self.setChecked(ticked)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @override
    def text(self) -> str:
        """As it was said, in one line."""
        return self._words

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(min(super().minimumSizeHint().width(), LEAST_PX), super().minimumSizeHint().height())

    @override
    def setText(self, text: str) -> None:
        self._words = text
        self.setAccessibleName(text)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.LayoutDirectionChange):
            self._fit()

    def _fit(self) -> None:
        option, rtl = QStyleOptionButton(), self.isRightToLeft()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self).width()
        layout, _ = lay_out(self._words, self.font(), room, side(rtl=rtl), rtl=rtl)
        lines = (layout.lineAt(n) for n in range(layout.lineCount()))
        pieces = [layout.text()[line.textStart() : line.textStart() + line.textLength()].strip() for line in lines]
        super().setText("\n".join(pieces))
        self.setMinimumHeight(self.sizeHint().height())  # the sheet has one of its own, for a line
