"""What a list or a form has beyond its edges, said where it ends: no row and no field is cut through.

A strip covers whatever the lower edge would cut; a finger on it goes on by a page. Another covers the upper edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QTransform
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

from protocol.override import override
from protocol.texts import say
from protocol.values.arabic import isolate
from ui.widgets.drawn import Drawn
from ui.widgets.icons import pixmap
from ui.widgets.theme import RADIUS, TOKENS, make_font

MARGIN_PX: Final = 60
"""Around the field that has the focus: its label and its fault are read with it."""
_FADE_PX: Final = 10
STRIP_PX: Final = 48 - _FADE_PX
"""With its fade it is what a finger hits."""
ABOVE_PX: Final = 30
"""Of the line over a form that is scrolled on; where there is little room the form has it."""
_LEAST_PX: Final = 300
_RULE_PX: Final = 2
_ICON_PX: Final = 20
_LEAVES: Final = (QLabel, QLineEdit, QAbstractButton, QComboBox)
WHOLE: Final = "whole"
"""The property of what is seen as a whole or not at all: a field with its label and its fault."""
Leaves = Sequence[tuple[bool, QRect]]
"""What is seen in a form, in dots of its view, each with whether it is a field."""


def _count(leaves: Leaves) -> int:
    """How many fields these are; where there is none, how many lines."""
    return sum(whole for whole, _ in leaves) or len({place.top() for _, place in leaves})


def _shown(part: QWidget) -> Iterator[QWidget]:
    """What is not hidden in it. Not what is within a leaf: a folded list's many parts would stay objects."""
    for child in part.children():
        if isinstance(child, QWidget) and not child.isHidden():
            yield child
            if not isinstance(child, _LEAVES):
                yield from _shown(child)


class CoverAbove(Drawn):
    """Covers what the upper edge of a form would cut, and says how much is above; it is scrolled to, or by its key."""

    def __init__(self, view: QAbstractScrollArea, ground: str) -> None:
        super().__init__(view)
        self._ground, self._count = ground, 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def fit(self, leaves: Leaves, view: QAbstractScrollArea) -> None:
        """Reach down to the foot of all that begins above the edge and ends below it."""
        port = view.viewport()
        least = _above_px(view)
        feet = [place.bottom() + 1 for _, place in leaves if place.top() < least <= place.bottom()]
        foot = max([least, *feet]) if view.verticalScrollBar().value() else 0
        self.setVisible(foot > 0)
        if foot > 0:
            self._count = _count([leaf for leaf in leaves if leaf[1].bottom() < foot]) if least else 0
            self.setGeometry(QRect(port.mapTo(view, QPoint()), QSize(port.width(), foot + _FADE_PX)))
            self.raise_()
            self.update()

    def edge(self) -> int:
        """How many dots of the view cannot be read."""
        return self.height() - _FADE_PX

    @override
    def draw(self, painter: QPainter) -> None:
        ground = QColor(TOKENS[self._ground])
        painter.fillRect(self.rect().adjusted(0, 0, 0, -_FADE_PX), ground)
        painter.fillRect(QRect(0, self.edge(), self.width(), _FADE_PX), _fade(ground, self.height(), self.edge()))
        if self._count:
            _say_more(painter, self, QRect(0, 0, self.width(), ABOVE_PX), "more.above", self._count)


def _above_px(view: QAbstractScrollArea) -> int:
    """How high the line over what is scrolled on is at least."""
    return ABOVE_PX if view.viewport().height() >= _LEAST_PX else 0


