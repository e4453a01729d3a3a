"""An amount in pounds: a plain line, because a spin box reads 125.5 as 1255."""

from __future__ import annotations

from PySide6.QtCore import Qt

from protocol.errors import Refused
from protocol.values.money import parse_pt
from ui.widgets.fields.line_edit import LineEdit


class MoneyEdit(LineEdit):
    def __init__(self, name: str, *, big: bool = False) -> None:
        super().__init__(name, limit=40)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers)
        if big:
            self.setProperty("scale", "big")

    def piastres(self) -> int:
        """Raises Refused as `protocol.values.money.parse_pt` does."""
        return parse_pt(self.text())

    def piastres_or_none(self) -> int | None:
        try:
            return self.piastres()
        except Refused:
            return None
