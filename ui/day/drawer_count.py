"""What lies in the drawer: denomination × count = value, or one sum where notes are not counted apart."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kiosk.model.day_book import FACES_PT, Count, count_faces, count_sum
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import fold_digits
from protocol.values.money import MAX_PT
from ui.widgets import Card, DigitsEdit, MoneyEdit, Text, Translated, hold, restyle, scroller, show
from ui.widgets.labels import Amount
from ui.widgets.layouts import Space, fill, fill_edge_to_edge, group
from ui.widgets.notes import COIN_PT, NoteChip, face_text

MOST = 99_999
"""Notes of one kind; more is a slip of the finger."""
FACE_PX, COUNT_PX, VALUE_PX = 96, 150, 116
EDGE_PX, TIMES_PX, BAR_PX = 24, 52, 10
"""Where the head's words stand over the rows: their edge, what is between face and count, and the scroll bar."""


class FaceRow(QFrame):
    """A denomination, how many of it, and what they come to."""

    def __init__(self, face_pt: int, values: list[Amount]) -> None:
        """`values` are those of all rows."""
        super().__init__()
        self.setProperty("ground", "row")
        self.face_pt, self.edit = face_pt, DigitsEdit(f"face{face_pt}")
        self._chip, self.value = NoteChip(face_pt), Amount("strong", values)
        self.value.setText("—")
        hold(self._chip, width=FACE_PX, least_width=FACE_PX)
        hold(self.edit, width=COUNT_PX)
        hold(self.value, least_width=VALUE_PX)
        self.edit.installEventFilter(self)
        times = (self._chip, Space(20), Text("×", "hint"), Space(20), self.edit)
        row = fill(QHBoxLayout(self), *times, Space(20), Text("=", "hint"), 1, self.value, gap=0)
        row.setContentsMargins(14, 4, 14, 4)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            restyle(self, "at", "here" if event.type() is QEvent.Type.FocusIn else "")
        return super().eventFilter(watched, event)

    @property
    def empty(self) -> bool:
        return not self.edit.text().strip()

    def count(self) -> int:
        """What is empty counts as none. Raises Refused: count_form."""
        digits = fold_digits(self.edit.text()).strip()
        if not digits:
            return 0
        if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(MAX_PT)) or int(digits) > MOST:
            raise Refused("count_form")
        return int(digits)

    def tell(self, language: Language) -> None:
        try:
            value = "—" if self.empty else show.money(language, self.face_pt * self.count())
        except Refused:
            value = "—"
        self.value.setText(value)


class DrawerCount(Translated, QWidget):
    """The form for what lies in the drawer. `by_notes` shows a field for each face, else one for the sum."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.by_notes = True
        self.sum = MoneyEdit("countedEdit", big=True)
        self.sum.textChanged.connect(lambda _text: self.changed.emit())
        values: list[Amount] = []
        self._rows = {face: FaceRow(face, values) for face in FACES_PT}
        self.faces = {face: row.edit for face, row in self._rows.items()}
        for row in self._rows.values():
            row.edit.textChanged.connect(lambda _text, row=row: self._typed(row))
            key = "count.coin" if row.face_pt <= COIN_PT else "count.note"
            self.worded(partial(self._name, key, row))
        inside = QWidget()
        column = fill_edge_to_edge(inside, *self._rows.values(), 1)
        self._table = Card(self._head(values), (scroller(inside), 1), edges=(4, 4, 4, 4))
        column.setSpacing(0)
        self._alone = Card(self.label(self.sum, "count.sum"), self.sum, 1)
        fill_edge_to_edge(self, (self._table, 1), (self._alone, 1))
        self.set_by_notes(True)

    def _head(self, values: list[Amount]) -> QWidget:
        """Over the columns of the rows; `values` are those of the last."""
        face, count = self.caption("count.head.face", "hint"), self.caption("count.head.count", "hint")
        value = Amount("hint", values)
        self.word(value.setText, "count.head.value")
        hold(face, width=FACE_PX)
        hold(value, least_width=VALUE_PX)
        head = group(face, Space(TIMES_PX), count, 1, value, Space(BAR_PX), gap=0, sideways=True)
        head.setContentsMargins(EDGE_PX, 2, EDGE_PX, 0)
        return head

    def _name(self, key: str, row: FaceRow) -> None:
        row.edit.setAccessibleName(self.say(key, face=face_text(row.face_pt)))
        row.tell(self.language)

    def _typed(self, row: FaceRow) -> None:
        row.tell(self.language)
        self.changed.emit()

    def set_by_notes(self, by_notes: bool) -> None:
        self.by_notes = by_notes
        self._table.setVisible(by_notes)
        self._alone.setVisible(not by_notes)

    def clear(self) -> None:
        for edit in (*self.faces.values(), self.sum):
            edit.clear()

    def first(self) -> QWidget:
        """What is to be typed first: the first that is empty, once somebody has begun."""
        if not self.by_notes:
            return self.sum
        return self.faces[next(iter(self.empty() or FACES_PT))]

    def empty(self) -> list[int]:
        """The faces for which nothing was typed, the largest first."""
        return [face for face, row in self._rows.items() if row.empty] if self.by_notes else []

    def fill_empty(self) -> None:
        """Somebody has said that there is none of those."""
        for face in self.empty():
            self.faces[face].setText("0")

    def count(self) -> Count:
        """Raises Refused: count_form, and as `money.parse_pt` for one sum."""
        if not self.by_notes:
            return count_sum(self.sum.piastres())
        return count_faces({face: row.count() for face, row in self._rows.items()})

    def count_or_none(self) -> Count | None:
        try:
            return self.count()
        except Refused:
            return None