def _say_more(painter: QPainter, strip: QWidget, place: QRect, key: str, count: int) -> None:
    """How much there is, in the middle of that place, beside an arrow that points to it."""
    rtl = strip.isRightToLeft()
    words = say("ar" if rtl else "en", key, count=isolate(str(count)))
    font, colour = make_font("hint"), TOKENS["primary"]
    font.setWeight(font.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    wide = painter.fontMetrics().horizontalAdvance(words) + 2
    line = QRect(place.left() + (place.width() - wide) // 2, place.top(), wide, place.height())
    painter.setLayoutDirection(strip.layoutDirection())
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, words)
    beside = line.left() - _ICON_PX - 8 if not rtl else line.right() + 8
    arrow = pixmap("down", colour, _ICON_PX)
    if key == "more.above":
        arrow = arrow.transformed(QTransform().scale(1, -1))
    painter.drawPixmap(beside, line.center().y() - _ICON_PX // 2, arrow)


def _fade(ground: QColor, clear_at: int, full_at: int) -> QLinearGradient:
    clear = QColor(ground)
    clear.setAlpha(0)
    fade = QLinearGradient(0, clear_at, 0, full_at)
    fade.setColorAt(0, clear)
    fade.setColorAt(1, ground)
    return fade


def bring_into_sight(view: QScrollArea, field: QWidget) -> None:
    """Scroll until that field is clear of both edges, and of the strip, which Qt knows nothing of."""
    port, bar = view.viewport(), view.verticalScrollBar()
    if not port.isAncestorOf(field):
        return
    field = _whole(field, port)
    view.ensureWidgetVisible(field, 0, MARGIN_PX)
    room, high, above = port.height() - STRIP_PX - _FADE_PX, field.height(), _above_px(view)
    top = field.mapTo(port, QPoint()).y()
    if high > room - above:
        return
    if top < above and bar.value():
        bar.setValue(bar.value() + top - above - _FADE_PX)
    elif top + high > room:
        bar.setValue(bar.value() + top + high - room)
    cover = view.findChild(CoverAbove, options=Qt.FindChildOption.FindDirectChildrenOnly)
    if cover is not None and cover.isVisible() and above < cover.edge() <= field.mapTo(port, QPoint()).y():
        bar.setValue(bar.value() + cover.edge() - above)  # on to the edge of a row: no blank stands over it


def _whole(field: QWidget, port: QWidget) -> QWidget:
    """What it is a part of, within that view."""
    at: QWidget | None = field
    while at is not None and at is not port:
        if at.property(WHOLE):
            return at
        at = at.parentWidget()
    return field


class MoreBelow(Drawn):
    """The strip over the lower edge of a view, there while something is below it."""

    def __init__(self, view: QAbstractScrollArea, ground: str = "card") -> None:
        super().__init__(view)
        self._view, self._ground, self._count = view, ground, 0
        self._above = CoverAbove(view, ground)
        self.setObjectName("moreBelow")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        bar = view.verticalScrollBar()
        bar.valueChanged.connect(lambda _value: self.fit())
        bar.rangeChanged.connect(lambda _least, _most: self.fit())
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._settle)
        view.installEventFilter(self)
        if isinstance(view, QScrollArea) and view.widget() is not None:
            view.widget().installEventFilter(self)
        self.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and isValid(self):
            self._later.start(0)  # when all of it stands where it will
        return False

    def _settle(self) -> None:
        """What is being filled in stays in sight where something around it comes or goes."""
        view, at = self._view, QApplication.focusWidget()
        if isinstance(view, QScrollArea) and at is not None and view.verticalScrollBar().maximum():
            bring_into_sight(view, at)
        self.fit()

    def fit(self) -> None:
        """Stand where the last whole row ends, fading in over its foot; or go."""
        view, bar, port = self._view, self._view.verticalScrollBar(), self._view.viewport()
        if not bar.maximum():
            self.hide()
            self._above.hide()
            return
        leaves = self._leaves(view) if isinstance(view, QScrollArea) and view.widget() is not None else []
        if isinstance(view, QScrollArea):
            self._above.fit(leaves, view)
        seen = bool(leaves) and max(place.bottom() for _, place in leaves) < port.height()  # only its margin is below
        if seen or bar.value() >= bar.maximum() or port.height() < 2 * STRIP_PX:
            self.hide()
            return
        top = port.height() - STRIP_PX
        for place in self._rows(view, top) if isinstance(view, QAbstractItemView) else [leaf[1] for leaf in leaves]:
            if place.top() < top <= place.bottom() and place.top() > STRIP_PX:
                top = place.top()
        if isinstance(view, QScrollArea):
            top = self._count_below(leaves, top)
        at = port.mapTo(self._view, QPoint(0, top - _FADE_PX))
        self.setGeometry(QRect(at.x(), at.y(), port.width(), port.height() - top + _FADE_PX))
        self.show()
        self.raise_()
        self.update()

    def _count_below(self, leaves: Leaves, top: int) -> int:
        """How many fields are below, else how many lines; the last heading or rule above them goes with them. Where the
        strip stands then.
        """
        below = [leaf for leaf in leaves if leaf[1].top() >= top]
        self._count = _count(below)
        last = max((place.bottom() for whole, place in leaves if whole and place.bottom() < top), default=top)
        lone = [place for _, place in leaves if last < place.top() < top]
        if not any(whole for whole, _ in below):  # lines are read one by one
            lone = [place for place in lone[:1] if place.height() <= _RULE_PX]
        return min((place.top() for place in lone), default=top)

    def uncover(self, index: QModelIndex | QPersistentModelIndex) -> None:
        """Scroll on until that row of a list is not under the strip."""
        view, bar = self._view, self._view.verticalScrollBar()
        if not isinstance(view, QAbstractItemView):
            return
        for _ in range(view.model().rowCount()):
            self.fit()
            if self.isHidden() or view.visualRect(index).bottom() < self.edge():
                return
            before = bar.value()
            bar.setValue(before + bar.singleStep())
            if view.visualRect(index).top() < 0:  # higher than what can be seen: it is read from its beginning
                bar.setValue(before)
                return

    def edge(self) -> int:
        """Where what can be read ends, in dots of the viewport."""
        return self._view.viewport().mapFrom(self._view, self.pos()).y() + _FADE_PX

    @staticmethod
    def _leaves(view: QScrollArea) -> Leaves:
        """What is seen in a form, the lowest first."""
        found = [
            (bool(part.property(WHOLE)), QRect(part.mapTo(view.viewport(), QPoint()), part.size()))
            for part in _shown(view.widget())
            if isinstance(part, _LEAVES) or part.property(WHOLE) or part.property("ground") == "rule"
        ]
        return sorted(found, key=lambda leaf: leaf[1].top(), reverse=True)

    def _rows(self, view: QAbstractItemView, top: int) -> Iterator[QRect]:
        first = view.visualRect(view.model().index(0, 0))
        at = view.indexAt(QPoint(first.center().x(), top))
        self._count = 0
        if at.isValid():
            place = view.visualRect(at)
            self._count = view.model().rowCount() - at.row()
            yield place

    @override
    def draw(self, painter: QPainter) -> None:
        ground = QColor(TOKENS[self._ground])
        painter.fillRect(QRect(0, 0, self.width(), _FADE_PX), _fade(ground, 0, _FADE_PX))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(self.rect().adjusted(0, _FADE_PX, 0, 0), RADIUS["card"] - 1, RADIUS["card"] - 1)
        round_px = RADIUS["card"] if self._view.frameWidth() else 0
        painter.fillRect(self.rect().adjusted(0, _FADE_PX, 0, -round_px), ground)
        place = QRect(0, self.height() - STRIP_PX, self.width(), STRIP_PX - 2)
        _say_more(painter, self, place, "more.below.count" if self._count else "more.below", self._count)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._view.verticalScrollBar().triggerAction(QAbstractSlider.SliderAction.SliderPageStepAdd)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
