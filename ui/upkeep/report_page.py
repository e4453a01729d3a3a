"""Something does not work: which kind it is, a few words, and off to the centre with a support file."""

from __future__ import annotations

from kiosk.upkeep.doctor.support_content import KINDS, LONGEST
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Page
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.layouts import stacked
from ui.widgets.push_button import Button

Problem = dict[str, str]
"""Its kind, and what was written."""


class ReportPage(Page):
    """What is sent, or saved to be carried, is its `problem`."""

    private = False
    aside = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageReport", language, "problem.title")
        self.first_widget = self.kinds = self.rows("reportKinds", "problem.kind", ("",))
        self.words = LineEdit("reportWords", limit=LONGEST)
        self.send = self.button(Button("sendButton", "primary"), "problem.send", "F10")
        self.save = self.button("saveButton", "doctor.save", "Alt+2")
        kinds, words = self.label(self.kinds, "problem.kind"), self.label(self.words, "problem.words")
        warning = self.paragraph("problem.warning")
        main = stacked(kinds, (self.kinds, 1), words, self.words, warning, gap=8)
        self.split(main, self.send, self.save, self.back_button(), 1)
        self.retold()

    def begin(self) -> None:
        """An empty report."""
        self.words.clear()
        self.kinds.setCurrentCell(0, 0)
        self.calm()

    def problem(self) -> Problem:
        return {"kind": KINDS[max(0, self.kinds.currentRow())], "text": self.words.text()}

    @override
    def retold(self) -> None:
        self.kinds.fill([(self.say(f"problem.kind.{kind}"),) for kind in KINDS])
