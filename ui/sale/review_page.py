"""The review before the money: check the answers, count the cash, confirm.

The amount begins empty, so that cash is counted, not assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values.money import format_pt
from ui.requests.request_words import Listed
from ui.sale.answer_grid import Answer, AnswerGrid
from ui.sale.cash_card import NOTES_PT, CashCard
from ui.sale.form_sections import STEPS
from ui.sale.same_sale import SameSaleCard
from ui.shell import DataPage
from ui.widgets import GAP_MS, Card, FamilyIcons, KeyCap, Picture, Text, at_largest, beside, reveal, show
from ui.widgets.bill_card import BillCard
from ui.widgets.steps import Steps

ICON_PX = 34
Said = tuple[str, Sequence[Answer]]
"""The service; and field, label and answer of each question."""


@dataclass(frozen=True, slots=True)
class ToPay:
    """What is to be confirmed: the answers, what they cost, and the ways beside cash in which this shop is paid.

    `transferred`: paid already with that receipt, nothing is taken; "" for any other sale. `again`: it replaces a
    request whose fee was another. `sold` is what the same citizen was sold today of the same, and may be this request
    over again. `pictures` are those of the services. `doubt` is why nobody believes the computer's date, which the
    price goes by: no cash is taken then.
    """

    said: Mapping[Language, Said]
    lines: Sequence[Any]
    total_pt: int
    vat_pt: int = 0
    methods: Sequence[str] = ()
    transferred: str = ""
    again: bool = False
    sold: Sequence[Listed] = ()
    now_ms: int = 0
    doubt: KioskError | None = None
    pictures: Sequence[Picture] = ()


class ReviewPage(DataPage[ToPay]):
    """The page where the citizen pays. `confirmed` is emitted once per press, with the piastres taken; then the button
    waits for `rearm`.
    """

    confirmed = Signal(object)
    told_new = Signal()
    """Somebody said that it is another request than those that were sold."""
    earlier_asked = Signal(str)
    """The request of today that is to be looked at instead."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageReview", language, "review.title")
        self._odd_pt, self._odd_since, self._asks, self._again = 0, QElapsedTimer(), False, False
        self._doubt: KioskError | None = None
        self.families, self.heading = FamilyIcons(ICON_PX), Text(role="h2", wrap=True)
        self.answers = AnswerGrid("answersTable")
        self.word(self.answers.setAccessibleName, "review.answers")
        self.bill = self.follow(BillCard(language))
        self.same = self.follow(self._question())
        self.cash = self.follow(CashCard(language))
        self.cash.changed.connect(self._show_payment)
        self.exact = self.button("exactButton", "review.exact", "F2", self.take_exact, icon="coins")
        self.another = self.button("anotherButton", "review.another", "F3", icon="person")
        self.date = self.button("dateButton", "clock.set", "Alt+3", icon="clock")
        for beside_cash in (self.exact, self.another):  # Enter after the amount must lead nowhere
            beside_cash.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.primary = self.primary_button("review.do", self.submit, saves=True)
        self.back_button("review.back")
        self._steps = self.follow(Steps(language, STEPS))
        self._steps.go_to(1)
        self.head.addWidget(self._steps)
        self.rest("review.safe", "review.safe.more", icon="save")
        keys = self.caption("review.edit", "hint"), KeyCap("↑ ↓"), KeyCap("Enter")
        hint = beside(self.families, (self.heading, 1), *keys, gap=8)
        self._said = said = Card(hint, (self.answers, 1), 0)  # what they leave free is below them
        for card in (said, self.bill):
            card.column.setContentsMargins(20, 10, 20, 10)
        self.arrange(self.same, (said, 1), self.bill, context=self.cash, actions=(self.date, self.exact, self.another))

    def _question(self) -> SameSaleCard:
        new = self.button("newRequestButton", "same.new", "Alt+1", self._say_new)
        earlier = self.button("earlierRequestButton", "same.earlier", "Alt+2", self._ask_earlier)
        return SameSaleCard(self.language, new, earlier)

    # ---- data in

    @override
    def set_data(self, data: ToPay) -> None:
        """A new sale: no cash taken yet, and a new citizen pays in cash until somebody says otherwise."""
        self._odd_pt, self._asks, self._again, self._doubt = 0, bool(data.sold), False, data.doubt
        super().set_data(data)
        self.same.set_sold(data.sold, data.now_ms)
        self.bill.set_lines(data.lines, data.total_pt, data.vat_pt)
        self._make_room()
        self.bill.call("bill.paid" if data.transferred else "bill.due")
        self.cash.begin(data.total_pt, data.methods, receipt=data.transferred)
        self.rearm()

    @property
    def paid_before(self) -> bool:
        return self.data is not None and bool(self.data.transferred)

    @property
    def pictures(self) -> Sequence[Picture]:
        return () if self.data is None else self.data.pictures

    @property
    def due_pt(self) -> int:
        return 0 if self.data is None else self.data.total_pt

    def rearm(self) -> None:
        """Nothing was saved; the press may be made again, under the same id."""
        self.armed = True
        self.primary.setEnabled(True)
        self._show_payment()

    @override
    def show_data(self, data: ToPay) -> None:
        self.title.setText(self.say("review.title.transferred" if data.transferred else "review.title"))
        self._steps.setVisible(not data.transferred)
        service, answers = data.said[self.language]
        self.families.tell(data.pictures)
        self.heading.setText(service)
        self.answers.set_answers(answers)
        self._show_payment()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From the cash the arrows lead to the answers, as it says over them."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.answers.setFocus()
        else:
            super().keyPressEvent(event)

    def _show_payment(self) -> None:
        """Whatever of it is typed, counted or chosen."""
        key, amount_pt = "review.do.transferred" if self.paid_before else "review.do.paid", self.due_pt
        reveal(self._doubt is not None, self.date)
        reveal(self.cash.in_cash and self._doubt is None and not (self._again or self._asks), self.exact)
        reveal(not self._again, self.another)
        wants = ""
        if self.cash.in_cash:
            taken = self.cash.taken_or_none()
            key, amount_pt = "review.do.amount" if self.cash.enough() else "review.do", taken or 0
            wants = "" if self.cash.enough() else "review.wants.cash" if taken is None else "review.wants.more"
        self._said.setVisible(not (self._asks and at_largest()))  # what is asked comes first, and needs the room
        if self._asks or self._doubt is not None:
            key, wants = "review.do", "same.first" if self._asks else "review.wants.date"
        elif self._again and not wants:
            key = "review.do.again"
        self.cash.open(self._doubt is None and not self._asks)
        self.primary.wait_for(self.say(wants) if wants else "")
        self.primary.word(self.say(key, amount=show.money(self.language, amount_pt)), "F10")

    def save_again(self) -> None:
        """Nothing was saved, and all of it was received: F10 says so, and the message has the room of what may wait."""
        self._again = True
        self._show_payment()

    def tell_fee(self, said: str = "") -> None:
        """What is to be known of a fee that was paid before and is another now, and what else is `said`."""
        if self.data is not None and self.data.again:
            self.show_words(lambda: ("info", self.say("review.again"), said))
        elif said:
            self.show_words(lambda: ("info", said, ""))
        else:
            self.calm()

    def tell_doubt(self, doubt: KioskError) -> None:
        """The date is not believed, perhaps not any more: what of it, and the key that leads to it."""
        self._doubt = doubt
        self._show_payment()
        self.show_words(lambda: ("wait", show.explained(self.language, doubt)[0], self.say("review.doubt")))
        self.point_at(self.date)

    # ---- the question

    def _make_room(self) -> None:
        """What is asked needs room. The sum stands beside it, where cash alone is taken."""
        self.bill.shorten(self._asks)
        self.bill.add_up(self.data is not None and bool(self.data.transferred or self.data.methods))

    def _say_new(self) -> None:
        self._asks = False
        self.same.set_sold((), 0)
        self._make_room()
        self.tell_fee()
        self._show_payment()
        if self._doubt is not None:
            self.tell_doubt(self._doubt)
        self.first().setFocus()
        self.told_new.emit()

    def _ask_earlier(self) -> None:
        if self.same.newest is not None:
            self.earlier_asked.emit(self.same.newest.request.id)

    def ask_first(self) -> None:
        """Why F10 waits."""
        self.show_notice("wait", "same.first", "same.first.more")
        self.same.setFocus()

    # ---- meaning out

    def take_exact(self) -> None:
        if self.armed:
            self.cash.take(self.due_pt)

    def submit(self) -> None:
        """One press is one record: the second of a double press finds the button disarmed."""
        if not self.armed:
            return
        if self._asks:
            self.ask_first()
            return
        if self._doubt is not None:
            self.tell_doubt(self._doubt)
            return
        try:
            taken = self._taken() if self.cash.in_cash else self._paid()
        except Refused as error:
            self.fail(error, self.cash.tendered if self.cash.in_cash else self.cash.ways.reference)
            return
        self.calm()
        self.armed = False
        self.primary.setEnabled(False)
        self.confirmed.emit(taken)

    def _taken(self) -> int:
        """Raises Refused: what is no amount, too little, or more than a note too many unless it is said again."""
        taken = self.cash.tendered.piastres()
        change = taken - self.due_pt
        if change < 0:
            raise Refused("cash_short", missing=show.number(format_pt(-change)))
        if change >= NOTES_PT[-1] and not self._meant(taken):
            raise Refused("change_odd", change=show.number(format_pt(change)))
        return taken

    def _meant(self, taken: int) -> bool:
        """Whether it was asked about before, and long enough ago: an echo of the first press answers nothing."""
        if taken != self._odd_pt:
            self._odd_pt = taken
            self._odd_since.start()
        return self._odd_since.elapsed() >= GAP_MS

    def _paid(self) -> int:
        """Without cash: exactly what is due, proved by its reference, or paid before. Raises Refused."""
        if not self.paid_before and not self.cash.ways.payment()[1].strip():
            raise Refused("reference_needed")
        return self.due_pt

    @override
    def spoken(self) -> str:
        """With what is due."""
        return f"{super().spoken()} — {self.bill.spoken()}"

    @override
    def first(self) -> QWidget:
        if self._asks:
            return self.same
        if self._doubt is not None:
            return self.date
        return self.primary if self.paid_before else self.cash.tendered
