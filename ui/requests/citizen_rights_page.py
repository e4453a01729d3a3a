"""A citizen's copy of what is kept about him, his wish to be erased, and the register of both. A supervisor agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import Person
from ui.approvals.second_person import SecondPerson
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Card
from ui.widgets.fields.choice_field import Combo
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

COLUMNS = ("list.time", "rights.what", "rights.by", "rights.second", "rights.count")


@dataclass(frozen=True, slots=True)
class Kept:
    """Whose data, masked; how many requests; who may agree; the register."""

    citizen: str
    count: int
    people: Sequence[Person]
    acts: Sequence[tuple[int, str, str, str, int]]


class CitizenRightsPage(Page):
    copy_asked = Signal(object, str)
    erasure_asked = Signal(object)
    looked_again = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageRights", language, "rights.title")
        self._kept: Kept | None = None
        self.found = Text(role="strong", wrap=True)
        self.second = SecondPerson(language, waits=False, centre=True)
        self.disk = Combo("diskList")
        self.word(self.disk.setAccessibleName, "rights.disk")
        self.no_disk = Text(role="hint", wrap=True)
        self.word(self.no_disk.setText, "rights.disk.none")
        self.register = Rows(len(COLUMNS), "rightsRegister")
        self.word(self.register.setAccessibleName, "rights.register")
        left, right = Card(), Card()
        hold(right, width=420)
        heading = Text(role="h2")
        heading.setBuddy(self.register)
        self.word(heading.setText, "rights.register")
        left.column.addWidget(heading)
        left.column.addWidget(self.register, 1)
        self._acts(right.column)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(left, 1)
        row.addWidget(right)
        self.body.addLayout(row, 1)

    def _acts(self, column: QVBoxLayout) -> None:
        self.copy, self.erasure, back = Button("copyButton"), Button("erasureButton"), Button("backButton")
        self.word(self.copy.word, "rights.copy", "Alt+1")
        self.word(self.erasure.word, "rights.erasure", "Alt+2")
        self.word(back.word, "key.back", "Esc")
        self.copy.clicked.connect(self.ask_copy)
        self.erasure.clicked.connect(self.ask_erasure)
        back.clicked.connect(self.left)
        for widget in (self.found, self.second, self.disk, self.no_disk, self.copy, self.erasure, back):
            column.addWidget(widget)
        column.addStretch(1)

    def set_kept(self, kept: Kept) -> None:
        self._kept = kept
        self.second.set_people(kept.people)
        self.retold()

    def set_disks(self, disks: Sequence[str]) -> None:
        """What is plugged in, as far as it has been found; the one that was chosen stays so."""
        chosen = self.disk.currentText()
        self.disk.clear()
        self.disk.addItems(list(disks))
        self.disk.setCurrentIndex(max(0, self.disk.findText(chosen)))
        self.retold()

    @override
    def retold(self) -> None:
        self.second.set_language(self.language)
        self.register.head([self.say(key) for key in COLUMNS], 1, figures=(4,))
        kept = self._kept
        if kept is None:
            return
        self.subtitle.show()
        self.subtitle.setText(f"{self.say('list.citizen')}: {kept.citizen}")
        self.found.setText(self.say("rights.found", n=kept.count))
        self.disk.setVisible(self.disk.count() > 0)
        self.no_disk.setVisible(self.disk.count() == 0)
        self.register.fill(
            [
                (show.moment(at), self.say(f"rights.{kind}.done"), by, second or "—", show.number(count))
                for at, kind, by, second, count in kept.acts
            ]
        )

    def ask_copy(self) -> None:
        if self.disk.count():
            self.copy_asked.emit(self.second.agreement(), self.disk.currentText())
        else:
            self.looked_again.emit()

    def ask_erasure(self) -> None:
        self.erasure_asked.emit(self.second.agreement())

    @override
    def first(self) -> QWidget:
        return self.second.names

    @override
    def commands(self) -> list[Action]:
        return [
            Action("Alt+1", "", self.ask_copy),
            Action("Alt+2", "", self.ask_erasure),
            Action("F5", "rights.again", self.looked_again.emit),
            Action("Esc", "key.back", self.left.emit),
        ]
