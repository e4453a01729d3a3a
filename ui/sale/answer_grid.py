"""What the citizen has said, in two columns: question over answer. The arrows go down the one and then the other.

Of several services each has its name and price over both columns, and its answers beneath.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidgetItem

from protocol.override import override
from ui.widgets import Text, fill_edge_to_edge
from ui.widgets.answer_rows import Rows

Answer = tuple[str, str, str]
"""Field, label, answer in words; of a service's name the field ends in a slash."""
COLUMNS = 2
SIDE_PX, ABOVE_PX = 12, 5
EDGE_PX = 18
"""A cell is so much less wide than its column."""


class AnswerCell(QFrame):
    """A question over its answer, or a service beside its price; whoever listens hears the table's own cell."""

    def __init__(self, label: str, words: str, *, heads: bool = False) -> None:
        super().__init__()
        self.setProperty("ground", "answer")
        self._heads = heads
        self.label = Text(label, "strong" if heads else "hint", wrap=True)
        self.words = Text(words, "strong", wrap=True, end=heads)
        parts = ((self.label, 3), (self.words, 2)) if heads else (self.label, self.words, 1)
        box = fill_edge_to_edge(self, *parts, gap=0, sideways=heads)
        box.setContentsMargins(SIDE_PX, ABOVE_PX, SIDE_PX, ABOVE_PX)

    def need(self, width: int) -> int:
        inside = max(1, width - 2 * SIDE_PX - EDGE_PX)
        if self._heads:  # over both columns
            return max(text.heightForWidth(inside) for text in (self.label, self.words)) + 2 * ABOVE_PX
        return self.label.heightForWidth(inside) + self.words.heightForWidth(inside) + 2 * ABOVE_PX


class AnswerGrid(Rows):
    """Each cell is an answer; Enter opens the one that the keys are at."""

    keeps = False

    def __init__(self, name: str) -> None:
        super().__init__(COLUMNS, name)
        self._answers: Sequence[Answer] = ()
        self._cells: list[tuple[int, int]] = []
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAlternatingRowColors(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def set_answers(self, answers: Sequence[Answer]) -> None:
        """The same place stays chosen."""
        at = min(max(0, self._at()), len(answers) - 1)
        self._answers, self._cells = answers, _cells(answers)
        self.clearSpans()
        self.fill([("", "")] * (max((row for row, _ in self._cells), default=-1) + 1))
        for cell, (name, label, words) in zip(self._cells, answers, strict=True):
            item, heads = QTableWidgetItem(), name.endswith("/")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{label}: {words or '—'}")
            self.setItem(*cell, item)
            self.setCellWidget(*cell, AnswerCell(label, words or "—", heads=heads))
            if heads:
                self.setSpan(*cell, 1, COLUMNS)
        self._fit_rows()
        if answers:
            self.setCurrentCell(*self._cells[at])

    def said(self) -> list[tuple[str, str]]:
        """Label and answer of each, as they are shown."""
        cells = (self.cellWidget(*cell) for cell in self._cells)
        return [(cell.label.text(), cell.words.text()) for cell in cells if isinstance(cell, AnswerCell)]

    def go_to(self, place: int) -> None:
        self.setCurrentCell(*self._cells[place])

    def _at(self) -> int:
        at = self.currentRow(), self.currentColumn()
        return self._cells.index(at) if at in self._cells else -1

    @override
    def chosen(self) -> Answer | None:
        return self._answers[self._at()] if self._at() >= 0 else None

    @override
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Up and down through all of them, one after the other; aside to the other column."""
        step = {QAbstractItemView.CursorAction.MoveUp: -1, QAbstractItemView.CursorAction.MoveDown: 1}.get(action)
        if step is None:
            index = super().moveCursor(action, modifiers)
            return index if (index.row(), index.column()) in self._cells else self.currentIndex()
        place = min(max(0, self._at() + step), len(self._answers) - 1)
        return self.model().index(*self._cells[place])

    @override
    def sizeHintForRow(self, row: int) -> int:
        cells = ((self.cellWidget(row, column), self.columnWidth(column)) for column in range(COLUMNS))
        return max([48, *(cell.need(width) for cell, width in cells if isinstance(cell, AnswerCell))])


def _cells(answers: Sequence[Answer]) -> list[tuple[int, int]]:
    """Row and column of each: those beneath a service's name run down the one column, then the other."""
    heads = [place for place, (name, _, _) in enumerate(answers) if name.endswith("/")]
    cells, row = list[tuple[int, int]](), 0
    for first, end in pairwise([*([] if 0 in heads else [-1]), *heads, len(answers)]):
        if first >= 0:
            cells.append((row, 0))
            row += 1
        count = end - first - 1
        high = (count + 1) // COLUMNS
        cells += [(row + place % high, place // high) for place in range(count)]
        row += high
    return cells
