"""The page of one request: what is known of it, what happened, and the one act that is due.

What names the citizen shows on a key, logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QBoxLayout

from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import PrintState, Request
from protocol.catalogue.services import PublicService
from protocol.override import override
from protocol.texts import Bilingual, Language
from protocol.values.mobile import grouped
from ui.requests.remedy_card import Remedy, RemedyCard
from ui.requests.request_words import History, history_rows, masked, print_again_word, state_pill
from ui.shell import DataPage
from ui.widgets import Button, Card, Data, FittedText, Item, Part, StatePill, at_largest, beside, show, stacked
from ui.widgets.answer_rows import ROW_PX, Rows
from ui.widgets.bill_card import BillCard

LABEL_PERCENT: Final = 46
"""Of the width of what is known; the answers have the rest."""


@dataclass(frozen=True, slots=True)
class Detail:
    """A request opened, at `now_ms`. Its answers stay masked until asked for.

    `due` is the act that is due, one of `request_acts.DUE`; `reversible` is void, refund or "" where neither may be;
    `remedy` is there where it came back.
    """

    request: Request
    service: PublicService
    receipt: str
    lines: Sequence[ReceiptLine]
    vat_pt: int
    history: Sequence[History]
    due: str
    reversible: str
    now_ms: int
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """The answers in full: (label, answer), each in both languages."""

    answers: Sequence[tuple[Bilingual, Bilingual]] = field(repr=False)


class OneRequestPage(DataPage[Data]):
    """What is known of a request, what happened to it and what it cost: of this till or of another."""

    def parts(self, facts: str, history: str, *beside_facts: Part) -> Item:
        """Two tables of these names side by side; the pill in the title row; citizen and sum for the rail.

        `beside_facts` stand in the heading of the first.
        """
        self.pill = StatePill()
        self.head.insertWidget(1, self.pill)
        self.facts = self.rows(facts, "detail.answers")
        self.facts.lead(LABEL_PERCENT)
        self.history = self.rows(history, "detail.history")
        for table in (self.facts, self.history):
            table.setSelectionMode(Rows.SelectionMode.NoSelection)  # they are only read
        self.citizen, self.mobile = self.fact("list.citizen"), self.fact("detail.mobile")
        self.paid = self.fact("bill.paid", "amount", "label")
        answers = beside((self.label(self.facts, "detail.answers", "h2"), 1), *beside_facts, gap=8)
        left = stacked(answers, (self.facts, 1), 0, gap=8)
        happened = self.label(self.history, "detail.history", "h2")
        happened.setMinimumHeight(ROW_PX if beside_facts else 0)
        self.bill = self.follow(BillCard(self.language))
        self.bill.add_up(False)  # the sum stands in the rail
        right = stacked(happened, (self.history, 1), self.bill, 0, gap=8)
        self._tables = beside((left, 5), (right, 4), gap=16)  # an ID stays on one line at 130 %
        return self._tables

    @override
    def narrowed(self) -> None:
        self.retold()

    def tell_paid(self, total_pt: int, lines: Sequence[ReceiptLine], vat_pt: int = 0, *, short: bool = False) -> None:
        """The sum, and what it is made of, where that is still known; `short`: what happened needs the room.

        On a narrow screen what happened stands under what is known.
        """
        self.paid.value.setText(show.money(self.language, total_pt))
        self.bill.shorten(short or at_largest())
        self.bill.set_lines(lines, total_pt, vat_pt)
        self.bill.setVisible(bool(lines) and not (self.is_narrow or (short and at_largest())))
        self._tables.setDirection(
            QBoxLayout.Direction.TopToBottom if self.is_narrow else QBoxLayout.Direction.LeftToRight
        )


class RequestPage(OneRequestPage[Detail]):
    """A request of this till, and its paper."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageDetail", language)
        self._revealed: Revealed | None = None
        self.reveal = self.button(Button("revealButton", "quiet"), "detail.reveal", "Alt+3")
        tables = self.parts("detailAnswers", "detailHistory", self.reveal)
        self.first_widget = self.facts
        self.remedy = self.follow(RemedyCard(language))
        self.code = FittedText(role="hint")
        self.primary = self.primary_button("print.copy")
        self.reprint = self.button("reprintButton", "print.copy", "F9", icon="print")
        self.aftercare = self.button("aftercareButton", "detail.what", "Alt+2", icon="list")
        self.reverse = self.button(Button("reverseButton", "danger"), "detail.void", "Alt+1", icon="undo")
        self.command("F9", "", self.reprint.click)  # also where the copy is the primary
        self.back_button()
        self.arrange(
            self.remedy, (tables, 1), context=Card(self.citizen, self.mobile, self.paid, self.code, 1),
            actions=(self.reverse, self.aftercare, self.reprint),
        )  # fmt: skip

    @override
    def set_data(self, data: Detail) -> None:
        self._revealed = None
        super().set_data(data)

    @property
    def revealed(self) -> bool:
        return self._revealed is not None

    @property
    def calls(self) -> bool:
        """Whether the citizen is to be told, and the number is not seen yet."""
        data = self.data
        return data is not None and data.due == "told" and bool(data.request.mobile) and not self.revealed

    def set_revealed(self, revealed: Revealed | None) -> None:
        """None: nothing in full stays on a page that is not looked at."""
        self._revealed = revealed
        self.retold()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self.set_revealed(None)
        super().hideEvent(event)

    @override
    def show_data(self, data: Detail) -> None:
        request = data.request
        self.entitle(data.service.title[self.language], self.say("detail.receipt", receipt=show.isolate(data.receipt)))
        self.pill.tell(state_pill(self.language, request))
        self.remedy.tell(data.remedy)
        code = self.say("done.code", code=show.isolate(request.code))
        self.code.tell("" if self.is_narrow and request.paper is PrintState.PRINTED else code)  # the paper has it
        self.citizen.value.setText(show.short_name(request.name) or "—")
        seen = self.revealed and request.mobile
        self.mobile.value.setText(show.number(grouped(request.mobile)) if seen else masked(request.mobile))
        self.tell_paid(request.total_pt, data.lines, data.vat_pt, short=data.remedy is not None)
        paper = self.say(f"papers.is.{request.paper.value}" if request.paper else "print.is.none")
        self.facts.fill([*self._answers(request), (self.say("detail.paper"), paper)])
        self.history.fill(history_rows(self, data.history, data.now_ms))
        self._tell_acts(data)

    def _tell_acts(self, data: Detail) -> None:
        print_word, call = print_again_word(data.request), self.calls
        self.rest("detail.call.first" if call else "", "detail.call.more" if call else "", icon="phone")
        due = "call" if call else data.due
        self.reword(self.primary, print_word if due == "copy" else f"detail.{due}")
        self.reword(self.reprint, print_word)
        self.reveal.word(self.say("detail.hide" if self.revealed else "detail.reveal"), "Alt+3")
        self.reprint.setVisible(data.due != "copy")
        self.reverse.setVisible(bool(data.reversible) and data.due != "refund")
        if data.reversible:
            self.reverse.word(self.say(f"detail.{data.reversible}"), "Alt+1")

    def _answers(self, request: Request) -> list[tuple[str, str]]:
        if self._revealed is not None:
            return [(self.of(label), self.of(answer)) for label, answer in self._revealed.answers]
        return [(self.say(key), answer or "—") for key, answer in self._masked(request)]

    def _masked(self, request: Request) -> list[tuple[str, str]]:
        rows = [("detail.nid", masked(request.national_id))]
        if request.copies:
            rows.append(("detail.copies", show.number(request.copies)))
        if request.elsewhere:  # another till pays it back, or has done so
            till = show.number(request.elsewhere_by)
            rows.append(("detail.elsewhere", self.say(f"detail.elsewhere.{request.elsewhere}", till=till)))
        return rows
