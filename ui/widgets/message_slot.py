"""Where a page says what happened, why, and what to do: one place that is always there, so that nothing moves.

It holds two lines, and grows to five where there is nothing below or above it. What does not fit all the same is opened
with Enter, or by a finger, over what stands above it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QStyle, QWidget

from protocol.override import override
from ui.widgets import fitted_text
from ui.widgets.announce import announce
from ui.widgets.drawn import Drawn
from ui.widgets.icons import pixmap
from ui.widgets.layouts import reveal
from ui.widgets.message_words import LINES, Words, fitted_words, hint_words, paint_opener, paint_words
from ui.widgets.theme import RADIUS, TOKENS, at_largest, make_font

TONES: Final = {"ok": "ok", "act": "alert", "wait": "alert", "off": "offline", "info": "info"}
"""Of what kind a message is, and its icon."""
_EDGES: Final = {
    "ok": (2, "ok_line"), "act": (2, "act_solid"), "wait": (2, "wait_line"), "off": (1, "off_line"),
    "info": (1, "info_line"),
}  # fmt: skip
HEIGHT_PX: Final = 72
LARGEST_PX: Final = 88
MOST_LINES: Final = 5
_AIR_PX: Final = 6
"""Around two lines, which more of them need not have."""
_SIDE_PX: Final = 14
_ICON_PX: Final = 26


def slot_px() -> int:
    """How high the slot is at the size of text in force."""
    return LARGEST_PX if at_largest() else HEIGHT_PX


class Notice(QAbstractButton):
    """What happened, why, and what to do; read aloud by its name. It is pressed to read what has no room.

    `told` carries the tone of what is said.
    """

    told = Signal(str)

    def __init__(self, room: Callable[[], tuple[int, int]] = lambda: (0, 0)) -> None:
        """`room` says how much is empty above and below its place."""
        super().__init__()
        self.setObjectName("notice")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tone, self._what, self._more, self._why = "info", "", "", ""
        self._slot = self._grown = QRect()
        self._lines, self._room = LINES, room
        self._opened = False
        self.clicked.connect(self.turn)
        self.hide()

    def tell(self, tone: str, what: str, more: str = "", why: str = "") -> None:
        """`what` is the heading: of one sentence, no stop ends it. `why` stands before `more` where all has room."""
        self._tone, self._more, self._why = tone, more, why
        self._what = what if ". " in what else what.removesuffix(".")
        self.setAccessibleName(" ".join(filter(None, (what, more, why))))
        self._fold()
        reveal(True, self)
        self.update()
        announce(self, self.accessibleName(), urgent=tone == "act")
        self.told.emit(tone)

    @override
    def text(self) -> str:
        return self.accessibleName() if not self.isHidden() else ""

    def fits(self) -> bool:
        """Whether it is read unopened what happened and, of an error not in the largest letters, the first thing to do.

        What is said line by line is a list: each of its fields says what to do.
        """
        place, strong = self._place(self._folded().size()), make_font("hint", QFont.Weight.Bold)
        error = self._tone == "act" and "\n" not in self._more and not at_largest()
        remedy = self._more.partition(". ")[0] if error else ""
        return fitted_text.fit(self._what, strong, place.size()).whole and remedy in self._words().more

    # ---- where it stands

    def stand(self, slot: QRect) -> None:
        """In that place of its parent; one that is opened stays so while the place is the same.

        One that is not seen is fitted when it is told.
        """
        moved, self._slot = slot != self._slot, slot
        if not self.isHidden() and (moved or not self._opened):
            self._fold()

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, slot_px())

    minimumSizeHint = sizeHint

    def _words(self) -> Words:
        """Where not all of it can be read, what to do comes before why."""
        place = self._place(self._folded().size()).size()
        told = fitted_words(self._what, self._all(), place, self._lines)
        return told if told.whole else fitted_words(self._what, f"{self._more} {self._why}", place, self._lines)

    def _all(self) -> str:
        return f"{self._why} {self._more}".strip()

    def _folded(self) -> QRect:
        """Where it stands while it is not opened: in its slot, else where it was laid out."""
        return self._grown if self._slot.isValid() else self.geometry()

    def _grow(self) -> None:
        """To as many lines as its words take and the empty room has: first down, then up."""
        self._grown, self._lines = self._slot, LINES
        if self._words().whole:
            return
        above, below = self._room()
        for lines in range(LINES + 1, MOST_LINES + 1):
            more = (lines - LINES) * ceil(QFontMetricsF(make_font("hint")).lineSpacing()) - _AIR_PX
            down = min(more, below)
            if self._words().whole or more - down > above:
                return
            self._grown, self._lines = self._slot.adjusted(0, down - more, 0, down), lines

    def _fold(self) -> None:
        self._opened = False
        self._grow()
        whole = self._words().whole
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if whole else Qt.FocusPolicy.TabFocus)
        if self._slot.isValid():
            self.setGeometry(self._grown)
            self.raise_()

    def turn(self) -> None:
        """Open it, or fold it again."""
        if self._opened or self.isHidden() or self._words().whole:
            self._fold()
            self.update()
            return
        self._opened = True
        wide = self._place(self.size()).width()
        layouts = (
            fitted_text.lay_out(text, font, wide, Qt.AlignmentFlag.AlignLeft, rtl=False)[1]
            for text, font in ((self._what, make_font("hint", QFont.Weight.Bold)), (self._all(), make_font("hint")))
        )
        height = max(slot_px(), int(sum(layouts)) + 2 * _SIDE_PX)
        base = self._folded()
        top = max(0, base.bottom() + 1 - height) if self._slot.isValid() else base.top()
        self.setGeometry(QRect(QPoint(base.left(), top), QSize(base.width(), height)))
        self.raise_()
        self.update()

    # ---- what is seen of it

    def _place(self, size: QSize) -> QRect:
        """Of the words."""
        start = _SIDE_PX + _ICON_PX + _SIDE_PX
        place = QRect(start, 4, max(1, size.width() - start - _SIDE_PX), size.height() - 8)
        return QStyle.visualRect(self.layoutDirection(), QRect(QPoint(), size), place)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        paint_box(painter, self.rect(), self._tone)
        colour = TOKENS["hover" if self._tone == "info" else self._tone]
        paint_icon(painter, self, TONES[self._tone], colour)
        words, place = self._words(), self._place(self.size())
        if self._opened:
            fonts = make_font("hint", QFont.Weight.Bold), make_font("hint")
            words = Words(*fonts, self._what, self._all(), place.width(), whole=True)
        paint_words(painter, place, words, colour, rtl=self.isRightToLeft())
        if not words.whole:
            paint_opener(painter, place, self.height() - 6, rtl=self.isRightToLeft())
        painter.end()

    # ---- what it hears

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and not event.isAutoRepeat()
        if enter or (event.key() == Qt.Key.Key_Escape and self._opened):
            event.accept()
            self.turn()
        else:
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._fold()
        super().focusOutEvent(event)


def paint_box(painter: QPainter, place: QRect, tone: str) -> None:
    """What a message of this kind lies on: the more it asks for, the harder its edge."""
    wide, line = _EDGES[tone]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(TOKENS[line]), wide))
    painter.setBrush(QColor(TOKENS[f"{tone}_bg"]))
    inset = (wide + 1) // 2
    painter.drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), RADIUS["card"], RADIUS["card"])


def paint_icon(painter: QPainter, box: QWidget, name: str, colour: str) -> None:
    at = QRect(_SIDE_PX, (slot_px() - _ICON_PX) // 2, _ICON_PX, _ICON_PX)
    painter.drawPixmap(QStyle.visualRect(box.layoutDirection(), box.rect(), at), pixmap(name, colour, _ICON_PX))


class MessageSlot(Drawn):
    """The place of a page's notice. While there is nothing to say it may rest on a word or two, or on none."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._notice = notice
        self._resting = ("", "", "")

    def rest(self, what: str, more: str, icon: str) -> None:
        """What it says in grey while there is nothing to say; "" for nothing."""
        self._resting = (what, more, icon)
        self.setAccessibleName(f"{what} {more}".strip())
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(120, slot_px())

    minimumSizeHint = sizeHint

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._notice.stand(self.geometry())

    @override
    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._notice.stand(self.geometry())

    def fits(self) -> bool:
        """Whether all that it says in grey is read."""
        return not self._resting[0] or not self._notice.isHidden() or self._words().whole

    def _place(self) -> QRect:
        start = 2 * _SIDE_PX + _ICON_PX
        inner = QRect(start, 4, self.width() - start - _SIDE_PX, self.height() - 8)
        return QStyle.visualRect(self.layoutDirection(), self.rect(), inner)

    def _words(self) -> Words:
        what, more, _ = self._resting
        return hint_words(what, more, self._place().size())

    @override
    def draw(self, painter: QPainter) -> None:
        what, _, icon = self._resting
        if not what or not self._notice.isHidden():
            return
        painter.setPen(QPen(QColor(TOKENS["line"]), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS["card"], RADIUS["card"])
        paint_icon(painter, self, icon, TOKENS["ink2"])
        paint_words(painter, self._place(), self._words(), TOKENS["ink2"], rtl=self.isRightToLeft())
