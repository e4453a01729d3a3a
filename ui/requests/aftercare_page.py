"""What became of a request, and what to do now: why it came back and whose turn it is; the acts that are possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kiosk.aftercare.follow_up import TAKERS, WHYS
from protocol.override import override
from protocol.texts import Language
from ui.requests.request_words import History, Listed, citizen, reason
from ui.shell import DataPage
from ui.widgets import Card, Combo, LineEdit, Text, show
from ui.widgets.layouts import Space, fill, reveal

ACTS: Final = ("correct", "told", "arrived", "hand", "escalate", "rights")


@dataclass(frozen=True, slots=True)
class AftercareStanding:
    """A request as this page shows it. `acts` are those of ACTS that are possible now; `who` a key of ``acts.…``."""

    listed: Listed
    who: str
    acts: Sequence[str]
    history: Sequence[History]


class AftercarePage(DataPage[AftercareStanding]):
    """The decision on a request, and what can be done now."""

    asked = Signal(str, str, str)
    """An act, what was chosen for it, and what was typed."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageAftercare", language, "detail.what")
        self.whose = Text(role="strong", wrap=True)
        self.history = self.rows("aftercareHistory", "detail.what")
        self.split(Card(self.whose, (self.history, 1)), self._acts(), width=0)

    def _acts(self) -> Card:
        self.buttons = {
            act: self.button(f"{act}Button", f"detail.{act}", f"Alt+{place}", partial(self.press, act), foot="")
            for place, act in enumerate(ACTS, 1)
        }
        self.taker, self.why = Combo("takerList"), Combo("whyList")
        self.taker_name = LineEdit("takerName")
        self.placeholder(self.taker_name, "detail.taker.name")
        self.taker.currentIndexChanged.connect(lambda _row: self._ask_name())
        before: dict[str, list[QWidget]] = {
            "hand": [self.label(self.taker, "detail.taker"), self.taker, self.taker_name],
            "escalate": [self.label(self.why, "detail.why"), self.why],
        }
        self._parts = {act: [*before.get(act, []), self.buttons[act]] for act in ACTS}
        card = Card(width=420)
        for act in ACTS:
            fill(card.column, *self._parts[act], Space(4))
        fill(card.column, self.back_button(), 1)
        return card

    # ---- data in

    @override
    def set_data(self, data: AftercareStanding) -> None:
        """A request just opened."""
        self.taker_name.clear()
        for combo in (self.taker, self.why):
            combo.setCurrentIndex(0)
        super().set_data(data)

    def update_data(self, data: AftercareStanding) -> None:
        """How it stands meanwhile: who came for it stays as typed until it is used."""
        if "hand" not in data.acts:
            self.taker_name.clear()
        super().set_data(data)

    @override
    def show_data(self, data: AftercareStanding) -> None:
        for combo, values, key in ((self.taker, TAKERS, "detail.taker"), (self.why, WHYS, "detail.why")):
            combo.offer([(value, self.say(f"{key}.{value}")) for value in values])
        of, request = data.listed, data.listed.request
        self.subtitle.setText(f"{self.of(of.service)} — {show.isolate(of.number)} — {citizen(request)}")
        self.whose.tell(self.say(f"acts.{data.who}") if data.who else "")
        self.history.fill([(show.moment(at), self._said(key, values)) for at, key, values in data.history])
        for act, parts in self._parts.items():
            reveal(act in data.acts, *parts)
        self._ask_name()
        if request.outcome is not None and (why := self.of(reason(request))):
            self.notice.tell("act" if data.who else "info", self.say(f"state.{request.outcome.status}"), why)

    def _said(self, key: str, values: dict[str, object]) -> str:
        taker = values.get("taker")
        to = f"{self.say(f'detail.taker.{taker}')} {values['name']}".strip() if taker else ""
        return self.say(key, **values, to=to)

    def _ask_name(self) -> None:
        """The citizen is known; anybody else is named."""
        self.taker_name.setVisible("hand" in self._possible() and self.taker.currentData() != "self")

    # ---- meaning out

    def _possible(self) -> Sequence[str]:
        return () if self.data is None else self.data.acts

    def press(self, act: str) -> None:
        if act not in self._possible():
            return
        chosen = {"hand": self.taker, "escalate": self.why}.get(act)
        typed = self.taker_name.text() if act == "hand" else ""
        self.asked.emit(act, "" if chosen is None else str(chosen.currentData()), typed)

    @override
    def first(self) -> QWidget:
        possible = self._possible()
        inputs: dict[str, QWidget] = {"hand": self.taker, "escalate": self.why}
        return next((inputs.get(act, self.buttons[act]) for act in ACTS[:-1] if act in possible), self.history)
