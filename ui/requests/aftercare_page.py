"""What became of a request, and what to do now: why it came back and whose turn it is; the acts that are possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.aftercare.follow_up import TAKERS, WHYS
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.cards import Card
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.layouts import Space, beside, fill

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
    """The decision on a request, and what can be done now."""

    asked = Signal(str, str, str)
    """An act, what was chosen for it, and what was typed."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageAftercare", language, "detail.what")
        self._standing: AftercareStanding | None = None
        self.whose = Text(role="strong", wrap=True)
        self.history = self.rows("aftercareHistory", "detail.what")
        acts = Card(width=420)
        self._make_acts(acts.column)
        self.body.addLayout(beside((Card(self.whose, (self.history, 1)), 1), acts), 1)

    def _make_acts(self, column: QVBoxLayout) -> None:
        self.buttons = {
            act: self.button(f"{act}Button", f"detail.{act}", f"Alt+{place}", partial(self.press, act), foot="")
            for place, act in enumerate(ACTS, 1)
        }
        self.taker, self.why = Combo("takerList"), Combo("whyList")
        self.taker_name = LineEdit("takerName")
        self.word(self.taker_name.setAccessibleName, "detail.taker.name")
        self.word(self.taker_name.setPlaceholderText, "detail.taker.name")
        self.taker.currentIndexChanged.connect(lambda _row: self._ask_name())
        before: dict[str, list[QWidget]] = {
            "hand": [self.label(self.taker, "detail.taker"), self.taker, self.taker_name],
            "escalate": [self.label(self.why, "detail.why"), self.why],
        }
        self._parts = {act: [*before.get(act, []), self.buttons[act]] for act in ACTS}
        for act in ACTS:
            fill(column, *self._parts[act], Space(4))
        fill(column, self.back_button(), 1)

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
            combo.offer([(value, self.say(f"{key}.{value}")) for value in values])
        standing = self._standing
        if standing is None:
            return
        self.subtitle.setText(f"{self.of(standing.service)} — {isolate(standing.receipt)} — {standing.citizen}")
        self.whose.setText(self.say(f"acts.{standing.who}") if standing.who else "")
        self.whose.setVisible(bool(standing.who))
        self.history.fill([(show.moment(at), self._said(key, values)) for at, key, values in standing.history])
        for act, parts in self._parts.items():
            for widget in parts:
                widget.setVisible(act in standing.acts)
        self._ask_name()
        if reason := self.of(standing.reason):
            self.notice.tell("act" if standing.who else "info", self.say(f"state.{standing.status}"), reason)

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
        inputs: dict[str, QWidget] = {"hand": self.taker, "escalate": self.why}
        return next((inputs.get(act, self.buttons[act]) for act in ACTS[:-1] if act in possible), self.history)
