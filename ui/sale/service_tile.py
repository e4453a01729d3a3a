"""A service in front: its key, its name, its number and its price on one big button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from protocol.values.arabic import isolate
from ui.widgets.labels import Text
from ui.widgets.push_button import Button


class ServiceTile(Button):
    def __init__(self, place: int) -> None:
        super().__init__(f"favourite{place + 1}", "tile")
        self._key = f"Alt+{place + 1}"
        self.setAccessibleName(self._key)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(2)
        self.title = Text(role="strong", wrap=True)
        self.number = Text(role="hint")
        self.price = Text(role="hint", end=True)
        foot = QHBoxLayout()
        foot.addWidget(self.number)
        foot.addWidget(self.price, 1)
        column.addWidget(self.title, 1)
        column.addLayout(foot)
        for label in (self.title, self.number, self.price):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_offer(self, number: str, title: str, price: str, *, usable: bool) -> None:
        self.title.setText(title)
        self.number.setText(isolate(self._key))
        self.price.setText(price)
        self.title.setEnabled(usable)
        self.setAccessibleName(f"{title} {number} — {price}")
