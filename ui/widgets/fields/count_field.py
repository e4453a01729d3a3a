"""How many: a number with less and more beside it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from protocol.catalogue import fields
from protocol.catalogue.services import Form
from protocol.override import override
from protocol.texts import say
from ui.widgets import show
from ui.widgets.fields.base_field import Field
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class CountField(Field):
    @override
    def build(self, form: Form) -> None:
        bounds = form.schema["properties"][self.element.field]
        self._low, self._high = int(bounds.get("minimum", 0)), int(bounds.get("maximum", 999_999))
        self.edit = LineEdit(f"field_{self.element.field}", limit=40)
        hold(self.edit, width=110)
        self.edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        self.label.setBuddy(self.edit)
        self._less = self._step("−", -1, "count.less")
        self.add_line(self.edit)
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
    def set_raw(self, value: Any) -> None:
        self.edit.setText("" if value is None else str(value))

    @override
    def shown(self) -> str:
        return show.number(self.raw()) if self.raw() != "" else ""

    @override
    def inputs(self) -> list[QWidget]:
        return [self.edit]
