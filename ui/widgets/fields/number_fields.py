"""Lines that hold a number, an amount or a plate; each shows in the review what will be stored."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import Qt

from protocol.catalogue import fields
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language, say
from protocol.values import mobile, plates
from ui.widgets import show
from ui.widgets.fields.base_field import LineField
from ui.widgets.fields.line_edit import DigitsEdit, MoneyEdit
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class CountField(LineField):
    """How many: a number with less and more beside it."""

    numeric = takes_codes = True
    kind = DigitsEdit
    sizes: ClassVar = {"width": 110}

    @override
    def build(self) -> None:
        bounds = self.form.schema["properties"][self.element.field]
        self._low, self._high = int(bounds.get("minimum", 0)), int(bounds.get("maximum", 999_999))
        self._less = self._step("−", -1, "count.less")
        super().build()
        self._more = self._step("+", 1, "count.more")
        self.row.addStretch(1)

    def _step(self, sign: str, by: int, name: str) -> Button:
        button = Button(f"{name}_{self.element.field}")
        button.setText(sign)
        button.setAccessibleName(f"{self.name}: {say(self.language, name)}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        hold(button, width=56)
        button.clicked.connect(lambda: self._move(by))
        self.row.addWidget(button)
        return button

    def _move(self, by: int) -> None:
        value = self.raw()
        now = value if isinstance(value, int) else self._low - by
        self.edit.setText(str(min(self._high, max(self._low, now + by))))

    @override
    def raw(self) -> Any:
        """An integer where one was typed, else the text as it is."""
        return fields.normalise("count", self.edit.text())

    @override
    def words(self, _language: Language) -> str:
        return show.number(self.raw()) if self.raw() != "" else ""


class CodeField(LineField):
    """Digits or a code, by the name of its kind in the form."""

    takes_codes = True

    @override
    def words(self, _language: Language) -> str:
        return show.number(fields.normalise(self.element.widget, self.raw())) if self.raw() else ""


class DigitsField(CodeField):
    """A line of digits."""

    numeric = True
    kind = DigitsEdit


class MobileEdit(DigitsEdit):
    """Compact while typing, grouped while not: ``010 1234 5678``."""

    @override
    def value(self) -> str:
        return mobile.compact(self.text())

    @override
    def grouped(self) -> str:
        return mobile.grouped(self.value())


class MobileField(LineField):
    """A line for a mobile number."""

    numeric = takes_codes = True
    kind = MobileEdit

    @override
    def words(self, _language: Language) -> str:
        return show.number(mobile.grouped(mobile.compact(self.raw()))) if self.raw() else ""


class PlateField(LineField):
    """A line for a car plate."""

    @override
    def words(self, _language: Language) -> str:
        try:
            return plates.parse(self.raw()).shown
        except Refused:
            return str(self.raw())


class MoneyField(LineField):
    """Typed in pounds; a kept draft holds what was typed, a whole number is piastres already."""

    numeric = True
    kind = MoneyEdit
    sizes: ClassVar = {"most_width": 220}

    @override
    def build(self) -> None:
        super().build()
        self.row.addStretch(1)

    @override
    def set_raw(self, value: Any) -> None:
        pounds = f"{value // 100}.{value % 100:02d}" if isinstance(value, int) else value
        super().set_raw(pounds)

    @override
    def words(self, language: Language) -> str:
        value = fields.normalise("money", self.raw())
        return show.money(language, value) if isinstance(value, int) else str(self.raw())
