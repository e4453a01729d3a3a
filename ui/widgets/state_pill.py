"""How something stands: an icon, a word and a colour, the same in every list, detail and queue."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle

from protocol.override import override
from ui.widgets.drawn import Drawn
from ui.widgets.icons import pixmap
from ui.widgets.layouts import reveal
from ui.widgets.theme import TOKENS, make_font

State = Literal[
    "waiting", "sent", "accepted", "rejected", "back", "refunded", "missing", "kept", "critical", "note", "done",
    "offline",
]  # fmt: skip
HEIGHT_PX: Final = 32
_SIDE_PX: Final = 12
_ICON_PX: Final = 18
_BETWEEN_PX: Final = 6


class Pill(NamedTuple):
    """A state and the word for it; also a cell of a table (`Rows.fill`)."""

    state: State
    word: str


class _Look(NamedTuple):
    icon: str
    ground: str
    ink: str
    line: str = ""
    dashed: bool = False


LOOKS: Final[dict[State, _Look]] = {
    "waiting": _Look("clock", "wait_bg", "wait"),
    "sent": _Look("up", "card", "ok", "ok_line"),
    "accepted": _Look("checks", "ok_bg", "ok"),
    "rejected": _Look("x", "act_bg", "act"),
    "back": _Look("back", "card", "act", "act_line"),
    "refunded": _Look("undo", "info_bg", "hover"),
    "missing": _Look("missing", "card", "wait", "wait", dashed=True),
    "kept": _Look("save", "off_bg", "off"),
    "critical": _Look("alert", "act_solid", "on_primary"),
    "note": _Look("info", "info_bg", "hover"),
    "done": _Look("check", "off_bg", "off"),
    "offline": _Look("offline", "off_bg", "off"),
}


def pill_px(word: str) -> int:
    """How wide a pill with this word is."""
    return 2 * _SIDE_PX + _ICON_PX + _BETWEEN_PX + QFontMetrics(_font()).horizontalAdvance(word)


def paint_pill(painter: QPainter, place: QRect, pill: Pill, direction: Qt.LayoutDirection) -> None:
    """The pill across the place, its words in the middle: those of a column are all as wide as the widest."""
    look = LOOKS[pill.state]
    box = QRect(place.left(), place.top() + (place.height() - HEIGHT_PX) // 2, place.width(), HEIGHT_PX)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink, dashed = QColor(TOKENS[look.ink]), Qt.PenStyle.DashLine if look.dashed else Qt.PenStyle.SolidLine
    edge = look.line or ("" if TOKENS["edge"] == "0px" else look.ink)
    painter.setPen(QPen(QColor(TOKENS[edge]), 1, dashed) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(TOKENS[look.ground]))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), HEIGHT_PX / 2, HEIGHT_PX / 2)
    side = _SIDE_PX + max(0, box.width() - pill_px(pill.word)) // 2
    icon = QRect(box.left() + side, box.center().y() - _ICON_PX // 2, _ICON_PX, _ICON_PX)
    painter.drawPixmap(QStyle.visualRect(direction, box, icon), pixmap(look.icon, ink.name(), _ICON_PX))
    start = side + _ICON_PX + _BETWEEN_PX
    words = QRect(box.left() + start, box.top(), box.width() - start - side + 2, box.height())
    painter.setPen(ink)
    painter.setFont(_font())
    edge_of = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
    painter.setLayoutDirection(direction)
    painter.drawText(QStyle.visualRect(direction, box, words), edge_of, pill.word)
    painter.restore()


class StatePill(Drawn):
    """A pill that stands on its own; hidden while there is no state to tell."""

    def __init__(self) -> None:
        super().__init__()
        self._pill: Pill | None = None
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def tell(self, pill: Pill | None) -> None:
        self._pill = pill
        self.setAccessibleName(pill.word if pill else "")
        reveal(pill is not None, self)
        self.updateGeometry()
        self.update()

    def pill(self) -> Pill | None:
        return self._pill

    def fits(self) -> bool:
        """Whether its word can be read whole."""
        return self._pill is None or self.width() >= pill_px(self._pill.word)

    @override
    def sizeHint(self) -> QSize:
        return QSize(pill_px(self._pill.word) if self._pill else 0, HEIGHT_PX)

    minimumSizeHint = sizeHint

    @override
    def draw(self, painter: QPainter) -> None:
        if self._pill is not None:
            paint_pill(painter, self.rect(), self._pill, self.layoutDirection())


def _font() -> QFont:
    return make_font("hint", QFont.Weight.DemiBold)
