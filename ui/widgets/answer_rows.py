"""Tables and lists of texts: a row is gone to with the arrows and opened with Enter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any, Final

from PySide6.QtCore import QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
)

from protocol.override import override
from ui.widgets.key_cap import Key
from ui.widgets.labels import FIGURES
from ui.widgets.more_below import MoreBelow
from ui.widgets.row_look import KEY, PILL, WORDS_PX, ListLook, RowPainter
from ui.widgets.state_pill import Pill
from ui.widgets.theme import at_largest, hold, px

ROW_PX: Final = 48
"""Of a row of one line: what a finger hits. It does not grow with the text, which has room in it at every size."""
GAP_PX: Final = 8
NARROW_PX: Final = 800
"""On screens of 1024 and 1280 a table has less."""
LEAST_PX: Final = 96
"""Of a list that has more rows than it has room for."""
LEAST_COLUMN_PX: Final = 48
"""The style's own least is ten letters: five columns of it are wider than half a screen."""
_ENDLESS: Final = 10_000
READING: Final = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter


Cell = str | Pill | Key
"""What stands in a cell: words, how something stands, or the key of its row."""


@lru_cache(maxsize=1024)
def _words_px(text: str, written: str, width: int) -> int:
    """How high words in that font stand in that width: Qt asks for a row many times while a table is filled."""
    font = QFont()
    font.fromString(written)
    place, wrap = QRect(0, 0, width, _ENDLESS), int(Qt.TextFlag.TextWordWrap)
    return QFontMetrics(font).boundingRect(place, wrap, text).height()


def give_way(view: QAbstractItemView) -> None:
    """A list takes the height that is left: it scrolls by itself, so it must not make the screen scroll."""
    view.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    hold(view, least_height=LEAST_PX)


