"""Whoever may sit down or agree, and where a PIN is typed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt

from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.translated import Both


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sit down: `note` is the role in words, `fresh` whose first PIN is still to be set."""

    id: str
    name_ar: str
    name_en: str
    role: str
    fresh: bool

    @property
    def name(self) -> Both:
        return self.name_ar, self.name_en


class PinEdit(LineEdit):
    """Hidden digits; `limit` is generous, the domain says how many there must be."""

    def __init__(self, name: str) -> None:
        super().__init__(name, limit=32)
        self.setEchoMode(LineEdit.EchoMode.Password)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhHiddenText)
