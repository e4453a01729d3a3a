"""A wished appointment: a day in three boxes and a part of the day."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from protocol.catalogue import fields
from protocol.catalogue.services import Form
from protocol.override import override
from protocol.texts import Language, say
from ui.widgets import show
from ui.widgets.fields.base_field import Field
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.date_field import DateBoxes


class SlotField(Field):
    wide = True

    @override
    def build(self, form: Form) -> None:
        del form
        name = f"field_{self.element.field}"
        self.boxes = DateBoxes(name, self.name, self.language)
        self.part = Combo(f"{name}_period")
        self.part.setAccessibleName(f"{self.name}: {say(self.language, 'slot.part')}")
        for code in fields.SLOT_PERIODS:
            self.part.addItem(say(self.language, f"form.slot.{code}"), code)
        for edit in self.boxes.edits.values():
            edit.textChanged.connect(lambda _text: self.changed.emit())
        self.part.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.row.addWidget(self.boxes)
        self.row.addWidget(self.part)
        self.row.addStretch(1)
        self.label.setBuddy(self.boxes.edits["day"])

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
