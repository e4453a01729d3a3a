"""Counting the drawer: how many of each note and coin, or one sum; the total grows as one counts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.model.day_book import FACES_PT, Count, count_faces, count_sum
from protocol.errors import Refused
from protocol.texts import Language, say
from protocol.values.arabic import fold_digits, isolate
from protocol.values.money import MAX_PT, format_pt
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.fields.money_edit import MoneyEdit
from ui.widgets.labels import Text

PER_ROW = 3
MOST = 99_999
"""Notes of one kind; more is a slip of the finger."""


def face_text(face_pt: int) -> str:
    """``200``, ``0.50``."""
    return isolate(str(face_pt // 100) if face_pt % 100 == 0 else format_pt(face_pt))


class DrawerCount(QWidget):
    """`by_notes` shows a field for each face. What is empty counts as none."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._by_notes = True
        self._retell: list[Callable[[Language], None]] = []
        self.sum = MoneyEdit("countedEdit", big=True)
        self.sum.textChanged.connect(lambda _text: self.changed.emit())
        self.faces: dict[int, LineEdit] = {}
        self._grid = QWidget()
        self._grid.setProperty("ground", "none")
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        for place, face in enumerate(FACES_PT):
            grid.addLayout(self._cell(face), place // PER_ROW, place % PER_ROW)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._grid)
        column.addWidget(self.sum)
        self.set_language(language)
        self.set_by_notes(True)

    def _cell(self, face: int) -> QVBoxLayout:
        edit, label = LineEdit(f"face{face}", limit=12), Text(role="label")
        edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        edit.textChanged.connect(lambda _text: self.changed.emit())
        label.setBuddy(edit)
        self.faces[face] = edit

        def retell(language: Language) -> None:
            key = "count.coin" if face <= 100 else "count.note"
            label.setText(say(language, key, face=face_text(face)))
            edit.setAccessibleName(say(language, key, face=face_text(face)))

        self._retell.append(retell)
        cell = QVBoxLayout()
        cell.setSpacing(2)
        cell.addWidget(label)
        cell.addWidget(edit)
        return cell

    def set_language(self, language: Language) -> None:
        self.sum.setAccessibleName(say(language, "count.sum"))
        for retell in self._retell:
            retell(language)

    def set_by_notes(self, by_notes: bool) -> None:
        self._by_notes = by_notes
        self._grid.setVisible(by_notes)
        self.sum.setVisible(not by_notes)

    def clear(self) -> None:
        for edit in (*self.faces.values(), self.sum):
            edit.clear()

    def first(self) -> QWidget:
        return self.faces[FACES_PT[0]] if self._by_notes else self.sum

    def count(self) -> Count:
        """Raises Refused: count_form, and as `money.parse_pt` for one sum."""
        if not self._by_notes:
            return count_sum(self.sum.piastres())
        return count_faces({face: _number(edit.text()) for face, edit in self.faces.items()})

    def count_or_none(self) -> Count | None:
        try:
            return self.count()
        except Refused:
            return None


def _number(text: str) -> int:
    digits = fold_digits(text).strip()
    if not digits:
        return 0
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(MAX_PT)) or int(digits) > MOST:
        raise Refused("count_form")
    return int(digits)
