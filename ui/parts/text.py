"""Labels that stand at the reading edge whatever they hold (counter-ui.md §1.1, 8-10)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from kiosk.override import override


def leading(widget: QWidget) -> Qt.AlignmentFlag:
    """The side at which reading begins, absolute: without `AlignAbsolute` Qt lets the content decide."""
    rtl = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def trailing(widget: QWidget) -> Qt.AlignmentFlag:
    rtl = widget.layoutDirection() is Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


def align(widget: QLabel | QLineEdit, *, end: bool = False) -> None:
    widget.setAlignment(trailing(widget) if end else leading(widget))


class Text(QLabel):
    """A plain-text label; `role` names its look in the sheet."""

    def __init__(self, text: str = "", role: str = "body", *, wrap: bool = False, end: bool = False) -> None:
        super().__init__(text)
        self._end = end
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)
        align(self, end=end)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LayoutDirectionChange:
            align(self, end=self._end)
        super().changeEvent(event)


def restyle(widget: QWidget, name: str, value: str) -> None:
    """Set a property the sheet looks at, and have it looked at."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
