"""How the citizen pays: in cash, or by card or wallet with the reference of that payment; nothing comes back then."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from protocol.texts import Language, say
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text

CASH = "cash"


class PaymentMethods(QWidget):
    """Not there at all in a shop that takes cash alone."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._methods: Sequence[str] = ()
        self.names, self.reference = Combo("wayCombo"), LineEdit("wayReference", limit=200)
        self._name, self._reference = Text(role="label"), Text(role="label")
        self._name.setBuddy(self.names)
        self._reference.setBuddy(self.reference)
        self.names.currentIndexChanged.connect(lambda _row: self._turn())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self._name, self.names, self._reference, self.reference):
            column.addWidget(widget)
        self.set_language(language)
        self.hide()

    def set_methods(self, methods: Sequence[str]) -> None:
        """A new citizen: cash until somebody says otherwise."""
        self._methods = methods
        self.reference.clear()
        self.names.setCurrentIndex(0)
        self.set_language(self._language)
        self.setVisible(bool(methods))

    def set_language(self, language: Language) -> None:
        self._language = language
        chosen = max(0, self.names.currentIndex())
        self.names.blockSignals(True)  # the same way is chosen before and after
        self.names.clear()
        for method in (CASH, *self._methods):
            self.names.addItem(say(language, f"way.{method}"), method)
        self.names.setCurrentIndex(min(chosen, self.names.count() - 1))
        self.names.blockSignals(False)
        for label, edit, key in (
            (self._name, self.names, "review.way"), (self._reference, self.reference, "review.reference"),
        ):  # fmt: skip
            label.setText(say(language, key))
            edit.setAccessibleName(say(language, key))
        self._turn()

    def _turn(self) -> None:
        for widget in (self._reference, self.reference):
            widget.setVisible(self.method() != CASH)
        self.changed.emit()

    def offered(self) -> bool:
        """Whether there is any way but cash."""
        return bool(self._methods)

    def method(self) -> str:
        return str(self.names.currentData() or CASH)

    def payment(self) -> tuple[str, str]:
        """The way, and the reference of what is not cash."""
        method = self.method()
        return method, "" if method == CASH else self.reference.text()
