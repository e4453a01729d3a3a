"""One of several: up to four as radio buttons, more as a list that the mouse wheel does not turn."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from protocol.catalogue.services import GOVERNORATES
from protocol.override import override
from protocol.texts import Language
from ui.widgets.even_row import EvenRow
from ui.widgets.fields.base_field import Field
from ui.widgets.folded_list import Combo
from ui.widgets.labels import restyle
from ui.widgets.layouts import fill

FEW: Final = 4
LINE_PX: Final = 540
HALF_PX: Final = 390
"""Of a form's line on the narrowest screen, and of half of one on the others."""


class ChoiceField(Field):
    """One of several choices. Its value is the stored code, never the label."""

    @override
    def build(self) -> None:
        self._choices = self.form.choices.get(self.element.choices or GOVERNORATES, {})
        self._labels = {code: words[self.language] for code, words in self._choices.items()}
        self._radios: dict[str, QRadioButton] = {}
        self._combo: Combo | None = None
        if len(self._labels) <= FEW:
            self._build_radios()
        else:
            self._build_combo()

    def _build_radios(self) -> None:
        group = QButtonGroup(self)
        for code, label in self._labels.items():
            radio = QRadioButton(label)
            radio.setObjectName(f"field_{self.element.field}_{code}")
            radio.setAccessibleName(f"{self.name}: {label}")
            radio.toggled.connect(lambda on: self.changed.emit() if on else None)
            group.addButton(radio)
            self._radios[code] = radio
        self._lay_radios(list(self._radios.values()))

    def _lay_radios(self, radios: list[QRadioButton]) -> None:
        """Side by side, or in more lines where one cannot hold them: long labels were cut off at its end."""
        for radio in radios:
            radio.ensurePolished()
        across = sum(radio.sizeHint().width() + self.row.spacing() for radio in radios)
        self.wide = across > HALF_PX
        if across <= LINE_PX:
            fill(self.row, *radios, 1)
        else:
            self.row.addWidget(EvenRow(*radios), 1)

    def _build_combo(self) -> None:
        self._combo = Combo(f"field_{self.element.field}")
        self._combo.setAccessibleName(self.name)
        self._combo.setMaxVisibleItems(12)
        self._combo.addItem("", "")
        for code, label in self._labels.items():
            self._combo.addItem(label, code)
        self._combo.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.label.setBuddy(self._combo)
        self.row.addWidget(self._combo)

    @override
    def raw(self) -> Any:
        if self._combo is not None:
            return self._combo.currentData()
        return next((code for code, radio in self._radios.items() if radio.isChecked()), "")

    @override
    def set_raw(self, value: Any) -> None:
        code = str(value or "")
        if self._combo is not None:
            self._combo.setCurrentIndex(max(0, self._combo.findData(code)))
        elif code in self._radios:
            self._radios[code].setChecked(True)

    @override
    def words(self, language: Language) -> str:
        chosen = self._choices.get(self.raw())
        return "" if chosen is None else chosen[language]

    @override
    def show_state(self, state: str) -> None:
        if self._combo is not None:
            restyle(self._combo, "state", state)

    @override
    def entry(self) -> QWidget:
        return self._radios.get(self.raw()) or self.inputs()[0]

    @override
    def inputs(self) -> list[QWidget]:
        return [self._combo] if self._combo is not None else list(self._radios.values())
