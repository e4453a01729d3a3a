"""Something does not work: which kind it is, a few words, and off to the centre with a support file."""

from __future__ import annotations

from PySide6.QtCore import Signal

from kiosk.upkeep.doctor.support_content import KINDS, LONGEST
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Page
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.layouts import beside, stacked
from ui.widgets.push_button import Button


class ReportPage(Page):
    """`sent` and `saved` carry the kind and what was written."""

    private = False
    aside = True
    sent = Signal(str, str)
    saved = Signal(str, str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageReport", language, "problem.title")
        self.first_widget = self.kinds = self.rows("reportKinds", "problem.kind", ("",))
        self.words = LineEdit("reportWords", limit=LONGEST)
        self.send = self.button(Button("sendButton", "primary"), "problem.send", "F10", self._send)
        save = self.button("saveButton", "doctor.save", "Alt+2", self._save)
        kinds, words = self.label(self.kinds, "problem.kind"), self.label(self.words, "problem.words")
        warning = self.paragraph("problem.warning")
        main = stacked(kinds, (self.kinds, 1), words, self.words, warning, gap=8)
        self.body.addLayout(beside((main, 1), stacked(self.send, save, self.back_button(), 1, width=330)), 1)
        self.retold()

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
        self.kinds.fill([(self.say(f"problem.kind.{kind}"),) for kind in KINDS])
