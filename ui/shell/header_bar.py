"""The header: the mark, office, counter, operator, how the line stands, time, language."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from protocol.override import override
from ui.widgets import Button, Mark, Text, restyle
from ui.widgets.announce import announce
from ui.widgets.labels import Shrinking
from ui.widgets.layouts import beside, fill, reveal
from ui.widgets.theme import TOKENS, make_font

HEIGHT: Final = 56
MARK_PX: Final = 30
AVATAR_PX: Final = 32
NARROW_PX: Final = 1200
"""A window less wide than this says what it can say shortly."""
ICONS: Final = {"ok": "checks", "wait": "clock", "off": "offline", "act": "alert"}
"""How the line stands, and its icon."""


class Avatar(QWidget):
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
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, font = QPainter(self), make_font("hint")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TOKENS["accent_tint"]))
        painter.drawEllipse(self.rect())
        font.setPixelSize(self.height() // 2)
        font.setWeight(font.Weight.Bold)
        painter.setFont(font)
        painter.setPen(QColor(TOKENS["accent_ink"]))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._letter)
        painter.end()


class HeaderBar(QFrame):
    """The line on top of every screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("ground", "header")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.mark, self.name = Mark(MARK_PX, on_dark=True), Text(role="name")
        self.shop = Shrinking(role="on-header")
        self.counter = Text(role="on-header-2")
        self.avatar, self.operator = Avatar(), Shrinking(role="on-header")
        self.clock = Text(role="on-header-2")
        self.chip = Button("syncChip")
        self.chip.setProperty("chip", "off")
        self.chip.hide()
        self.language, self.display = Button("languageButton", "header"), Button("displayButton", "header")
        self.end_practice = Button("endPracticeButton", "header")
        self.end_practice.hide()
        self.display.setText("أ A")
        for button in (self.chip, self.language, self.display, self.end_practice):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rule = QFrame()
        self._rule.setProperty("ground", "header-rule")
        self._rule.setFixedSize(1, 26)
        self._rule.hide()
        whose = self.mark, self.name, self._rule, self.shop, self.counter
        who = beside(self.avatar, self.operator, gap=8)
        told = self.chip, who, self.clock, self.end_practice, self.display, self.language
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
        for part in self.findChildren(QWidget):
            part.style().unpolish(part)
            part.style().polish(part)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the name of the program and the way to its look go first: both stand elsewhere."""
        super().resizeEvent(event)
        wide = event.size().width() >= NARROW_PX
        for part in (self.name, self.display):
            part.setVisible(wide)
        self._rule.setVisible(wide and bool(self.shop.accessibleName()))

    def set_chip(self, tone: str, text: str) -> None:
        """How the line stands, in words with a picture; `tone` is ok, wait, off or act."""
        if text != self.chip.accessibleName():
            announce(self.chip, text, urgent=tone == "act")
        restyle(self.chip, "chip", tone)
        self.chip.picture(ICONS[tone], TOKENS[tone])
        self.chip.word(text)
        self.chip.show()
