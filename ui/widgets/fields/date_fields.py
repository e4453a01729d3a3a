"""A date in three boxes, and an appointment that is asked for. A date edit loses dates in right-to-left."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from protocol.catalogue import fields
from protocol.override import override
from protocol.texts import Language, say
from ui.widgets import show
from ui.widgets.fields.base_field import Field
from ui.widgets.fields.line_edit import DigitsEdit
from ui.widgets.folded_list import Combo
from ui.widgets.theme import hold

WIDTHS = {"day": 84, "month": 96, "year": 104}


class DateField(Field):
    """Three lines, always day, month, year in reading order."""

    numeric = True

    @override
    def build(self) -> None:
        self.edits: dict[str, DigitsEdit] = {}
        for part, width in WIDTHS.items():
            edit = self.edits[part] = DigitsEdit(f"field_{self.element.field}_{part}")
            edit.setPlaceholderText(say(self.language, f"date.{part}"))
            hold(edit, width=width)
            self.add_line(edit, say(self.language, f"date.{part}"))
        self.row.addStretch(1)
        self.label.setBuddy(self.edits["day"])

    @override
    def raw(self) -> Any:
        return {part: edit.text() for part, edit in self.edits.items()}

    @override
    def set_raw(self, value: Any) -> None:
        """What `raw` gave, or ISO text."""
        if not isinstance(value, dict):
            year, month, day = [*str(value or "").split("-", 2), "", "", ""][:3]
            value = {"day": day, "month": month, "year": year}
        for part, edit in self.edits.items():
            edit.setText(str(value.get(part) or ""))

    @override
    def words(self, _language: Language) -> str:
        value = fields.normalise("date", self.raw())
        return show.day(str(value)) if value else ""

    @override
    def inputs(self) -> list[QWidget]:
        return list(self.edits.values())


class SlotField(DateField):
    """The day that is asked for, and a part of it."""

    wide = True

    @override
    def build(self) -> None:
        super().build()
        self.part = Combo(f"field_{self.element.field}_period")
        self.part.setAccessibleName(f"{self.name}: {say(self.language, 'slot.part')}")
        for code in fields.SLOT_PERIODS:
            self.part.addItem(say(self.language, f"form.slot.{code}"), code)
        self.part.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.row.insertWidget(len(WIDTHS), self.part)

    @override
    def raw(self) -> Any:
        return {"date": super().raw(), "period": self.part.currentData()}

    @override
    def set_raw(self, value: Any) -> None:
        """What `raw` gave, or the stored ``2099-12-31/morning``."""
        if isinstance(value, dict):
            day, period = value.get("date"), value.get("period")
        else:
            day, _, period = str(value or "").partition("/")
        super().set_raw(day)
        self.part.setCurrentIndex(max(0, self.part.findData(period)))

    @override
    def words(self, language: Language) -> str:
        # from the end: what was scanned into a box of the day may hold strokes of its own
        day, _, period = str(fields.normalise("slot", self.raw()) or "").rpartition("/")
        return f"{show.day(day)} {say(language, f'form.slot.{period}')}" if day else ""

    @override
    def inputs(self) -> list[QWidget]:
        return [*super().inputs(), self.part]
