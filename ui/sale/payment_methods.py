"""How the citizen pays: in cash, or by card or wallet with the reference of that payment; nothing comes back then."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.layouts import fill_edge_to_edge
from ui.widgets.translated import Translated

CASH = "cash"


class PaymentMethods(Translated, QWidget):
    """Not there at all in a shop that takes cash alone."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setProperty("ground", "none")
        self._methods: Sequence[str] = ()
        self.names, self.reference = Combo("wayCombo"), LineEdit("wayReference", limit=200)
        self.names.currentIndexChanged.connect(lambda _row: self._turn())
        self._reference = self.label(self.reference, "review.reference")
        name = self.label(self.names, "review.way")
        fill_edge_to_edge(self, name, self.names, self._reference, self.reference, gap=4)
        self.retold()
        self.hide()

    def set_methods(self, methods: Sequence[str]) -> None:
        """A new citizen: cash until somebody says otherwise."""
        self._methods = methods
        self.reference.clear()
        self.names.setCurrentIndex(0)
        self.retold()
        self.setVisible(bool(methods))

    @override
    def retold(self) -> None:
        self.names.offer([(method, self.say(f"way.{method}")) for method in (CASH, *self._methods)])
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
