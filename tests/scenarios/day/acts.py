"""What is done at the counter in a day: each act is a generator over `tests.scenarios.day.hands`, asked for by its
name.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtWidgets import QApplication

from kiosk.printing.printer_choice import parse_choice
from protocol.errors import KioskError
from tests.harness.every_page import make_pages
from tests.scenarios.day.hands import Hands, Key
from tests.scenarios.day.loop import Act, resident_kib
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.push_button import GAP_MS


class Acts(Hands):
    """Every method that has no underscore may be asked for by its name."""

    # ---- first trust, people, the day

    def enrol(self, url: str, slot: str, code: str) -> Act:
        """Returns the six digits that the centre compares."""
        yield from self.page("pageEnrol")
        for name, text in (("url", url), ("slot", slot), ("code", code)):
            yield from self.into(self.at.fields[name], text)
        shown = self.window.session.enrolment.page.shown
        yield from self.press(Key.Key_F10)
        yield lambda: bool(shown.text())
        yield from self.press(Key.Key_F10)  # it is this shop
        yield lambda: any(c.isdigit() for c in shown.text())
        return "".join(c for c in shown.text() if c.isdigit())

    def seats(self, count: int) -> Act:
        """Wait at the sign-in until the centre has sent this many people."""
        yield from self.page("pageSignIn")
        yield lambda: len(self.window.session.sign_in._people) >= count

    def _choose(self, operator: str) -> Act:
        yield from self.page("pageSignIn")
        people = self.window.session.sign_in
        yield lambda: people._ready and any(seat.operator.id == operator for seat in people._people)
        people.names.setCurrentRow([seat.operator.id for seat in people._people].index(operator))
        yield None

    def activate(self, operator: str, code: str, pin: str) -> Act:
        yield from self._choose(operator)
        yield from self.press(Key.Key_F10)
        yield from self.page("pageActivate")
        for edit, text in ((self.at.code, code), (self.at.pin, pin), (self.at.again, pin)):
            yield from self.into(edit, text)
        yield from self.press(Key.Key_F10)
        yield from self.page("pageOpenDay", "pageCatalogue")

    def sign_in(self, operator: str, pin: str) -> Act:
        yield from self._choose(operator)
        yield from self.into(self.at.pin, pin)
        yield from self.press(Key.Key_F10)
        yield from self.page("pageOpenDay", "pageCatalogue")

    def open_day(self, pounds: str) -> Act:
        yield from self.page("pageOpenDay")
        yield from self.type(pounds)
        yield from self.press(Key.Key_F10)
        yield from self.page("pageCatalogue")

    def leave_seat(self) -> Act:
        """Alt+F12, and again, well after what would be its echo: free for somebody else.

        What the page says meanwhile, of a paper for one, takes the question back: it is asked anew.
        """
        for _ in range(4):
            yield from self.press(Key.Key_F12, alt=True)
            asked = QElapsedTimer()
            asked.start()
            yield partial(asked.hasExpired, 2 * GAP_MS)
            if self.at.objectName() == "pageSignIn":
                return
        yield from self.page("pageSignIn")

    def lock_and_unlock(self, pin: str) -> Act:
        """Away for a moment, whatever is on the screen."""
        before = self.at.objectName()
        yield from self.press(Key.Key_F12)
        yield from self.page("pageLock")
        yield from self.type(pin)
        yield from self.press(Key.Key_F10)
        yield from self.page(before)

    # ---- a citizen

    def serve(self, number: str, values: dict[str, Any], pounds: str, away: str = "") -> Act:
        """From the home screen to the receipt; `pounds` as `Visitor` has them, `away` a PIN to be locked by."""
        yield from self.home()
        yield from self.pick(number)
        yield from self.fill(values)
        if away:
            yield from self.lock_and_unlock(away)
        yield from self.to_review()
        return (yield from self.pay(pounds))

    def home(self) -> Act:
        if self.at.objectName() != "pageCatalogue":
            yield from self.press(Key.Key_F3)
        yield from self.page("pageCatalogue")

    def pick(self, number: str) -> Act:
        home = self.at
        yield from self.type(number)
        yield lambda: home.data is not None and [offer.service.number for offer in home.data.found.offers] == [number]
        yield from self.press(Key.Key_Return)
        yield from self.page("pageForm")

    def fill(self, values: dict[str, Any]) -> Act:
        """Lines are typed; what is chosen from a list, and dates, are set as a click or an arrow sets them."""
        form = self.at
        for name, value in values.items():
            field = form._fields[name]
            edits = field.inputs()
            if len(edits) == 1 and isinstance(edits[0], LineEdit):
                yield from self.into(edits[0], str(value))
            else:
                field.set_raw(value)
                yield None

    def to_review(self) -> Act:
        yield from self.page("pageForm")
        form = self.at
        if form.consent is not None and not form.consent.isChecked():
            yield from self.push(form.consent)  # after a power cut the citizen is asked again
        yield from self.press(Key.Key_F10)
        yield lambda: self.at is not form or (form.notice.isVisible() and self.window.veil.isHidden())
        assert self.at is not form, self.said()
        yield from self.page("pageReview")

    def pay(self, pounds: str) -> Act:
        """Returns what the screen said: the sum due, the receipt, and what became of the paper."""
        yield from self.page("pageReview")
        due = self.at.due_pt
        if pounds.startswith("+"):
            pounds = f"{Decimal(due) / 100 + Decimal(pounds)}"
        review = self.at
        if review.same.isVisible():
            yield from self.press(Key.Key_1, alt=True)
        yield from self.type(pounds) if pounds else self.press(Key.Key_F2)
        yield from self.press(Key.Key_F10)
        if review._odd_pt:  # so much change is asked about
            yield lambda: review._odd_since.hasExpired(GAP_MS)
            yield from self.press(Key.Key_F10)
        yield from self.page("pageDone")
        sold = self.at.data
        paper = yield from self.paper()
        return {
            "due_pt": due,
            "receipt": sold.receipt.number,
            "qr": sold.receipt.qr,
            "id": sold.request.id,
            "paper": paper,
        }

    def paper(self) -> Act:
        """What the screen says of the paper, once it says something: printed, uncertain, failed or "stopped"."""
        done = self.at

        def settled() -> bool:
            state = done._state
            return state is not None and (state.paper in ("printed", "uncertain", "failed") or bool(state.trouble))

        yield settled
        return done._state.paper if done._state.paper != "waiting" else "stopped"

    def answer(self, *, came_out: bool) -> Act:
        """The question about the paper just sold, answered; returns what became of it."""
        done = self.at
        yield from self.push(done.yes if came_out else done.no)
        yield lambda: done._state.paper == "printed"
        return done._state.paper

    def begun(self) -> Act:
        """After a crash: go on with the form that was left, or it was saved. Returns what was sold."""
        yield from self.page("pageCatalogue")
        home = self.at
        yield lambda: home.data is not None
        home.calm()
        yield from self.press(Key.Key_F5)
        yield home.notice.isVisible
        shown = home.data
        if not shown.drafts:
            return {
                "due_pt": sum(one.request.total_pt for one in shown.last),
                "receipt": shown.last[0].number,
                "qr": "",
                "id": shown.last[0].request.id,
                "paper": "saved",
            }
        yield from self.press(Key.Key_Return)
        yield from self.press(Key.Key_F10)
        yield from self.page("pageForm")
        yield from self.to_review()
        return (yield from self.pay(""))

    # ---- papers and printers

    def use_printer(self, choices: list[str], place: int) -> Act:
        """The page of printers: looked for (these are found), chosen, and known by its answers."""
        wanted = [parse_choice(text) for text in choices]
        self.screens.printing._find = lambda: wanted
        yield from self.press(Key.Key_9, alt=True)
        yield from self.page("pagePrinting")
        printing = self.at
        yield from self.press(Key.Key_F5)
        yield lambda: printing.found.rowCount() == len(wanted)
        printing.found.setFocus(Qt.FocusReason.TabFocusReason)
        printing.found.setCurrentCell(place, 0)
        yield from self.press(Key.Key_Return)
        yield lambda: printing._choice is not None and printing._choice.address == wanted[place].address
        chosen = printing._choice.text
        yield from self.press(Key.Key_Escape)
        yield from self.page("pageCatalogue")
        return chosen

    def unsure(self) -> Act:
        """The page of papers: which of them nobody knows about. Returns the kind or number of each."""
        yield from self.home()
        yield from self.press(Key.Key_9, alt=True)
        yield from self.page("pagePrinting")
        page = self.at
        yield None
        yield lambda: page._choice is not None
        return [[job.content.number, job.id] for job in page._waiting if job.state.value == "uncertain"]

    def answer_listed(self, job: str, *, came_out: bool) -> Act:
        yield from self.page("pagePrinting")
        page = self.at
        page.table.setCurrentCell([waiting.id for waiting in page._waiting].index(job), 0)
        yield from self.push(page.yes if came_out else page.no)
        yield lambda: all(waiting.id != job or waiting.state.value != "uncertain" for waiting in page._waiting)
        yield from self.press(Key.Key_Escape)
        yield from self.page("pageCatalogue")

    def papers_out(self) -> Act:
        """Wait until no paper waits any more."""
        yield lambda: not self.kiosk.counter.papers.jobs()

    # ---- what is measured, and the end

    def now(self) -> Act:
        """Try the line at once, as F5 on its page does."""
        self.kiosk.at_work.line.now()
        yield None

    def standing(self) -> Act:
        yield None
        tail = self.kiosk._opened.store.journal.tail()
        try:
            papers = len(self.kiosk.counter.papers.jobs())
        except KioskError:
            papers = -1
        return {"seq": tail.chain.seq, "hwm": tail.hwm, "count": tail.count, "sum_pt": tail.sum_pt, "papers": papers}

    def memory(self) -> Act:
        """With every page made: one that is seen for the first time late in the day is no growth."""
        for _ in make_pages(self.window):
            yield None
        yield None
        return resident_kib()

    def leave(self) -> Act:
        yield None
        QApplication.quit()
