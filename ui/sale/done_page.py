"""The page after a sale: the change first, then the paper, then the next citizen.

Saved, printed, sent: three facts, each in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from kiosk.model.citizen_receipt import Receipt, ReceiptService
from kiosk.selling.sale_recorder import RecordedSale
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.sale.done_parts import ChangeBanner, Milestone, PaperQuestion
from ui.sale.paper_card import PaperCard
from ui.shell import DataPage
from ui.widgets import GAP_MS, Card, FittedText, Space, Text, beside, group, reveal, show

MOST_CODES = 6
UNCERTAIN = "uncertain"
REMEDIES: Final = {"paper_out": "done.retry.paper", "cover_open": "done.retry.cover"}
"""What to do where the printer says what it lacks."""


@dataclass(frozen=True, slots=True)
class State:
    """What still changes. `paper` is a `kiosk.model.service_request.PrintState`, `trouble` why the printer waits."""

    paper: str
    trouble: KioskError | None = None
    sent: bool = False
    online: bool = False
    practice: bool = False

    @property
    def fails(self) -> bool:
        """Whether no paper comes until somebody has done something."""
        return self.paper == "failed" or (self.paper == "waiting" and self.trouble is not None)

    @property
    def retries(self) -> bool:
        """Whether to print again comes next; where no printer was ever chosen it would help nobody."""
        return self.fails and (self.trouble is None or self.trouble.values.get("reason") != "none")


class DonePage(DataPage[RecordedSale]):
    """What to give back, and whether it is saved, printed and sent. `again_asked`: the same for the next citizen."""

    again_asked = Signal()
    earlier = False

    def __init__(self, language: Language) -> None:
        super().__init__("pageDone", language)
        self._state, self._said = State("waiting"), ("", "", "")
        self._reading = QTimer(self, singleShot=True, interval=GAP_MS)
        # Did the paper come out? Only a person can say.
        self.yes = self.button("paperYesButton", "print.yes", "Alt+1")
        self.no = self.button("paperNoButton", "print.no", "Alt+2")
        self.banner = self.follow(ChangeBanner(language))
        self.question = self.follow(PaperQuestion(language, self.yes, self.no))
        self.paper_card = self.follow(PaperCard(language))
        self.paper = self.button("printButton", "print.again", "F9", icon="print")
        self.command("F9", "", self.paper.click, lambda: self._state.retries)  # it is the primary then
        self.next = self.button("nextButton", "done.again", "Alt+3", self._leave, icon="person")
        self.first_widget = self.again = self.primary_button("done.again", self._go_on)
        self.back_button("done.home")
        self.served, self.citizen = FittedText(role="strong"), self.fact("list.citizen")
        self.context = Card(self.served, self.citizen, 1)
        content, first = beside((self._facts(), 1), self.paper_card, gap=16), group(self.banner, self.question, gap=12)
        self.arrange(content, 1, context=self.context, actions=(self.paper, self.next), above=first)

    def _facts(self) -> Card:
        self.saved, self.printed, self.sent = Milestone("savedState"), Milestone("printedState"), Milestone("sentState")
        self.code = Text(role="hint", wrap=True)
        facts = group(self.saved, self.printed, self.sent, gap=24)
        return Card(self.caption("done.state"), Space(8), facts, 1, self.code)

    # ---- data in

    @override
    def set_data(self, data: RecordedSale, *, earlier: bool = False) -> None:
        """`earlier`: its paper is still to be answered for; its change was given long ago."""
        self.earlier = earlier
        self._state, self._said = State("waiting"), ("", "", "")
        self._reading.start()
        super().set_data(data)

    def set_state(self, state: State) -> None:
        asked = self._state.paper == UNCERTAIN
        if state != self._state:
            self._state = state
            self.retold()
        self._say_what_is_next(state)
        if state.paper == UNCERTAIN and not asked:
            self.question.setFocus()
        elif asked and state.paper != UNCERTAIN:
            self.again.setFocus()

    @override
    def show_data(self, data: RecordedSale) -> None:
        receipt, state = data.receipt, self._state
        asks = state.paper == UNCERTAIN
        self.banner.set_receipt(receipt, self._what(receipt), settled=self.earlier, short=asks, fails=state.fails)
        self.question.setVisible(asks)
        reveal(not asks, self.context, self.paper_card)
        coming = state.paper in ("waiting", "sending") and not state.fails  # by itself: nobody has to press for it
        reveal(not (asks or coming or state.retries), self.paper)
        self.paper_card.set_data(receipt)
        self.served.setText(self.say("list.comma").join(map(self._name, receipt.served[:MOST_CODES])))
        self.citizen.value.setText(show.short_name(receipt.name))
        on_paper = coming or state.paper == "printed"
        self.code.tell("" if self.is_narrow and on_paper else self._codes(receipt))
        again = "done.again.visit" if len(receipt.served) > 1 else "done.again"
        self.next.setVisible(state.retries)
        self.reword(self.next, again)
        self.reword(self.paper, "print.again" if state.paper in ("waiting", "failed") else "print.copy")
        self.reword(self.again, "print.again" if state.retries else again)
        self.again.wait_for(self.say("done.first") if asks else "")
        saved = "done.practised" if state.practice else "done.saved"
        self.saved.tell("save", "ok", self.say(saved), self.say(f"{saved}.more", at=show.clock(receipt.created_ms)))
        self._show_state(state)

    @override
    def narrowed(self) -> None:
        self.retold()

    def _what(self, receipt: Receipt) -> str:
        count = len(receipt.served)
        if count > 1:
            return self.say("visit.count", n=count, count=show.number(count))
        return self._name(receipt.served[0])

    def _name(self, one: ReceiptService) -> str:
        return self.of(one.service)

    def _codes(self, receipt: Receipt) -> str:
        """Of several requests a code for each; of many those of the first, since all of them are on the paper."""
        served = receipt.served
        if len(served) < 2:
            return ""
        lines = [f"{self._name(one)}: {show.isolate(one.code)}" for one in served[:MOST_CODES]]
        return "\n".join([*lines, *(["…"] if len(served) > MOST_CODES else [])])

    def _show_state(self, state: State) -> None:
        tone = {"printed": "ok", "failed": "act"}.get(state.paper, "act" if state.fails else "wait")
        paper = "failed" if state.fails else state.paper
        if state.paper == UNCERTAIN:
            self.printed.tell("print", "wait", self.say("print.unsure"), self.say("print.unsure.more"))
        else:
            self.printed.tell("print", tone, self.say(f"print.is.{paper}"), self.say(f"print.is.{paper}.more"))
        self.paper_card.ask_photograph(state.fails)
        if state.practice:
            self.sent.tell("offline", "off", self.say("done.unsent.practice"), self.say("done.unsent.practice.more"))
        elif state.sent:
            self.sent.tell("checks", "ok", self.say("done.sent"), self.say("done.sent.more"))
        elif state.online:
            self.sent.tell("up", "wait", self.say("done.unsent"), self.say("done.unsent.online"))
        else:
            self.sent.tell("offline", "off", self.say("done.unsent"), self.say("done.unsent.offline"))

    def _say_what_is_next(self, state: State) -> None:
        """In the slot, once for each turn of it: what fails meanwhile is said there, too."""
        if state.paper == UNCERTAIN:
            tone, what = "wait", "done.first"
        elif state.fails:
            tone, what = "act", "done.retry" if state.retries else "done.photograph"
        else:
            tone, what = ("ok", "done.ready") if state.paper == "printed" else ("info", "done.comes")
        trouble = state.trouble if state.fails else None
        said = (tone, what, str(trouble))

        def words() -> tuple[str, str, str]:
            cause = show.explained(self.language, trouble)[1].rstrip(".") if trouble else self.say(what)
            return tone, cause, self.say(REMEDIES.get(str(trouble and trouble.values.get("reason")), f"{what}.more"))

        if said != self._said:
            self._said = said
            self.show_words(words)

    # ---- meaning out

    def _go_on(self) -> None:
        """Not before the paper is answered for, and not at once: the change is read before the next form covers it."""
        if self._state.paper == UNCERTAIN:
            self.show_notice("wait", "done.first", "done.first.more")
            self.question.setFocus()
        elif self._state.retries and not self._reading.isActive():
            self._reading.start()
            self.paper.click()
        else:
            self._leave()

    def _leave(self) -> None:
        """On to the next citizen."""
        if not self._reading.isActive():
            self.again_asked.emit()

    @override
    def first(self) -> QWidget:
        return self.question if self._state.paper == UNCERTAIN else self.again

    @override
    def spoken(self) -> str:
        """Saved, and what to give back."""
        return f"{self.say('done.saved')} — {self.banner.spoken()}"
