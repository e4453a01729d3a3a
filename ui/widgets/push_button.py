"""Buttons that fire once: a native double click clicks twice, Enter held down repeats.

A button says what it does where reading begins, and which key does it at its other end, drawn as a key.
"""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QElapsedTimer, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QHideEvent, QIcon, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter, QWidget

from protocol.override import override
from protocol.values.arabic import isolate
from ui.widgets import fitted_text
from ui.widgets.icons import pixmap
from ui.widgets.key_cap import CAP_PX, cap_px, draw_cap
from ui.widgets.labels import restyle
from ui.widgets.theme import TEXT, TOKENS, make_font

GAP_MS = 500
"""A second press sooner than this is the first one's echo."""
SIDE_PX: Final = 16
BETWEEN_PX: Final = 10
ICON_PX: Final = 24
AIR_PX: Final = 5
"""Between the lower words and the edge, which the tails of letters would touch."""
UPPER: Final = 0.54
"""Of the height, what is for the words of a button that waits: what it waits for stands under them."""
_ON_DARK: Final = {
    "primary": "on_primary",
    "danger-solid": "on_primary",
    "danger-last": "on_primary",
    "header": "on_header",
}
"""Looks whose ground is dark, and what is written there."""
_ICON_COLOURS: Final = {"danger": "act", "quiet": "primary", "waits": "primary"}


