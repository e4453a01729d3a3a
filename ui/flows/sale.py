"""One request from the home screen to its receipt. Its id is made when the form opens, so one press is one record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.errors import KioskError, Refused
from kiosk.services import PublicService
from kiosk.transaction import Draft, Sale
from ui import show
from ui.flows import drafts
from ui.flows.home import Home
from ui.flows.outcome import OutcomeFlow, Taken
from ui.pages.form import FormPage, key_of
from ui.pages.review import Review
from ui.ports import Counter

if TYPE_CHECKING:
    from ui.window import Window

KEEP_MS = 800


@dataclass
class Work:
    """The request in hand. A new one is made for each citizen: nothing is carried over."""

    draft: Draft
    service: PublicService
    raw: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    due_pt: int | None = None
    bill: Any = None
    overrides: tuple[str, ...] = ()


class SaleFlow(QObject):
    papers_asked = Signal()

    def __init__(self, window: Window, counter: Counter) -> None:
        super().__init__(window)
        self._window = window
        self._counter = counter
        self._work: Work | None = None
        self._asked = 0
        self._home = Home(window, counter, self)
        self.form, self.review = FormPage(window.language), Review(window.language)
        window.add(self.form)
        window.add(self.review)
        self._outcome = OutcomeFlow(window, counter, self)
        self.form.changed.connect(self._typed)
        self.form.submitted.connect(self._submit)
        self.form.left.connect(self._leave)
        self.form.discarded.connect(self._discard)
        self.review.confirmed.connect(self._record)
        self.review.edit_asked.connect(self._edit)
        self.review.left.connect(lambda: window.go(self.form))
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(KEEP_MS)
        self._keep.timeout.connect(self._keep_draft)

    def home(self) -> None:
        self._keep_now()
        self._home.open()

    def forget(self) -> None:
        """Somebody signed out: the draft stays in the store, with its owner."""
        self._keep_now()
        self._work = None
        self._outcome.forget()

    def show_paper(self, request: Any, job: Any) -> None:
        """The request of a paper that is still to be answered for."""
        self._outcome.open(Taken(request, job.receipt, job.id))

    # ---- the form

    def begin(self, service_id: str) -> None:
        """A fresh form."""

        def work() -> tuple[Draft, PublicService]:
            return self._counter.desk.begin(service_id), self._counter.desk.service(service_id)

        self._window.wait("busy.opening")
        self._window.bridge.ask(work, self._begun, self._fail)

    def resume(self, draft_id: str) -> None:
        """A form this operator left half typed, under the id it began with."""

        def work() -> tuple[Draft, PublicService] | None:
            draft = next((one for one in self._counter.desk.drafts() if one.id == draft_id), None)
            return None if draft is None else (draft, self._counter.desk.form(draft))

        self._window.bridge.ask(work, lambda found: self._resumed(found) if found else None, self._fail)

    def _resumed(self, found: tuple[Draft, PublicService]) -> None:
        self._begun(found)
        self._window.bridge.ask(
            lambda: drafts.aged(self._counter, *found), lambda aged: drafts.tell(self.form, aged), self._fail
        )

    def _begun(self, found: tuple[Draft, PublicService]) -> None:
        draft, service = found
        self._work = Work(draft, service, dict(draft.raw))
        self.form.set_form(service, draft.raw)
        self.form.bill.set_unknown()
        self._typed(self.form.raw(), keep=False)
        self._window.go(self.form)

    def _leave(self) -> None:
        self.home()

    def _discard(self) -> None:
        """What was typed goes for good; a keep still on its way is before it in the queue, none comes after."""
        work, self._work = self._work, None
        self._keep.stop()
        if work is not None:
            self._window.bridge.ask(lambda: self._counter.desk.drop(work.draft.id), self._discarded, self._fail)

    def _discarded(self, _none: None) -> None:
        self.home()
        self._home.tell_discarded()

    def _typed(self, raw: dict[str, Any], *, keep: bool = True) -> None:
        """Rules and fee of what has been typed; only the newest answer counts."""
        work = self._work
        if work is None:
            return
        self._asked += 1
        asked = self._asked
        work.raw = raw
        if keep:
            self._keep.start()
        self._window.bridge.ask(
            lambda: self._look(work, raw), lambda seen: self._seen(seen) if asked == self._asked else None, self._fail
        )

    def _look(self, work: Work, raw: dict[str, Any]) -> tuple[list[str], Any]:
        desk = self._counter.desk
        shown = desk.visible(work.service, raw)
        try:
            return shown, desk.quote(work.service, desk.check(work.service, raw).values, work.bill)
        except Refused as why:
            return shown, why

    def _seen(self, seen: tuple[list[str], Any]) -> None:
        shown, fees = seen
        self.form.set_visible(shown)
        if isinstance(fees, Refused):
            key = "form.fee.later" if fees.code in ("fee_field", "fee_bill") else "form.fee.unknown"
            self.form.bill.set_unknown(*show.both(key))
        else:
            self.form.bill.set_lines(fees.lines, fees.total_pt, fees.vat_pt)

    # ---- from the form to the cash

    def _submit(self, raw: dict[str, Any]) -> None:
        work = self._work
        if work is None:
            return
        work.raw = raw
        self._window.wait("busy.checking")
        self._keep_now()
        self._window.bridge.ask(lambda: self._counter.desk.check(work.service, raw), self._checked, self._fail)

    def _checked(self, checked: Any) -> None:
        work = self._work
        if work is None:
            return
        self._window.free()
        self.form.set_faults(checked.faults)
        accepted = self.form.accepted()
        odd = [w for w in checked.warnings if key_of(w) not in accepted]
        if checked.faults:
            return
        if odd:
            self.form.set_warnings(odd)
        elif not self.form.consented():
            self.form.miss_consent()
        else:
            work.overrides = tuple(key.partition(":")[2] for key in accepted)
            work.values = checked.values
            self._guide(work) if work.service.mode == "guidance" else self._price(work)

    def _guide(self, work: Work) -> None:
        """A service that is only explained ends with its sheet: no cash, and nothing is left half done."""

        def give() -> None:
            asked = self._counter.desk.papers(work.service, work.values)
            self._counter.advice.guide(work.service.id, asked)
            self._counter.desk.drop(work.draft.id)

        self._window.wait("busy.saving")
        self._window.bridge.ask(give, self._guided, self._fail)

    def _guided(self, _none: None) -> None:
        self._keep.stop()
        self._work = None
        self._home.open()
        self._home.page.notice.tell("info", self._home.page.say("form.guide.done"))

    def _price(self, work: Work, why: Refused | None = None) -> None:
        """Price it and show the cash step, with the reason why where it was priced before."""
        values = work.values
        needs_bill = any(cost.bill for cost in work.service.costs)

        def price() -> tuple[Any, int]:
            work.bill = self._counter.desk.inquire(work.service, values) if needs_bill else None
            fees = self._counter.desk.quote(work.service, values, work.bill)
            return fees, len(self._counter.desk.same_day(work.service, values))

        self._window.wait("busy.line" if needs_bill else "busy.checking")
        ask = self._window.bridge.ask_slow if needs_bill else self._window.bridge.ask
        ask(price, lambda found: self._priced(found, why), self._fail)

    def _priced(self, found: tuple[Any, int], why: Refused | None) -> None:
        fees, same_day = found
        work = self._work
        assert work is not None  # noqa: S101 - nothing but `forget` takes it away, and that closes the page
        title = work.service.title[self._window.language]
        self.review.set_answers(title, self.form.answers())
        work.due_pt = fees.total_pt
        self.review.set_bill(fees.lines, fees.total_pt, fees.vat_pt)
        self._window.go(self.review)
        if why is not None:
            self.review.fail(why)
        elif same_day:
            self.review.notice.tell("wait", self.review.say("review.sameday", n=same_day, count=same_day))

    def _edit(self, name: str) -> None:
        self._window.go(self.form, self.form.field(name))

    # ---- the press

    def _record(self, tendered_pt: int) -> None:
        work = self._work
        if work is None:
            return
        service, consent = work.service, work.service.consent
        sale = Sale(
            id=work.draft.id, visit=work.draft.id, service_id=service.id, service_version=work.draft.service_version,
            values=work.raw, tendered_pt=tendered_pt, consent_version=consent.version if consent else None,
            overrides=work.overrides, bill=work.bill.members() if work.bill else None,
            catalogue=work.draft.catalogue or None, due_pt=work.due_pt,
        )  # fmt: skip
        self._keep.stop()
        self._window.wait("busy.saving")
        self._window.bridge.ask(
            lambda: self._counter.desk.record(sale), self._recorded, lambda e: self._unsaved(sale, e)
        )

    def _recorded(self, recorded: Any) -> None:
        self._work = None
        self._outcome.open(recorded)

    def _unsaved(self, sale: Sale, error: KioskError) -> None:
        """A refusal stored nothing. Anything else is unknown until the id has been looked up."""
        if error.code == "fee_changed" and isinstance(error, Refused) and self._work is not None:
            self.review.rearm()
            self._price(self._work, error)
            return
        if isinstance(error, Refused):
            self._not_saved(error)
            return

        def look() -> Any:
            return self._counter.desk.record(sale) if self._counter.desk.request(sale.id) else None

        self._window.bridge.ask(
            look,
            lambda found: self._recorded(found) if found else self._not_saved(error),
            lambda _e: self._not_saved(error),
        )

    def _not_saved(self, error: KioskError) -> None:
        self._window.free()
        self.review.rearm()
        self.review.fail(error)

    # ---- the draft

    def _keep_draft(self) -> None:
        work = self._work
        if work is not None:
            raw = dict(work.raw)
            self._window.bridge.ask(lambda: self._counter.desk.keep(work.draft, raw), lambda _none: None, self._fail)

    def _keep_now(self) -> None:
        if self._keep.isActive():
            self._keep.stop()
            self._keep_draft()

    def _fail(self, error: KioskError) -> None:
        self._window.free()
        self._window.page().fail(error)
