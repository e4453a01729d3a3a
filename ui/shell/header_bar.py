"""The header: the mark, shop, till, operator, how the line stands, time, language."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from protocol.override import override
from ui.widgets import TOKENS, Button, Drawn, Mark, Shrinking, Text, announce, make_font, pixmap, restyle
from ui.widgets.labels import LEAST_PX
from ui.widgets.layouts import beside, fill, reveal
from ui.widgets.push_button import ICON_PX
from ui.widgets.theme import at_largest

HEIGHT: Final = 56
MARK_PX: Final = 30
AVATAR_PX: Final = 32
NARROW_PX: Final = 1200
WIDE_PX: Final = 1320
"""So wide is a screen that has room for all of it in the largest letters."""
"""A window less wide than this says what it can say shortly."""
ICONS: Final = {"ok": "checks", "wait": "clock", "off": "offline", "act": "alert"}
"""How the line stands, and its icon."""
NAME_PX: Final = 200
"""Of who works here: two names. The shop gives way before them."""
SIGN_PX: Final = 48
MARK_AT_PX: Final = 18
MARKS: Final = {"ok": "", "wait": "help", "act": "alert", "off": "x"}
"""How the printer stands, and the mark at the corner of its icon: nothing depends on colour alone."""


class Avatar(Drawn):
    """The first letter of a name on a disc; empty where nobody has one."""

    def __init__(self, size: int = AVATAR_PX) -> None:
        super().__init__()
        self._letter = ""
        self.setFixedSize(size, size)
        self.hide()

    def tell(self, name: str) -> None:
        self._letter = name.strip()[:1]
        reveal(self._letter, self)
        self.update()

    @override
    def draw(self, painter: QPainter) -> None:
        draw_letter(painter, self.rect(), self._letter)


def draw_letter(painter: QPainter, disc: QRect, name: str) -> None:
    """The first letter of a name on a disc."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(TOKENS["accent_tint"]))
    painter.drawEllipse(disc)
    font = make_font(weight=QFont.Weight.Bold)
    font.setPixelSize(disc.height() // 2)
    painter.setFont(font)
    painter.setPen(QColor(TOKENS["accent_ink"]))
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, name.strip()[:1])


class PrinterIcon(Button):
    """The printer with a mark at its corner, and beside it a few words where somebody has to act.

    A screen reader and whoever points at it has all the words.
    """

    def __init__(self) -> None:
        super().__init__("printerButton")
        self._tone = "off"
        self.picture("print")
        self.setProperty("chip", self._tone)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def tell(self, tone: str, words: str, key: str, short: str) -> None:
        if words != self.accessibleName():
            announce(self, words, urgent=tone == "act")
        self._tone = tone
        restyle(self, "chip", tone)
        self.word(short)
        self.setAccessibleName(words)
        self.setToolTip(f"{words}   {key}")
        reveal(words, self)

    @override
    def sizeHint(self) -> QSize:
        return super().sizeHint() if self.words else QSize(SIGN_PX, super().sizeHint().height())

    minimumSizeHint = sizeHint

    @override
    def _icon_place(self) -> QRect:
        if self.words:
            return super()._icon_place()
        aside = 4 if MARKS[self._tone] else 0
        place = QRect(0, 0, ICON_PX, ICON_PX)
        place.moveCenter(self.rect().center())
        return self._mirrored(place.translated(-aside, 0))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._icon_colour = TOKENS[self._tone]  # of the look in force: nobody tells it again when that changes
        super().paintEvent(event)
        if self.words or not MARKS[self._tone]:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icon = self._mirrored(self._icon_place())
        place = self._mirrored(QRect(icon.right() - 6, icon.bottom() - 13, MARK_AT_PX, MARK_AT_PX))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TOKENS[f"{self._tone}_bg"]))
        painter.drawEllipse(place.adjusted(-1, -1, 1, 1))
        painter.drawPixmap(place.topLeft(), pixmap(MARKS[self._tone], TOKENS[self._tone], MARK_AT_PX))
        painter.end()


class HeaderBar(QFrame):
    """The line on top of every screen."""

    _of_printer = "ok", "", ""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "header")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.mark, self.name = Mark(MARK_PX, on_dark=True), Text(role="name")
        self.shop = Shrinking(role="on-header")
        self.counter = Text(role="on-header-2")
        self.avatar, self.operator = Avatar(), Shrinking(role="on-header")
        self.clock, self.printer = Text(role="on-header-2"), PrinterIcon()
        self.chip = Button("syncChip")
        self.chip.setProperty("chip", "off")
        self.chip.hide()
        self.language, self.display = Button("languageButton", "header"), Button("displayButton", "header")
        self.end_practice = Button("endPracticeButton", "header")
        self.end_practice.hide()
        self.display.setText("أ A")
        for button in (self.chip, self.printer, self.language, self.display, self.end_practice):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rule = QFrame()
        self._rule.setProperty("ground", "header-rule")
        self._rule.setFixedSize(1, 26)
        self._rule.hide()
        whose = self.mark, self.name, self._rule, self.shop, self.counter
        who = beside(self.avatar, self.operator, gap=8)
        told = self.chip, self.printer, who, self.clock, self.end_practice, self.display, self.language
        fill(QHBoxLayout(self), *whose, 1, *told, gap=12).setContentsMargins(24, 0, 24, 0)

    def tell_shop(self, shop: str, till: str) -> None:
        """Whose till this is, and which."""
        self.shop.setText(shop)
        self.counter.setText(till)
        self._rule.setVisible(self.name.isVisibleTo(self))

    def tell_operator(self, name: str) -> None:
        """Who works here; "" for nobody."""
        self.operator.setText(name)
        self.avatar.tell(name)

    def set_practice(self, *, on: bool) -> None:
        """Amber while somebody practises, with the way out of it."""
        restyle(self, "ground", "practice" if on else "header")
        self.mark.paint_on(dark=not on)
        self.end_practice.setVisible(on)
        self.end_practice.setEnabled(on)  # its key is heard everywhere
        self._fit()
        for part in self.findChildren(QWidget):
            part.style().unpolish(part)
            part.style().polish(part)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room the program's name goes first, then the way to its look: both stand elsewhere."""
        wide = self._is_wide
        self.name.setVisible(wide)
        self.display.setVisible(wide or self.end_practice.isHidden())
        self.operator.keep(NAME_PX if wide else LEAST_PX)
        self._tell_printer()
        self._rule.setVisible(wide and bool(self.shop.accessibleName()))

    def set_printer(self, tone: str, words: str, short: str = "") -> None:
        """How the printer stands; `tone` as of the chip, `short` what is seen of the words where there is room."""
        self._of_printer = tone, words, short
        self._tell_printer()

    def _tell_printer(self) -> None:
        tone, words, short = self._of_printer
        self.printer.tell(tone, words, "Alt+9", short if self._is_wide else "")

    @property
    def _is_wide(self) -> bool:
        return self.width() >= (WIDE_PX if at_largest() else NARROW_PX)

    def set_chip(self, tone: str, text: str) -> None:
        """How the line stands, in words with a picture; `tone` is ok, wait, off or act."""
        if text != self.chip.accessibleName():
            announce(self.chip, text, urgent=tone == "act")
        restyle(self.chip, "chip", tone)
        self.chip.picture(ICONS[tone], TOKENS[tone])
        self.chip.word(text)
        self.chip.show()
