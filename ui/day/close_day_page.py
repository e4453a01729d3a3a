"""The page that closes the day: count first, compare after, sign last.

The difference is said in words; nothing is taken off anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.cash.day_close import Comparison
from kiosk.model.day_book import FACES_PT
from kiosk.staff.centre_approvals import NOBODY
from kiosk.staff.sign_in import Seat
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.approvals.second_person import SecondPerson
from ui.day.close_parts import TONES, CountSoFar, Difference, Signatures, Summary, difference_kind
from ui.day.drawer_count import DrawerCount
from ui.shell import Page
from ui.widgets import Card, LineEdit, Text, announce, at_largest, beside, fill, group, reveal, set_tone, show
from ui.widgets.labels import FittedText
from ui.widgets.notes import face_text
from ui.widgets.steps import Steps

State = Literal["counting", "compared", "summary", "closed"]
STATES: Final[tuple[State, ...]] = ("counting", "compared", "summary", "closed")
STEPS: Final = ("close.step.count", "close.step.difference", "close.step.sign")
LEAST_AGREED_PX: Final = 110
"""Of what is agreed to and of its amount, beside each other where the rail is narrow."""


class CloseDayPage(Page):
    """Three steps: what is counted, how it differs and why, and what two people sign. An equal count has no second."""

    counted = Signal(object)
    confirmed = Signal(object, str, object, int)
    """The count, why it differs, who agrees, how often it was counted again."""
    finished = Signal()
    given_up = Signal()
    """Left before anything was closed."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageClose", language, "close.title")
        self._state: State = "counting"
        self._date, self._recounts, self._who = "", 0, Bilingual.same("")
        self._compared: Comparison | None = None
        self.steps = self.follow(Steps(language, STEPS))
        self.head.setStretchFactor(self.subtitle, 0)  # the date beside the title, the steps at the other end
        fill(self.head, 1, self.steps)
        self.counting = self.follow(DrawerCount(language))
        self.counting.changed.connect(self._count_again)
        self.difference, self.summary = self.follow(Difference(language)), self.follow(Summary(language))
        self.signatures = self.follow(Signatures(language))
        self.reason = LineEdit("reasonEdit", limit=200)
        why = (self.label(self.reason, "close.reason"), self.reason, self.paragraph("close.no.deduction"))
        self._why = Card(*why)
        for part in (self.difference, self._why):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.reason.textChanged.connect(lambda _text: self._tell_ready())
        self._make_buttons()
        self.rest("close.rest", "close.rest.more", icon="lock")
        content = (self.counting, 1), self.difference, self._why, self.summary, self.signatures
        self.arrange(*content, context=self._facts(), actions=(self.zeros, self.again, self.copy))
        self.retold()

    def _make_buttons(self) -> None:
        self.zeros = self.button("zerosButton", "close.zeros", "Alt+1", self._none_of_them, icon="check")
        self.again = self.button("countAgainButton", "close.again", "Alt+1", self._back_to_count, icon="edit")
        self.copy = self.button("copyButton", "close.copy", "F9", icon="print")
        self.primary = self.primary_button("close.do.counting", self.submit, saves=True)
        self.back_button()
        self.lead_on(lambda: self._state == "counting" and self.counting.by_notes)
        self.left.connect(self._step_back)

    def _facts(self) -> QWidget:
        self.so_far = self.follow(CountSoFar(self.language))
        self.total = self.so_far.total
        self.second = self.follow(SecondPerson(self.language, waits=True))
        self.second.names.currentIndexChanged.connect(lambda _row: self._show_signers())
        self._agreed, self._agreed_pt = FittedText(role="strong"), FittedText(role="h2", end=True)
        self._agreed.least_px = self._agreed_pt.least_px = LEAST_AGREED_PX
        self._agrees = Card(beside((self._agreed, 1), self._agreed_pt, gap=12), edges=(12, 4, 12, 4))
        self._nobody = Text(wrap=True)
        self._signing = Card(self._agrees, self.second, self._nobody, 1, edges=(20, 11, 20, 11))
        return group(self.so_far, self._signing)

    # ---- data in

    def begin(self, date: str, who: Bilingual, people: Sequence[Seat], *, by_notes: bool, recounts: int) -> None:
        """Nothing counted yet; `who` counts. `recounts`: how often this day was counted again already."""
        self._date, self._who, self._recounts = date, who, recounts
        self._compared = None
        self.counting.set_by_notes(by_notes)
        self.counting.clear()
        self.reason.clear()
        self.second.set_people(people)
        self._go_to("counting")

    @property
    def recounts(self) -> int:
        """How often it was counted again, once whoever leaves now begins anew."""
        return self._recounts + (self._compared is not None)

    def compare(self, compared: Comparison) -> None:
        """On to why it differs; where it does not, to the signatures."""
        self._compared = compared
        self.difference.set_data(compared)
        self.summary.set_data(compared.book)
        self._go_to("compared" if compared.needs_reason else "summary")

    def done(self) -> None:
        """The day is closed and its statement on the way."""
        self.calm()
        self._go_to("closed")

    def _go_to(self, state: State) -> None:
        self._state, self.armed = state, True
        self.retold()
        if self.isVisible():  # another step is no other page
            announce(self, self.spoken())

    @override
    def spoken(self) -> str:
        """With the step, and the difference once it is known."""
        found = self.difference.spoken() if self._compared is not None else ""
        return " — ".join(filter(None, (super().spoken(), self.steps.accessibleName(), found)))

    def _count_again(self) -> None:
        """Counting on after the comparison is counting again, and the close says so."""
        if self._compared is not None:
            self._compared, self._recounts = None, self._recounts + 1
        self.calm()
        self.retold()

    @override
    def retold(self) -> None:
        self.subtitle.setText(show.business_day(self.language, self._date))
        self.title.setText(self.say("close.closed" if self._state == "closed" else "close.title"))
        self.steps.go_to(STATES.index(self._state))
        counting, signing = self._state == "counting", self._state in ("summary", "closed")
        self.counting.setVisible(counting)
        self.difference.setVisible(not counting)
        compared = self._state == "compared"
        self.so_far.setVisible(counting or (compared and self.counting.by_notes))
        self._signing.setVisible(signing)
        self._why.setVisible(compared)
        self.summary.setVisible(signing or (compared and not at_largest()))  # beside what it explains
        self.signatures.setVisible(signing)
        self._show_count(counting=counting)
        self.again.setVisible(self._state in ("compared", "summary"))
        self.copy.setVisible(self._state == "closed")
        stale = self.forced and self._state == "closed"
        self.reword(self.primary, "close.do.stale" if stale else f"close.do.{self._state}")
        self._tell_ready()
        self._show_agreement()
        self._show_signers()

    def _tell_ready(self) -> None:
        """Nothing is compared before all of it is counted, no difference left without a word on it."""
        uncounted = self._state == "counting" and self.counting.empty()
        unsaid = self._state == "compared" and not self.reason.text().strip()
        why = "close.first.count" if uncounted else "close.first.reason" if unsaid else ""
        self.primary.wait_for(why and self.say(why))

    def _show_count(self, *, counting: bool) -> None:
        empty, faces = len(self.counting.empty()), len(FACES_PT)
        self.so_far.tell(self.counting.count_or_none(), empty, faces, over=not counting)
        self.zeros.setVisible(counting and bool(empty))
        self.zeros.word(self.say("close.zeros.all" if empty == faces else "close.zeros"), "Alt+1")

    def _show_agreement(self) -> None:
        """What somebody agrees to, before the PIN is typed."""
        compared = self._compared
        wanted = compared is not None and compared.needs_approver and self._state == "summary"
        reveal(wanted, self._agrees, self.second)
        self._nobody.setVisible(not wanted)
        self._nobody.setText(self.say("close.after" if self._state == "closed" else "close.alone"))
        if compared is not None:
            found = difference_kind(compared.difference_pt)
            set_tone(self._agrees, TONES[found])
            self._agreed.setText(self.say(f"close.agree.{found}"))
            self._agreed_pt.setText(show.money(self.language, compared.difference_pt))

    def _show_signers(self) -> None:
        compared = self._compared
        needed = compared is not None and compared.needs_approver
        self.signatures.tell(self.reason.text(), self.of(self._who), self.second.chosen() if needed else None)

    # ---- meaning out

    def _none_of_them(self) -> None:
        """What is empty is none: so the count is whole, and goes on as with F10."""
        self.counting.fill_empty()
        self.submit()

    def submit(self) -> None:
        if not self.armed:
            return
        if self._state == "counting":
            self._submit_count()
        elif self._state == "compared":
            self._submit_reason()
        elif self._state == "summary":
            self._sign()
        else:
            self.finished.emit()

    def _submit_count(self) -> None:
        empty = self.counting.empty()
        try:
            count = self.counting.count()
        except Refused as error:
            self.fail(error, self.counting.first())
            return
        if empty:
            self._ask_empty(empty)
            return
        self.armed = False
        self.counted.emit(count)

    def _ask_empty(self, empty: Sequence[int]) -> None:
        """What nobody has typed anything for is not known to be none."""
        what = "close.empty.all" if len(empty) == len(FACES_PT) else "close.empty"
        self.show_notice("wait", what, f"{what}.do", faces=self.say("close.and").join(map(face_text, empty)))
        self.counting.first().setFocus()

    def _submit_reason(self) -> None:
        if not self.reason.text().strip():
            self.fail(Refused("reason_needed"), self.reason)
            return
        self.calm()
        self._go_to("summary")
        self.first().setFocus()

    def _sign(self) -> None:
        assert self._compared is not None  # noqa: S101 - compared before it is signed
        self.armed = False
        approver = self.second.approver() if self._compared.needs_approver else NOBODY
        self.confirmed.emit(self._compared.count, self.reason.text(), approver, self._recounts)

    def _back_to_count(self) -> None:
        self.calm()
        self._go_to("counting")
        self.first().setFocus()

    def _step_back(self) -> None:
        """A step at a time: what was typed stays."""
        if self._state == "counting":
            self.given_up.emit()
        elif self._state == "closed":
            self.finished.emit()
        elif self._state == "summary" and self._compared is not None and self._compared.needs_reason:
            self._go_to("compared")
            self.reason.setFocus()
        else:
            self._back_to_count()

    @override
    def first(self) -> QWidget:
        if self._state == "counting":
            return self.counting.first()
        if self._state == "compared":
            return self.reason
        asks = self._compared is not None and self._compared.needs_approver and self._state == "summary"
        return (self.second.pin if self.second.chosen() else self.second.names) if asks else self.primary