class Button(QPushButton):
    """A button that fires once: a double click's second click and a held key are not heard. Never a dialog's default.

    One that `saves` what cannot be taken back, money above all, is deaf to Enter, and Enter does not lead to it:
    Enter means "next field", and whoever presses it once too often has sold something.

    `variant` is its look: "" plain, primary, danger, quiet, back, header, tile.
    """

    def __init__(self, name: str, variant: str = "", *, saves: bool = False) -> None:
        super().__init__()
        self.saves = saves
        self.words, self._key, self._icon, self._icon_colour = "", "", "", ""
        self._why = ""
        self._instead: QWidget | None = None
        """What has the focus in place of it while it waits."""
        self._variant = variant
        self.setObjectName(name)
        self.setAutoDefault(False)
        if variant:
            self.setProperty("variant", variant)

    def word(self, text: str, key: str = "") -> None:
        """Name the action, and its key after it; whoever listens hears the key, too."""
        self.words, self._key = text, key
        self.setText(f"{text}   {isolate(key)}" if key else text)
        self.setAccessibleName(text)
        self._describe()
        self.updateGeometry()

    def picture(self, name: str, colour: str = "") -> None:
        """The icon where reading begins, in a colour of its own or that of the button's look; "" for none."""
        self._icon, self._icon_colour = name, colour
        self.updateGeometry()
        self.update()

    def mean(self, variant: str) -> None:
        """What it does now has this look; `wait_for` shows it."""
        self._variant = variant

    def wait_for(self, why: str = "", *, missing: bool = False) -> None:
        """What has to be done before it can do its work, said under its words; "" for nothing.

        While it waits it looks so, and stays where it is: pressed, it says so at length. The focus is on what follows
        it until it waits no more.
        """
        self._why, waits = why, bool(why) or missing
        restyle(self, "variant", "waits" if waits else self._variant)
        self._describe()
        self.update()
        if waits and self.hasFocus():
            self._step_aside()
        elif not waits and self._instead is not None:
            if self.window().focusWidget() is self._instead:
                self.setFocus()
            self._instead = None

    def _step_aside(self) -> None:
        self.focusNextChild()
        self._instead = self.window().focusWidget()

    def _describe(self) -> None:
        self.setAccessibleDescription(" ".join(filter(None, (self._why, isolate(self._key) if self._key else ""))))

    # ---- what is seen of it

    def fits(self) -> bool:
        """Whether its words can be read whole."""
        return all(fitted_text.fit(text, font, place.size()).whole for text, font, place in self._lines())

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        wide = self.fontMetrics().horizontalAdvance(self.words or self.text()) + 2 * SIDE_PX + 2
        return QSize(wide + self._beside_px(), super().sizeHint().height())

    @override
    def minimumSizeHint(self) -> QSize:
        """It gives way to two lines of smaller letters."""
        whole = self.sizeHint()
        words = whole.width() - self._beside_px()
        return QSize(min(whole.width(), words * 2 // 3 + self._beside_px()), whole.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QStylePainter(self)
        option: Any = QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        option.state &= ~QStyle.StateFlag.State_HasFocus  # the style would fill it: the ring alone says so
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        look = str(self.property("variant") or "")
        if self._icon:
            colour = self._icon_colour or TOKENS[_ON_DARK.get(look) or _ICON_COLOURS.get(look, "ink2")]
            colour = colour if self.isEnabled() else TOKENS["border"]
            name = "prev" if self._icon == "next" and self.isRightToLeft() else self._icon  # onward, as one reads
            painter.drawPixmap(self._icon_place(), pixmap(name, colour, ICON_PX))
        if self._key:
            draw_cap(painter, self._cap_place(), self._key, self.palette().buttonText().color(), dark=look in _ON_DARK)
        self._draw_words(painter)
        painter.end()

    def _draw_words(self, painter: QStylePainter) -> None:
        painter.setPen(self.palette().buttonText().color())
        edge = fitted_text.side(rtl=self.isRightToLeft()) if self._key else Qt.AlignmentFlag.AlignHCenter
        for words, font, place in self._lines():
            font.setPixelSize(fitted_text.fit(words, font, place.size()).px)
            painter.setFont(font)
            fitted_text.draw(painter, place, words, edge, rtl=self.isRightToLeft())

    def _lines(self) -> list[tuple[str, QFont, QRect]]:
        """Its words, over what it waits for; where both have no room, what it waits for."""
        place, words = self._words_place(), (self.words or self.text(), QFont(self.font()))
        if not self._why:
            return [(*words, place)] if words[0] else []
        place.adjust(0, 0, 0, -AIR_PX)
        upper, lower = QRect(place), QRect(place)
        upper.setHeight(round(place.height() * UPPER))
        lower.setTop(upper.bottom() + 1)
        both = [(*words, upper), (self._why, make_font("hint"), lower)]
        if all(fitted_text.fit(text, font, at.size()).px >= TEXT["hint"] for text, font, at in both):
            return both
        return [(self._why, words[1], place)]

    def _beside_px(self) -> int:
        """What is not for words."""
        icon = ICON_PX + BETWEEN_PX if self._icon else 0
        return icon + (cap_px(self._key) + BETWEEN_PX if self._key else 0)

    def _words_place(self) -> QRect:
        icon = ICON_PX + BETWEEN_PX if self._icon else 0
        room = self.width() - 2 * self._side_px() - self._beside_px()
        start = self._side_px() + icon
        if self._icon and not self._key:  # in the middle, with the icon
            used = min(room, self.fontMetrics().horizontalAdvance(self.words) + 1 + fitted_text.SLACK_PX)
            start, room = start + (room - used) // 2, used
        return self._mirrored(QRect(start, 2, max(0, room), self.height() - 4))

    def _icon_place(self) -> QRect:
        words = self._words_place()
        at = words.right() + 1 + BETWEEN_PX if self.isRightToLeft() else words.left() - BETWEEN_PX - ICON_PX
        return QRect(at, (self.height() - ICON_PX) // 2, ICON_PX, ICON_PX)

    def _cap_place(self) -> QRect:
        wide = cap_px(self._key)
        place = QRect(self.width() - self._side_px() - wide, (self.height() - CAP_PX) // 2, wide, CAP_PX)
        return self._mirrored(place)

    def _side_px(self) -> int:
        return SIDE_PX if self._key else SIDE_PX // 2

    def _mirrored(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    # ---- what it hears

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """While it waits the keys come to it by Tab alone, not because its page comes up."""
        super().focusInEvent(event)
        if self.property("variant") == "waits" and event.reason() is Qt.FocusReason.OtherFocusReason:
            self._step_aside()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressing = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if pressing and event.isAutoRepeat():
            event.accept()
        elif pressing and event.key() != Qt.Key.Key_Space:
            event.accept()
            if not self.saves:
                self.click()
        else:
            super().keyPressEvent(event)


class TwiceButton(Button):
    """For what cannot be taken back: it asks for a second press, in its own place, without a dialog.

    `confirmed` is emitted at the second press; leaving the button takes the first one back.
    """

    confirmed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, "danger")
        self._said = ("", "", "")
        self._since = QElapsedTimer()
        self.clicked.connect(self._pressed)

    def ask(self, word: str, again: str, key: str = "") -> None:
        """What it says, what it says after the first press, and the key it is pressed by."""
        self._said = (word, again, key)
        self._show_words()

    def calm(self) -> None:
        self._since.invalidate()
        self._show_words()

    def _pressed(self) -> None:
        if not self._since.isValid():
            self._since.start()
            self.setFocus()  # whoever goes on to something else has not meant it
            self._show_words()
        elif self._since.elapsed() >= GAP_MS:
            self.calm()
            self.confirmed.emit()

    def _show_words(self) -> None:
        asked = self._since.isValid()
        restyle(self, "variant", "danger-last" if asked else "danger")
        self.word(self._said[1 if asked else 0], self._said[2])

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.calm()
        super().focusOutEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.calm()
        super().hideEvent(event)
