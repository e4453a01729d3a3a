"""Notes and coins of the pound, drawn in the colours that they have in the hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.values.arabic import isolate
from protocol.values.money import format_pt
from ui.widgets.cards import clear
from ui.widgets.labels import Text
from ui.widgets.layouts import fill_edge_to_edge, reveal
from ui.widgets.push_button import Button
from ui.widgets.theme import TOKENS, hold, px

COIN_PT = 100
"""The largest coin."""
BADGE_PX = 22
ABOVE_PX = 9
"""As the sheet has it."""
FINGER_PX = 48
"""No key is less wide."""
MOST_SHOWN = 3
"""Kinds of notes beside an amount; of more, what they come to."""


def face_text(face_pt: int) -> str:
    """``200``, ``0.50``."""
    return isolate(str(face_pt // 100) if face_pt % 100 == 0 else format_pt(face_pt))


def _face(face_pt: int) -> str:
    """The property by which the sheet knows it."""
    return "coin" if face_pt <= COIN_PT else str(face_pt // 100)


class NoteKey(Button):
    """A note that was taken: pressed once for each; a badge says how many."""

    def __init__(self, face_pt: int) -> None:
        super().__init__(f"note{face_pt // 100}")
        self.face_pt, self._count = face_pt, 0
        self.setProperty("note", _face(face_pt))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.word(face_text(face_pt))

    def set_count(self, count: int) -> None:
        self._count = count
        self.setAccessibleDescription(isolate(f"×{count}") if count else "")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(FINGER_PX, super().sizeHint().height())

    @override
    def _side_px(self) -> int:
        """A few digits need little air."""
        return 3

    @override
    def _words_place(self) -> QRect:
        """In the note, which begins under the upper half of the badge."""
        return super()._words_place().adjusted(0, ABOVE_PX, 0, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._count:
            return
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        high, wide = px(BADGE_PX), px(BADGE_PX + 6)
        place = QRectF(0 if rtl else self.width() - wide, 0, wide, high)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(TOKENS["ink"]))
            painter.drawRoundedRect(place, high / 2, high / 2)
            font = self.font()
            font.setPixelSize(px(14))
            painter.setFont(font)
            painter.setPen(QColor(TOKENS["card"]))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, isolate(f"×{self._count}"))


class NoteChip(Text):
    """A note or coin that is only looked at."""

    def __init__(self, face_pt: int, role: str = "strong") -> None:
        super().__init__(face_text(face_pt), role, middle=True)
        self.setProperty("note", _face(face_pt))
        hold(self, least_width=56, height=40)


class NotesToGive(QWidget):
    """A row of notes with which an amount is handed over: ``200 × 3 + 50``."""

    def __init__(self) -> None:
        super().__init__()
        self._row = fill_edge_to_edge(self, gap=8, sideways=True)

    def set_faces(self, faces: Sequence[tuple[int, int]]) -> None:
        clear(self._row)
        for place, (face, count) in enumerate(faces[:MOST_SHOWN]):
            if place:
                self._row.addWidget(Text("+", "label"))
            if count > 1:
                self._row.addWidget(Text(isolate(f"{count} ×"), "label"))
            self._row.addWidget(NoteChip(face))
        if rest := faces[MOST_SHOWN:]:
            left = sum(face * count for face, count in rest)
            self._row.addWidget(Text("+", "label"))
            self._row.addWidget(NoteChip(left) if rest == ((left, 1),) else Text(face_text(left), "label"))
        said = " + ".join(f"{face_text(face)} × {isolate(str(count))}" for face, count in faces)
        self.setAccessibleName(said)
        reveal(faces, self)
