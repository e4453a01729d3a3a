"""Wished appointments: up to three days with a part of the day each."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk import fields
from kiosk.services import Form
from kiosk.texts import say
from ui import show
from ui.fields.choice import Combo
from ui.fields.date import DateBoxes
from ui.fields.field import Field


class SlotsField(Field):
    wide: ClassVar[bool] = True

    def build(self, form: Form) -> None:
        most = int(form.schema["properties"][self.element.field].get("maxItems", 3))
        self._wishes: list[tuple[DateBoxes, Combo]] = []
        column = QVBoxLayout()
        column.setSpacing(4)
        self.row.addLayout(column)
        for place in range(min(most, 3)):
            column.addLayout(self._wish(place))
        self.label.setBuddy(self._wishes[0][0].edits["d"])

    def _wish(self, place: int) -> QHBoxLayout:
        name = f"field_{self.element.field}_{place}"
        boxes = DateBoxes(name, f"{self.name} {place + 1}", self.language)
        part = Combo(f"{name}_part")
        part.setAccessibleName(f"{self.name} {place + 1}: {say(self.language, 'slot.part')}")
        for code in fields.SLOT_PARTS:
            part.addItem(say(self.language, f"slot.{code}"), code)
        for edit in boxes.edits.values():
            edit.textChanged.connect(lambda _text: self.changed.emit())
        part.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self._wishes.append((boxes, part))
        row = QHBoxLayout()
        row.addWidget(boxes)
        row.addWidget(part)
        row.addStretch(1)
        return row

    def raw(self) -> Any:
        return [{"date": boxes.raw(), "part": part.currentData()} for boxes, part in self._wishes]

    def set_raw(self, value: Any) -> None:
        wishes = value if isinstance(value, list) else []
        for (boxes, part), wish in zip(self._wishes, wishes, strict=False):
            day, _, when = wish.partition("/") if isinstance(wish, str) else (wish.get("date"), "", wish.get("part"))
            boxes.set_raw(day)
            part.setCurrentIndex(max(0, part.findData(when)))

    def shown(self) -> str:
        stored = fields.normalise("slots", self.raw())
        days = stored if isinstance(stored, list) else []
        return " · ".join(
            f"{show.day(slot.partition('/')[0])} {say(self.language, 'slot.' + slot.partition('/')[2])}" for slot in days
        )

    def inputs(self) -> list[QWidget]:
        return [widget for boxes, part in self._wishes for widget in (*boxes.edits.values(), part)]
