"""Lines that hold a mobile number, an amount or a plate; each shows in the review what will be stored."""

from __future__ import annotations

from typing import Any

from protocol.catalogue import fields
from protocol.catalogue.services import Form
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values import mobile, plates
from ui.widgets import show
from ui.widgets.fields.base_field import LineField
from ui.widgets.fields.line_edit import MoneyEdit
from ui.widgets.theme import hold


class DigitsField(LineField):
    @override
    def shown(self) -> str:
        return show.number(fields.normalise("digits", self.raw())) if self.raw() else ""


class CodeField(LineField):
    @override
    def shown(self) -> str:
        return show.number(fields.normalise("code", self.raw())) if self.raw() else ""


class MobileField(LineField):
    @override
    def shown(self) -> str:
        return show.number(mobile.grouped(mobile.compact(self.raw()))) if self.raw() else ""


class PlateField(LineField):
    @override
    def shown(self) -> str:
        try:
            return plates.parse(self.raw()).shown
        except Refused:
            return str(self.raw())


class MoneyField(LineField):
    """Typed in pounds; a kept draft holds what was typed, a whole number is piastres already."""

    @override
    def build(self, form: Form) -> None:
        self.edit = MoneyEdit(f"field_{self.element.field}")
        hold(self.edit, most_width=220)
        self.add_line(self.edit)
        self.row.addStretch(1)
        self.label.setBuddy(self.edit)
        del form

    @override
    def set_raw(self, value: Any) -> None:
        pounds = f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value
        super().set_raw(pounds)

    @override
    def shown(self) -> str:
        return self.words(self.language)

    @override
    def words(self, language: Language) -> str:
        value = fields.normalise("money", self.raw())
        return show.money(language, value) if isinstance(value, int) else str(self.raw())
