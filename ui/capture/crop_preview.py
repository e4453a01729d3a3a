"""A picture of a paper as it would be kept, and the part of it that is cut out: moved by the arrow keys alone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy

from kiosk.model.evidence_file import FULL
from protocol.override import override
from ui.widgets.theme import TOKENS

STEP: Final = 25
"""Thousandths of the picture that one arrow takes away, or with Shift gives back."""
LEAST: Final = 200
SIDE_PX: Final = 96
FRAME_PX: Final = 3
HANDLE_PX: Final = 12
Crop = tuple[int, int, int, int]
_SIDES: Final = {Qt.Key.Key_Left: 0, Qt.Key.Key_Up: 1, Qt.Key.Key_Right: 2, Qt.Key.Key_Down: 3}


def trimmed(crop: Crop, side: int, *, back: bool) -> Crop:
    """One step off that side (left, top, right, bottom), or back on it; some of the picture always stays."""
    sides = list(crop)
    inwards = STEP if side < 2 else -STEP
    sides[side] = min(1000, max(0, sides[side] + (-inwards if back else inwards)))
    left, top, right, bottom = sides
    return crop if right - left < LEAST or bottom - top < LEAST else (left, top, right, bottom)


class Preview(QLabel):
    """A picture that is cut by the arrow keys. `cropped` tells the part that is left at each. It is a label, so that a
    screen reader calls it a picture.
    """

    cropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("evidencePreview")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._pixmap = QPixmap()
        self._crop: Crop = FULL

    def show_picture(self, content: bytes) -> None:
        """Bytes that we have written ourselves; b"" for nothing to show."""
        pixmap = QPixmap()
        if content:
            pixmap.loadFromData(content, "JPEG")  # type: ignore[call-overload]  # the stubs want a bytearray
        self._crop = FULL
        self._put(pixmap)

    def show_image(self, image: QImage) -> None:
        """What a camera sees at this moment."""
        self._put(QPixmap.fromImage(image))

    def _put(self, pixmap: QPixmap) -> None:
        self._pixmap = pixmap
        self.setPixmap(pixmap)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        """What is left to it, whatever the picture has."""
        return QSize(SIDE_PX, SIDE_PX)

    minimumSizeHint = sizeHint

    def begin_crop(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def end_crop(self) -> Crop:
        """The part that was chosen."""
        chosen, self._crop = self._crop, FULL
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.update()
        return chosen

    @property
    def cropping(self) -> bool:
        return self.focusPolicy() != Qt.FocusPolicy.NoFocus

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        side = _SIDES.get(Qt.Key(event.key()))
        if side is None or not self.cropping:
            super().keyPressEvent(event)
            return
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._crop = trimmed(self._crop, side, back=back)
        self.cropped.emit(self._crop)
        self.update()

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(TOKENS["page"]))
        if self._pixmap.isNull():
            return
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(0, 0), size)
        place.moveCenter(self.rect().center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(place, self._pixmap)
        if self.cropping:
            self._shade(painter, place)

    def _shade(self, painter: QPainter, place: QRect) -> None:
        left, top, right, bottom = self._crop
        kept = QRect(
            place.left() + place.width() * left // 1000, place.top() + place.height() * top // 1000,
            place.width() * (right - left) // 1000, place.height() * (bottom - top) // 1000,
        )  # fmt: skip
        shadow = QColor(0, 0, 0, 170)
        for part in (
            QRect(place.left(), place.top(), place.width(), kept.top() - place.top()),
            QRect(place.left(), kept.bottom(), place.width(), place.bottom() - kept.bottom()),
            QRect(place.left(), kept.top(), kept.left() - place.left(), kept.height()),
            QRect(kept.right(), kept.top(), place.right() - kept.right(), kept.height()),
        ):
            painter.fillRect(part, shadow)
        painter.setPen(QPen(QColor(TOKENS["on_primary"]), FRAME_PX))
        painter.drawRect(kept)
        for corner in (kept.topLeft(), kept.topRight(), kept.bottomLeft(), kept.bottomRight()):
            handle = QRect(0, 0, HANDLE_PX, HANDLE_PX)
            handle.moveCenter(corner)
            painter.fillRect(handle, QColor(TOKENS["on_primary"]))
