"""A QR on the screen, as the paper has it: whole squares, black on white in every theme."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from protocol.override import override
from ui.paper.drawn_codes import QrCode, qr_code
from ui.paper.paper_layout import PAPER
from ui.widgets.drawn import Drawn

MODULE: Final = 4
"""Screen dots: about a millimetre, so that a poor camera reads it at arm's length."""


class QrPicture(Drawn):
    """A QR code, drawn to whole pixels."""

    def __init__(self, name: str, module: int = MODULE) -> None:
        """`module`: screen dots of a square."""
        super().__init__()
        self._module = module
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._text = ""
        self._code: QrCode | None = None

    def set_text(self, text: str) -> None:
        if text == self._text:  # a page that says its state anew has the same paper
            return
        self._text, self._code = text, qr_code(text, self._module, 1_000)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = 0 if self._code is None else self._code.side
        return QSize(side, side)

    minimumSizeHint = sizeHint

    @override
    def draw(self, painter: QPainter) -> None:
        if self._code is not None:
            x, side = (self.width() - self._code.side) / 2, self._code.side
            painter.fillRect(round(x), 0, side, side, PAPER)
            self._code.draw(painter, x, 0)
