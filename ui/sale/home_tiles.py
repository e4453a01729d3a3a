"""What is chosen from on the home screen: services in front, areas of the catalogue; and the arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language, say
from ui.sale.home_lists import ServiceList
from ui.sale.home_shown import PICTURES, Offer, picture_of
from ui.widgets import Button, FamilyIcon, FittedText, KeyCap, Text, at_largest, beside, fill, restyle, show

COLUMNS: Final = 4
DOWN: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
ACROSS: Final = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
GAP_PX: Final = 12
TILE_ICON_PX: Final = 40
ROW_ICON_PX: Final = 34
CHIP_PX: Final = 48
NARROW_CHIP_PX: Final = 180
LEAST_NAME_PX: Final = 60


class FittedName(FittedText):
    """Words in the room that their button has: their letters get smaller before they are cut."""

    def __init__(self, lines: int, role: str = "strong", *, end: bool = False) -> None:
        super().__init__(role=role, end=end)
        self._lines = lines

    @override
    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(LEAST_NAME_PX, self._lines * self.fontMetrics().lineSpacing())

    minimumSizeHint = sizeHint


class Face(Button):
    """A button whose words stand in a layout of its own, which says how high it is; as wide as its column."""

    def __init__(self, name: str, look: str, *, grows: bool) -> None:
        super().__init__(name, look)
        policies = QSizePolicy.Policy
        self.setSizePolicy(policies.Ignored, policies.Expanding if grows else policies.Fixed)

    @override
    def sizeHint(self) -> QSize:
        layout = self.layout()
        return super().sizeHint() if layout is None else layout.totalSizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        return super().minimumSizeHint() if layout is None else layout.totalMinimumSize()

    def _lay(self) -> None:
        """What stands in it is not pressed by itself."""
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class ServiceTile(Face):
    """A service in front: its picture and key, its name and its price on one big button."""

    def __init__(self, place: int) -> None:
        super().__init__(f"favourite{place + 1}", "service", grows=True)
        cap = KeyCap(f"Alt+{place + 1}")
        self.setAccessibleName(f"Alt+{place + 1}")
        self._family = FamilyIcon()
        self.title, self.price = FittedName(2), FittedName(1, "hint")
        parts = beside(self._family, 1, cap, gap=None), 1, self.title, self.price
        fill(QVBoxLayout(self), *parts, gap=2, edges=(14, 10, 14, 8))
        self._lay()

    def set_offer(self, offer: Offer, language: Language) -> None:
        title, price = offer.service.title[language], offer.price(language)
        side = ROW_ICON_PX if at_largest() else TILE_ICON_PX
        self._family.setFixedSize(side, side)
        self._family.tell(*picture_of(offer.service))
        self.title.setText(title)
        self.price.setText(price)
        self.title.setEnabled(offer.why_not is None)
        self.setAccessibleName(f"{title} {offer.service.number} — {price}")


class AreaChip(Face):
    """An area of the catalogue, and how many services it has."""

    def __init__(self, area: str) -> None:
        super().__init__(f"area_{area}", "area", grows=False)
        self.area = area
        self._family = FamilyIcon(*PICTURES[area], size=ROW_ICON_PX)
        self.name, self.count = FittedName(1), Text(role="hint", end=True)
        fill(QHBoxLayout(self), self._family, (self.name, 1), self.count, gap=8, edges=(8, 0, 10, 0))
        self._lay()

    def tell(self, language: Language, count: int) -> None:
        self.name.setText(say(language, f"area.{self.area}"))
        self.count.setText(show.number(count))
        self.setAccessibleName(say(language, "home.area", n=count, area=self.name.text(), count=show.number(count)))

    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), CHIP_PX)

    minimumSizeHint = sizeHint

    def choose(self, *, chosen: bool) -> None:
        restyle(self, "current", "yes" if chosen else "no")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the name has it."""
        super().resizeEvent(event)
        self._family.setVisible(event.size().width() >= NARROW_CHIP_PX)


def grid(parts: Sequence[QWidget]) -> QWidget:
    """These in lines of four."""
    box = QWidget()
    box.setProperty("ground", "none")
    lines = QGridLayout(box)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(GAP_PX)
    for place, part in enumerate(parts):
        lines.addWidget(part, place // COLUMNS, place % COLUMNS)
    for column in range(COLUMNS):
        lines.setColumnStretch(column, 1)
    return box


class Arrows(QObject):
    """The arrow keys between buttons in lines of four, up from them to the search box and down from it to the first.

    While the list is seen, Up and Down in the search box move there instead. `reached` says which of all these parts
    has the focus, `away` whether that is another than the search box.
    """

    reached = Signal(object)

    def __init__(self, search: QWidget, found: ServiceList, *blocks: Sequence[QWidget]) -> None:
        super().__init__(search)
        self._search, self._found, self._blocks = search, found, blocks
        self.away = False
        for part in (search, *(part for block in blocks for part in block)):
            part.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusIn:
            self.away = watched is not self._search
            self.reached.emit(watched)
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and isinstance(watched, QWidget):
            return self._moved(watched, Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _moved(self, part: QWidget, key: Qt.Key) -> bool:
        """Whether this key moves, from this part."""
        down, across = DOWN.get(key, 0), ACROSS.get(key, 0)
        if part is self._search and down and self._found.table.isVisible():
            self._found.step(down)
            return True
        lines = self._lines()
        first = lines[0][0] if down > 0 and lines else None
        target = first if part is self._search else self._beside(lines, part, down, across)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)
        return target is not None

    def _lines(self) -> list[list[QWidget]]:
        """The parts that are there, as they stand."""
        shown = [[part for part in block if part.isVisible()] for block in self._blocks]
        return [block[at : at + COLUMNS] for block in shown for at in range(0, len(block), COLUMNS)]

    def _beside(self, lines: list[list[QWidget]], part: QWidget, down: int, across: int) -> QWidget | None:
        at = next((place for place, line in enumerate(lines) if part in line), None)
        if at is None or not (down or across):
            return None
        column = lines[at].index(part)
        if across:
            step = -across if part.isRightToLeft() else across
            return lines[at][min(max(0, column + step), len(lines[at]) - 1)]
        if at + down < 0:
            return self._search
        line = lines[min(at + down, len(lines) - 1)]
        return line[min(column, len(line) - 1)]
