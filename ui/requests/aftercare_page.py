"""What became of a request, and what to do now: why it came back and whose turn it is; the acts that are possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.aftercare.follow_up import TAKERS, WHYS
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Card
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

ACTS: Final = ("correct", "told", "arrived", "hand", "escalate", "rights")


@dataclass(frozen=True, slots=True)
class AftercareStanding:
    """A request as this page shows it. `acts` are those of ACTS that are possible now; `who` a key of ``acts.…``."""

    receipt: str
    service: tuple[str, str]
    citizen: str
    status: str
    reason: tuple[str, str]
    who: str
    acts: Sequence[str]
    history: Sequence[tuple[int, str, dict[str, object]]]


class AftercarePage(Page):
    asked = Signal(str, str, str)
    """An act, what was chosen for it, and what was typed."""
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageAftercare", language, "detail.what")
        self._standing: AftercareStanding | None = None
        self.whose = Text(role="strong", wrap=True)
        self.history = Rows(2, "aftercareHistory")
        self.history.horizontalHeader().hide()
        self.word(self.history.setAccessibleName, "detail.what")
        main, acts = Card(), Card()
        main.column.addWidget(self.whose)
        main.column.addWidget(self.history, 1)
        hold(acts, width=420)
        self._make_acts(acts.column)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(main, 1)
        row.addWidget(acts)
        self.body.addLayout(row, 1)

    def _make_acts(self, column: QVBoxLayout) -> None:
        self.buttons = {act: Button(f"{act}Button") for act in ACTS}
        self.taker, self.why = Combo("takerList"), Combo("whyList")
        self.taker_name = LineEdit("takerName")
        self.word(self.taker.setAccessibleName, "detail.taker")
        self.word(self.why.setAccessibleName, "detail.why")
        self.word(self.taker_name.setAccessibleName, "detail.taker.name")
        self.word(self.taker_name.setPlaceholderText, "detail.taker.name")
        self._named = {"hand": Text(role="label"), "escalate": Text(role="label")}
        for act, key in (("hand", "detail.taker"), ("escalate", "detail.why")):
            self.word(self._named[act].setText, key)
        self.taker.currentIndexChanged.connect(lambda _row: self._ask_name())
        before: dict[str, list[QWidget]] = {"hand": [self.taker, self.taker_name], "escalate": [self.why]}
        self._parts = {act: [*before.get(act, []), self.buttons[act]] for act in ACTS}
        for place, act in enumerate(ACTS, 1):
            self.word(self.buttons[act].word, f"detail.{act}", f"Alt+{place}")
            self.buttons[act].clicked.connect(lambda _on=False, act=act: self.press(act))
            for widget in (*filter(None, [self._named.get(act)]), *self._parts[act]):
                column.addWidget(widget)
            column.addSpacing(4)
        back = Button("backButton")
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        column.addWidget(back)
        column.addStretch(1)

    # ---- data in

    def set_standing(self, standing: AftercareStanding, *, anew: bool = True) -> None:
        """A request just opened; else how it stands meanwhile: who came for it stays as typed until it is used."""
        self._standing = standing
        if anew or "hand" not in standing.acts:
            self.taker_name.clear()
        if anew:
            self.taker.setCurrentIndex(0)
            self.why.setCurrentIndex(0)
        self.retold()

    @override
    def retold(self) -> None:
        for combo, values, key in ((self.taker, TAKERS, "detail.taker"), (self.why, WHYS, "detail.why")):
            chosen = max(0, combo.currentIndex())
            combo.clear()
            for value in values:
                combo.addItem(self.say(f"{key}.{value}"), value)
            combo.setCurrentIndex(chosen)
        standing = self._standing
        if standing is None:
            return
        place = 0 if self.language == "ar" else 1
        self.subtitle.show()
        self.subtitle.setText(f"{standing.service[place]} — {isolate(standing.receipt)} — {standing.citizen}")
        self.whose.setText(self.say(f"acts.{standing.who}") if standing.who else "")
        self.whose.setVisible(bool(standing.who))
        self.history.head(["", ""], 1)
        self.history.fill([(show.moment(at), self._said(key, values)) for at, key, values in standing.history])
        for act, parts in self._parts.items():
            for widget in (*filter(None, [self._named.get(act)]), *parts):
                widget.setVisible(act in standing.acts)
        self._ask_name()
        if standing.reason[place]:
            self.notice.tell(
                "act" if standing.who else "info", self.say(f"state.{standing.status}"), standing.reason[place]
            )

    def _said(self, key: str, values: dict[str, object]) -> str:
        taker = values.get("taker")
        to = f"{self.say(f'detail.taker.{taker}')} {values['name']}".strip() if taker else ""
        return self.say(key, **values, to=to)

    def _ask_name(self) -> None:
        """The citizen is known; anybody else is named."""
        possible = self._standing is not None and "hand" in self._standing.acts
        self.taker_name.setVisible(possible and self.taker.currentData() != "self")

    # ---- meaning out

    def press(self, act: str) -> None:
        standing = self._standing
        if standing is None or act not in standing.acts:
            return
        chosen = {"hand": self.taker, "escalate": self.why}.get(act)
        typed = self.taker_name.text() if act == "hand" else ""
        self.asked.emit(act, "" if chosen is None else str(chosen.currentData()), typed)

    @override
    def first(self) -> QWidget:
        possible = () if self._standing is None else self._standing.acts
        return next((self._parts[act][0] for act in ACTS[:-1] if act in possible), self.history)

    @override
    def commands(self) -> list[Action]:
        acts = [Action(f"Alt+{place}", "", partial(self.press, act)) for place, act in enumerate(ACTS, 1)]
        return [*acts, Action("Esc", "key.back", self.left.emit)]