class Rows(ListLook, QTableWidget):
    """A table of texts: whole rows, no editing, Enter or a double click opens; held Enter opens once.

    It keeps what its rows are about: `opened` brings the one of the row that was opened.
    """

    opened = Signal(object)
    least_px = LEAST_PX
    _lead_percent = 0

    def __init__(self, columns: int, name: str) -> None:
        super().__init__(0, columns)
        self._figures: Collection[int] = ()
        self._spared: dict[int, bool] = {}
        self._ids: Sequence[str] = ()
        self._things: Sequence[Any] = ()
        self.setObjectName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setItemDelegate(RowPainter(self))
        self.setWordWrap(True)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # Qt asks often: see `_fit_rows`
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(ROW_PX)
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self._more = MoreBelow(self)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(LEAST_COLUMN_PX)
        self._rows_later = QTimer(self, singleShot=True)
        self._rows_later.timeout.connect(self._fit_rows)
        self.horizontalHeader().sectionResized.connect(lambda *_: self._rows_later.start(0))
        self.cellDoubleClicked.connect(self._open_at)

    def _fit_rows(self) -> None:
        self.resizeRowsToContents()
        self._end_with_last()
        self._more.fit()

    def _end_with_last(self) -> None:
        """Be no higher than the rows are; where there is no room for all of them it scrolls."""
        head = 0 if self.horizontalHeader().isHidden() else self.horizontalHeader().sizeHint().height()
        high = head + max(self.verticalHeader().length(), ROW_PX) + 2 * self.frameWidth()
        self.setMinimumHeight(min(px(self.least_px), high))
        self.setMaximumHeight(high)

    def head(self, names: Sequence[str], *stretch: int, figures: Collection[int] = ()) -> None:
        """Column names; those that `stretch` take what is left, and wrap; `figures` are compared digit by digit."""
        self._figures = figures
        header = self.horizontalHeader()
        for column, name in enumerate(names):
            item = QTableWidgetItem(name)
            item.setTextAlignment(FIGURES if column in figures else READING)
            self.setHorizontalHeaderItem(column, item)
        for column in range(self.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in stretch:
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        if self._lead_percent:
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)

    def lead(self, percent: int) -> None:
        """So much of the width is the first column's, whatever it says."""
        self._lead_percent = percent
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)

    def spare(self, *columns: int, at_largest: Collection[int] = ()) -> None:
        """Columns that are left out where the table is narrow, some of them where its text is largest: what they say
        stands beside it, too.
        """
        self._spared = {column: column in at_largest for column in columns}

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size of text makes another head, and so another height of what is below it."""
        narrow = event.size().width() < NARROW_PX
        for column, too_wide in self._spared.items():
            self.setColumnHidden(column, narrow or (too_wide and at_largest()))
        if self._lead_percent:
            self.setColumnWidth(0, event.size().width() * self._lead_percent // 100)
        super().resizeEvent(event)

    def begin(self) -> None:
        """What is filled in next is the answer to a new question: it is looked at from its first row."""
        self._ids = ()

    def fill(self, rows: Sequence[Sequence[Cell]], things: Sequence[Any] = (), ids: Sequence[str] = ()) -> None:
        """Replace all rows, which are about these things; the same place stays chosen, or of rows with ids the same
        row, none where it is gone.
        """
        at = self._place(ids) if ids else min(max(0, self.currentRow()), len(rows) - 1)
        self._ids, self._things = ids, things or rows
        self.setRowCount(0)
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                item = QTableWidgetItem(cell.word if isinstance(cell, Pill) else cell)
                if isinstance(cell, Pill):
                    item.setData(PILL, tuple(cell))
                if isinstance(cell, Key):
                    item.setData(KEY, str(cell))
                item.setTextAlignment(FIGURES if column in self._figures else READING)
                self.setItem(place, column, item)
        self.resizeRowsToContents()
        self._end_with_last()
        if at >= 0:
            self.setCurrentCell(at, 0)

    def chosen(self) -> Any:
        """What the chosen row is about; None where there is none."""
        return self._things[self.currentRow()] if 0 <= self.currentRow() < len(self._things) else None

    def open(self) -> None:
        """The chosen row, as Enter does."""
        if self.chosen() is not None:
            self.opened.emit(self.chosen())

    def _open_at(self, row: int, column: int) -> None:
        self.setCurrentCell(row, column)
        self.open()

    def _place(self, ids: Sequence[str]) -> int:
        """A list that changes by itself must not put another row under the key that is just being pressed."""
        if not self._ids:
            return 0
        chosen = self._ids[self.currentRow()] if self.currentRow() >= 0 else ""
        return ids.index(chosen) if chosen in ids else -1

    @override
    def sizeHintForRow(self, row: int) -> int:
        """As high as its longest cell: the sheet's padding, which Qt's own hint forgets, is left out of the width."""
        cells = ((self.item(row, column), self.columnWidth(column)) for column in range(self.columnCount()))
        written = self.font().toString()
        heights = [_words_px(item.text(), written, max(1, width - WORDS_PX)) for item, width in cells if item]
        return max([self.verticalHeader().minimumSectionSize(), *(height + GAP_PX for height in heights)])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if not event.isAutoRepeat():
                self.open()
        elif event.modifiers() == Qt.KeyboardModifier.AltModifier or event.text().isalnum():
            event.ignore()
        else:
            super().keyPressEvent(event)


class ChoiceList(ListLook, QListWidget):
    """A list of which one row is chosen, by Enter or a click; it ends with its last row where there is room for all."""

    taken = Signal(int)
    whole = False
    """Whether all of it is in sight, always."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setItemDelegate(RowPainter(self))
        self._more = MoreBelow(self)
        for chosen in (self.itemActivated, self.itemClicked):
            chosen.connect(lambda _item: self.taken.emit(self.currentRow()))

    def offer(self, words: str, key: str = "") -> None:
        """One more row, and the key that takes it."""
        item = QListWidgetItem(words)
        item.setData(KEY, key)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}, {key}" if key else words)
        self.addItem(item)

    @override
    def doItemsLayout(self) -> None:
        super().doItemsLayout()
        high = sum(self.sizeHintForRow(row) for row in range(self.count())) + 2 * self.frameWidth()
        if self.whole:
            self.setMinimumHeight(high)
        self.setMaximumHeight(max(high, self.minimumHeight()))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row the current one, unseen: Enter would take what nobody has chosen."""
        super().focusInEvent(event)
        if not self.selectedItems():
            self.selectionModel().clearCurrentIndex()
