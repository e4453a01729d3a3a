"""What is to be done with a request after its sale: whose turn it is, the acts that are possible, what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from kiosk.aftercare.follow_up import TAKERS, WHYS
from protocol.override import override
from protocol.texts import Language
from protocol.values.mobile import grouped
from ui.requests.request_acts import ACTS
from ui.requests.request_words import History, Listed, history_rows, masked, reason, state_pill
from ui.shell import DataPage
from ui.widgets import Card, LineEdit, StatePill, Text, reveal, rule, show
from ui.widgets.answer_rows import Rows
from ui.widgets.folded_list import Combo
from ui.widgets.key_cap import Key


@dataclass(frozen=True, slots=True)
class AftercareStanding:
    """A request as this page shows it, at `now_ms`.

    `acts` are those of ACTS that are possible, `due` the one that is next; `who` is a key of ``acts.…``, "" for nobody.
    """

    listed: Listed
    who: str
    acts: Sequence[str]
    due: str
    history: Sequence[History]
    now_ms: int


class AftercarePage(DataPage[AftercareStanding]):
    """The acts of a request: the marked one by F10, each by its own key."""

    asked = Signal(str, str, str)
    """An act, what was chosen for it, and what was typed."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageAftercare", language, "detail.what")
        self._seen = False
        self.pill = StatePill()
        self.head.insertWidget(1, self.pill)
        self.whose, self.reason = Text(role="h2", wrap=True), Text(role="error", wrap=True)
        self.first_widget = self.acts = self.rows("aftercareActs", "detail.acts", ("", ""), 0)
        self.acts.currentCellChanged.connect(lambda *_: self._tell_act())
        self.acts.opened.connect(self.press)
        self.history = self.rows("aftercareHistory", "detail.history")
        self.history.setSelectionMode(Rows.SelectionMode.NoSelection)  # it is only read
        for place, act in enumerate(ACTS, 1):
            self.command(f"Alt+{place}", "", partial(self.press, act), partial(self._may, act))
        self.primary = self.primary_button("detail.correct", self.acts.open)
        self.back_button()
        self.arrange(
            self.whose, self.reason, (self.acts, 3), self.label(self.history, "detail.history", "h2"),
            (self.history, 2), context=self._more(),
        )  # fmt: skip

    def _more(self) -> Card:
        """What the marked act still wants to know."""
        self.taker, self.why = Combo("takerList"), Combo("whyList")
        self.taker_name = LineEdit("takerName")
        self.placeholder(self.taker_name, "detail.taker.name")
        self.taker.currentIndexChanged.connect(lambda _row: self._ask_name())
        self.what, self.effect = Text(role="h2", wrap=True), Text(role="hint", wrap=True)
        self._parts: dict[str, list[QWidget]] = {
            "hand": [self.label(self.taker, "detail.taker"), self.taker, self.taker_name],
            "escalate": [self.label(self.why, "detail.why"), self.why],
        }
        self.citizen, self.mobile = self.fact("list.citizen"), self.fact("detail.mobile")
        whose = self.citizen, self.mobile, rule()
        return Card(*whose, self.what, self.effect, *self._parts["hand"], *self._parts["escalate"], 1)

    # ---- data in

    @override
    def set_data(self, data: AftercareStanding) -> None:
        """A request just opened: the act that is due is marked."""
        self.taker_name.clear()
        for combo in (self.taker, self.why):
            combo.setCurrentIndex(0)
        self.acts.begin()
        super().set_data(data)
        if data.due in data.acts:
            self.acts.setCurrentCell(list(data.acts).index(data.due), 0)

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
        self.subtitle.setText(self.say("detail.receipt", receipt=show.isolate(of.number)))
        self.pill.tell(state_pill(self.language, request))
        self.citizen.value.setText(show.short_name(request.name) or "—")
        self.mobile.value.setText(show.number(grouped(request.mobile)) if self._seen else masked(request.mobile))
        self.whose.tell(self.say(f"acts.{data.who}") if data.who else "")
        self.reason.tell(self.of(reason(request)) if data.who else "")
        rows = [(self.say(f"detail.{act}"), Key(f"Alt+{ACTS.index(act) + 1}")) for act in data.acts]
        self.acts.fill(rows, data.acts, data.acts)
        self.history.fill(history_rows(self, data.history, data.now_ms))
        self._tell_act()

    def _tell_act(self) -> None:
        """What F10 does now, and what it still wants to know."""
        act: str | None = self.acts.chosen()
        self.primary.wait_for(missing=act is None)
        self.reword(self.primary, "detail.call" if self._calls(act) else f"detail.{act or 'nothing'}")
        self.what.tell(self.say(f"detail.{act}") if act else "")
        self.effect.setText(self.say(f"detail.{act or 'nothing'}.more"))
        for name, parts in self._parts.items():
            reveal(act == name, *parts)
        self._ask_name()

    def _ask_name(self) -> None:
        """The citizen is known; anybody else is named."""
        self.taker_name.setVisible(self.acts.chosen() == "hand" and self.taker.currentData() != "self")

    def _calls(self, act: str | None) -> bool:
        """Whether the citizen is to be called for this, and the number is not seen yet."""
        return act == "told" and self.data is not None and bool(self.data.listed.request.mobile) and not self._seen

    def show_number(self, *, seen: bool) -> None:
        """In full while it is called; not on a page that is not looked at."""
        self._seen = seen
        self.retold()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        if self._seen:
            self.show_number(seen=False)
        super().hideEvent(event)

    # ---- meaning out

    def _may(self, act: str) -> bool:
        return self.data is not None and act in self.data.acts

    def press(self, act: str) -> None:
        """Do it; what wants to know more is marked first, and asks."""
        if self.data is None or not self._may(act):
            return
        if self._calls(act):
            self.asked.emit("call", "", "")
            return
        asks, marked = {"hand": self.taker, "escalate": self.why}.get(act), self.acts.chosen() == act
        self.acts.setCurrentCell(list(self.data.acts).index(act), 0)
        if asks is not None and not marked:
            asks.setFocus()
            return
        typed = self.taker_name.text() if act == "hand" else ""
        self.asked.emit(act, "" if asks is None else str(asks.currentData()), typed)
