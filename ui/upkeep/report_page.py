"""Something does not work: which kind it is, a few words, and off to the centre with a support file."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.upkeep.doctor.support_content import KINDS, LONGEST
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Action, Page
from ui.widgets.answer_rows import Rows
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class ReportPage(Page):
    """`sent` and `saved` carry the kind and what was written."""

    private = False
    aside = True
    sent = Signal(str, str)
    saved = Signal(str, str)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageReport", language, "problem.title")
        self.kinds, self.words = Rows(1, "reportKinds"), LineEdit("reportWords", limit=LONGEST)
        self.kinds.horizontalHeader().hide()
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(self._main(), 1)
        row.addLayout(self._side())
        self.body.addLayout(row, 1)
        self.retold()

    def _main(self) -> QVBoxLayout:
        main, hint = QVBoxLayout(), Text(role="hint", wrap=True)
        main.setSpacing(8)
        self.labelled(main, self.kinds, "problem.kind")
        main.setStretchFactor(self.kinds, 1)
        self.labelled(main, self.words, "problem.words")
        self.word(hint.setText, "problem.warning")
        main.addWidget(hint)
        return main

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(12)
        self.send, save, back = Button("sendButton", "primary"), Button("saveButton"), Button("backButton")
        self.word(self.send.word, "problem.send", "F10")
        self.word(save.word, "doctor.save", "Alt+2")
        self.word(back.word, "key.back", "Esc")
        self.send.clicked.connect(self._send)
        save.clicked.connect(self._save)
        back.clicked.connect(self.left)
        for button in (self.send, save, back):
            hold(button, width=330)
            side.addWidget(button)
        side.addStretch(1)
        return side

    def begin(self) -> None:
        """An empty report."""
        self.words.clear()
        self.kinds.setCurrentCell(0, 0)
        self.calm()

    def _said(self) -> tuple[str, str]:
        return KINDS[max(0, self.kinds.currentRow())], self.words.text()

    def _send(self) -> None:
        self.sent.emit(*self._said())

    def _save(self) -> None:
        self.saved.emit(*self._said())

    @override
    def retold(self) -> None:
        self.kinds.head([""], 0)
        self.kinds.fill([(self.say(f"problem.kind.{kind}"),) for kind in KINDS])

    @override
    def first(self) -> QWidget:
        return self.kinds

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F10", "problem.send", self._send), Action("Alt+2", "doctor.save", self._save),
            Action("Esc", "key.back", self.left.emit),
        ]  # fmt: skip
