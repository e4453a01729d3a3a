"""What the citizen has said, in two columns: question over answer. The arrows go down the one and then the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidgetItem

from protocol.override import override
from ui.widgets import Text, fill_edge_to_edge
from ui.widgets.answer_rows import Rows

Answer = tuple[str, str, str]
"""Field, label, answer in words."""
COLUMNS = 2
SIDE_PX, ABOVE_PX = 12, 5


class AnswerCell(QFrame):
    """A question and its answer, which wrap; whoever listens hears the table's own cell."""

    def __init__(self, label: str, words: str) -> None:
        super().__init__()
        self.setProperty("ground", "answer")
        self.label, self.words = Text(label, "hint", wrap=True), Text(words, "strong", wrap=True)
        box = fill_edge_to_edge(self, self.label, self.words, 1, gap=0)
        box.setContentsMargins(SIDE_PX, ABOVE_PX, SIDE_PX, ABOVE_PX)

    def need(self, width: int) -> int:
        inside = max(1, width - 2 * SIDE_PX)
        return self.label.heightForWidth(inside) + self.words.heightForWidth(inside) + 2 * ABOVE_PX


class AnswerGrid(Rows):
    """Each cell is an answer; Enter opens the one that the keys are at."""

    def __init__(self, name: str) -> None:
        super().__init__(COLUMNS, name)
        self._answers: Sequence[Answer] = ()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAlternatingRowColors(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def set_answers(self, answers: Sequence[Answer]) -> None:
        """The same place stays chosen."""
        at = min(max(0, self._at()), len(answers) - 1)
        self._answers = answers
        self.fill([("", "")] * ((len(answers) + 1) // COLUMNS))
        for place, (_, label, words) in enumerate(answers):
            item = QTableWidgetItem()
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{label}: {words or '—'}")
            self.setItem(*self._cell(place), item)
            self.setCellWidget(*self._cell(place), AnswerCell(label, words or "—"))
        if answers:
            self.setCurrentCell(*self._cell(at))

    def said(self) -> list[tuple[str, str]]:
        """Label and answer of each, as they are shown."""
        cells = (self.cellWidget(*self._cell(place)) for place in range(len(self._answers)))
        return [(cell.label.text(), cell.words.text()) for cell in cells if isinstance(cell, AnswerCell)]

    def go_to(self, place: int) -> None:
        self.setCurrentCell(*self._cell(place))

    def _cell(self, place: int) -> tuple[int, int]:
        column, row = divmod(place, max(1, self.rowCount()))
        return row, column

    def _at(self) -> int:
        return self.currentColumn() * self.rowCount() + self.currentRow() if self.currentRow() >= 0 else -1

    @override
    def chosen(self) -> Answer | None:
        return self._answers[self._at()] if 0 <= self._at() < len(self._answers) else None

    @override
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Up and down through all of them, one after the other; aside to the other column."""
        step = {QAbstractItemView.CursorAction.MoveUp: -1, QAbstractItemView.CursorAction.MoveDown: 1}.get(action)
        if step is None:
            index = super().moveCursor(action, modifiers)
            last = index.column() * self.rowCount() + index.row() >= len(self._answers)
            return self.currentIndex() if last else index
        place = min(max(0, self._at() + step), len(self._answers) - 1)
        return self.model().index(*self._cell(place))

    @override
    def sizeHintForRow(self, row: int) -> int:
        cells = ((self.cellWidget(row, column), self.columnWidth(column)) for column in range(COLUMNS))
        return max([48, *(cell.need(width) for cell, width in cells if isinstance(cell, AnswerCell))])
