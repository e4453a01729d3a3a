"""A date in three boxes, and a wished appointment. A date edit loses dates in right-to-left."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from protocol.catalogue import fields
from protocol.catalogue.services import Form
from protocol.override import override
from protocol.texts import Language, say
from ui.widgets import show
from ui.widgets.fields.base_field import Field
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.layouts import fill_edge_to_edge
from ui.widgets.theme import hold

WIDTHS = {"day": 84, "month": 96, "year": 104}


class DateBoxes(QWidget):
    """Three lines, always day, month, year in reading order."""

    def __init__(self, name: str, label: str, language: Language) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setProperty("ground", "none")
        self.edits: dict[str, LineEdit] = {}
        for part, width in WIDTHS.items():
            edit = LineEdit(f"{name}_{part}", limit=40)
            edit.setPlaceholderText(say(language, f"date.{part}"))
            edit.setAccessibleName(f"{label} {say(language, f'date.{part}')}")
            hold(edit, width=width)
            edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
            self.edits[part] = edit
        fill_edge_to_edge(self, *self.edits.values(), gap=8, sideways=True)

    def raw(self) -> dict[str, str]:
        return {part: edit.text() for part, edit in self.edits.items()}

    def set_raw(self, value: Any) -> None:
        """What `raw` gave, or ISO text."""
        if not isinstance(value, dict):
            year, month, day = [*str(value or "").split("-", 2), "", "", ""][:3]
            value = {"day": day, "month": month, "year": year}
        for part, edit in self.edits.items():
            edit.setText(str(value.get(part) or ""))


class DateField(Field):
    """A date in three boxes."""

    numeric = True

    @override
    def build(self, form: Form) -> None:
        self.boxes = DateBoxes(f"field_{self.element.field}", self.name, self.language)
        for edit in self.boxes.edits.values():
            edit.textChanged.connect(lambda _text: self.changed.emit())
        self.row.addWidget(self.boxes)
        self.row.addStretch(1)
        self.label.setBuddy(self.boxes.edits["day"])
        del form

    @override
    def raw(self) -> Any:
        return self.boxes.raw()

    @override
    def set_raw(self, value: Any) -> None:
        self.boxes.set_raw(value)

    @override
    def shown(self) -> str:
        value = fields.normalise("date", self.raw())
        return show.day(str(value)) if value else ""

    @override
    def inputs(self) -> list[QWidget]:
        return list(self.boxes.edits.values())


class SlotField(DateField):
    """A wished day and a part of it."""

    wide = True

    @override
    def build(self, form: Form) -> None:
        super().build(form)
        self.part = Combo(f"field_{self.element.field}_period")
        self.part.setAccessibleName(f"{self.name}: {say(self.language, 'slot.part')}")
        for code in fields.SLOT_PERIODS:
            self.part.addItem(say(self.language, f"form.slot.{code}"), code)
        self.part.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.row.insertWidget(1, self.part)

    @override
    def raw(self) -> Any:
        return {"date": self.boxes.raw(), "period": self.part.currentData()}

    @override
    def set_raw(self, value: Any) -> None:
        """What `raw` gave, or the stored ``2099-12-31/morning``."""
        if isinstance(value, dict):
            day, period = value.get("date"), value.get("period")
        else:
            day, _, period = str(value or "").partition("/")
        self.boxes.set_raw(day)
        self.part.setCurrentIndex(max(0, self.part.findData(period)))

    @override
    def shown(self) -> str:
        return self.words(self.language)

    @override
    def words(self, language: Language) -> str:
        # from the end: what was scanned into a box of the day may hold strokes of its own
        day, _, period = str(fields.normalise("slot", self.raw()) or "").rpartition("/")
        return f"{show.day(day)} {say(language, f'form.slot.{period}')}" if day else ""

    @override
    def inputs(self) -> list[QWidget]:
        return [*self.boxes.edits.values(), self.part]
