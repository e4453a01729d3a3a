"""Counting the drawer: how many of each note and coin, or one sum; the total grows as one counts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from kiosk.model.day_book import FACES_PT, Count, count_faces, count_sum
from protocol.errors import Refused
from protocol.texts import Language
from protocol.values.arabic import fold_digits, isolate
from protocol.values.money import MAX_PT, format_pt
from ui.widgets.fields.line_edit import LineEdit, MoneyEdit
from ui.widgets.labels import Text
from ui.widgets.layouts import fill_edge_to_edge, group, stacked
from ui.widgets.translated import Translated

PER_ROW = 3
MOST = 99_999
"""Notes of one kind; more is a slip of the finger."""


def face_text(face_pt: int) -> str:
    """``200``, ``0.50``."""
    return isolate(str(face_pt // 100) if face_pt % 100 == 0 else format_pt(face_pt))


class DrawerCount(Translated, QWidget):
    """`by_notes` shows a field for each face. What is empty counts as none."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setProperty("ground", "none")
        self._by_notes = True
        self.sum = MoneyEdit("countedEdit", big=True)
        self.sum.textChanged.connect(lambda _text: self.changed.emit())
        self.word(self.sum.setAccessibleName, "count.sum")
        self.faces = {face: LineEdit(f"face{face}", limit=12) for face in FACES_PT}
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        for place, (face, edit) in enumerate(self.faces.items()):
            grid.addLayout(self._cell(face, edit), place // PER_ROW, place % PER_ROW)
        self._grid = group(grid)
        fill_edge_to_edge(self, self._grid, self.sum)
        self.set_by_notes(True)

    def _cell(self, face: int, edit: LineEdit) -> QVBoxLayout:
        edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        edit.textChanged.connect(lambda _text: self.changed.emit())
        key, label = "count.coin" if face <= 100 else "count.note", Text(role="label")
        label.setBuddy(edit)
        for put in (label.setText, edit.setAccessibleName):
            self.worded(lambda put=put: put(self.say(key, face=face_text(face))))  # type: ignore[misc]
        return stacked(label, edit, gap=2)

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
