"""S10: count first, compare after. The difference is said in words, with both numbers; nothing is taken off anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from kiosk.cash.day_close import Comparison
from kiosk.model.day_book import FACES_PT, Count, count_faces, count_sum
from kiosk.staff.centre_approvals import NOBODY
from kiosk.staff.sign_in import Seat
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import fold_digits, isolate
from protocol.values.money import MAX_PT, format_pt
from ui.approvals.second_person import SecondPerson
from ui.shell import Page
from ui.widgets import Card, Fact, LineEdit, MoneyEdit, Text, Translated, set_tone, show
from ui.widgets.fields.line_edit import DigitsEdit
from ui.widgets.layouts import beside, fill, fill_edge_to_edge, group, stacked

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
        self._by_notes = True
        self.sum = MoneyEdit("countedEdit", big=True)
        self.sum.textChanged.connect(lambda _text: self.changed.emit())
        self.word(self.sum.setAccessibleName, "count.sum")
        self.faces = {face: DigitsEdit(f"face{face}") for face in FACES_PT}
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        for place, (face, edit) in enumerate(self.faces.items()):
            grid.addLayout(self._cell(face, edit), place // PER_ROW, place % PER_ROW)
        self._grid = group(grid)
        fill_edge_to_edge(self, self._grid, self.sum)
        self.set_by_notes(True)

    def _cell(self, face: int, edit: LineEdit) -> QVBoxLayout:
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


State = Literal["counting", "compared", "closed"]


class CloseDayPage(Page):
    """Counted cash, what was expected, and the difference in words."""

    counted = Signal(object)
    confirmed = Signal(object, str, object, int)
    """The count, why it differs, who agrees, how often it was counted again."""
    finished = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageClose", language, "close.title")
        self._state: State = "counting"
        self._date, self._recounts = "", 0
        self._compared: Comparison | None = None
        self.counting = self.follow(DrawerCount(language))
        self.counting.changed.connect(self._count_again)
        self.total = self.fact("close.counted", "huge", "label")
        card = Card(self.paragraph("close.hint"), self.counting, self.total, 1)
        fill(self.body, beside((card, 3), (self._result(), 2)), 1)
        self.retold()

    def _result(self) -> QVBoxLayout:
        self.expected, self.verdict = self.fact("close.expected", "strong", "label"), Fact("huge", "label")
        self.box = QFrame()
        inside = fill(QVBoxLayout(self.box), self.expected, self.verdict)
        inside.setContentsMargins(16, 8, 16, 8)
        self.reason = LineEdit("reasonEdit", limit=200)
        self._why = group(self.label(self.reason, "close.reason"), self.reason)
        self.second = self.follow(SecondPerson(self.language, waits=True))
        self.primary = self.primary_button("close.do.counting", self.submit, saves=True)
        self.copy = self.button("copyButton", "close.copy", "F9")
        back = self.button("backButton", "key.back", "Esc", self.leave)
        return stacked(self.box, self._why, self.second, self.primary, self.copy, back, 1, gap=8)

    # ---- data in

    def begin(self, date: str, people: Sequence[Seat], *, by_notes: bool) -> None:
        """Nothing counted yet."""
        self._state, self._date, self._recounts, self.armed = "counting", date, 0, True
        self._compared = None
        self.counting.set_by_notes(by_notes)
        self.counting.clear()
        self.counting.setEnabled(True)
        self.reason.clear()
        self.second.set_people(people)
        self.retold()

    def compare(self, compared: Comparison) -> None:
        self._state, self._compared, self.armed = "compared", compared, True
        self.retold()

    def done(self) -> None:
        """The day is closed and its report on the way."""
        self._state, self.armed = "closed", True
        self.counting.setEnabled(False)
        self.calm()
        self.retold()

    def _count_again(self) -> None:
        """Counting on after the comparison is counting again, and the close says so."""
        if self._state == "compared":
            self._state, self._recounts = "counting", self._recounts + 1
        self.retold()

    @override
    def retold(self) -> None:
        self.subtitle.setText(show.day(self._date))
        count = self.counting.count_or_none()
        self.total.value.setText("—" if count is None else show.money(self.language, count.total_pt))
        compared = self._compared if self._state != "counting" else None
        self.box.setVisible(compared is not None)
        self._why.setVisible(compared is not None and compared.needs_reason and self._state == "compared")
        self.second.setVisible(compared is not None and compared.needs_second and self._state == "compared")
        self.copy.setVisible(self._state == "closed")
        self.reword(self.primary, f"close.do.{self._state}")
        if compared is not None:
            self._show_difference(compared)

    def _show_difference(self, compared: Comparison) -> None:
        difference = compared.difference_pt
        word = "equal" if not difference else "over" if difference > 0 else "short"
        self.expected.value.setText(show.money(self.language, compared.book.expected_pt))
        self.verdict.tell(self.say(f"close.{word}"), show.money(self.language, difference) if difference else "")
        self.verdict.value.setVisible(bool(difference))
        set_tone(self.box, "act" if difference else "ok")

    # ---- meaning out

    def submit(self) -> None:
        if not self.armed:
            return
        if self._state == "closed":
            self.finished.emit()
            return
        try:
            count = self.counting.count()
        except Refused as error:
            self.fail(error, self.counting.first())
            return
        self.armed = False
        if self._state == "counting":
            self.counted.emit(count)
            return
        agreement = self.second.agreement() if self._compared and self._compared.needs_second else NOBODY
        self.confirmed.emit(count, self.reason.text(), agreement, self._recounts)

    def leave(self) -> None:
        if self._state == "closed":
            self.finished.emit()
        else:
            self.left.emit()

    @override
    def first(self) -> QWidget:
        if self._state == "counting":
            return self.counting.first()
        asks = self._state == "compared" and self._compared is not None and self._compared.needs_reason
        return self.reason if asks else self.primary
