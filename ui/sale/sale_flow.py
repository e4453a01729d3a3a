"""From the home screen to the receipt: one citizen, one form or several. A form is one id, one press, one record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal

from kiosk.model.service_request import Draft, Request
from kiosk.selling.sale_recorder import RecordedSale
from protocol.catalogue.services import PublicService
from protocol.errors import KioskError
from ui.sale import draft_forms
from ui.sale.checkout_flow import CheckoutFlow
from ui.sale.citizen_visit import Prefill, Visit, Work, begin_forms, begun, same, same_again
from ui.sale.done_flow import DoneFlow
from ui.sale.evidence_flow import EvidenceFlow
from ui.sale.form_page import FormPage
from ui.sale.home_flow import HomeFlow
from ui.sale.moneyless_flow import MoneylessFlow
from ui.sale.needs_flow import NeedsFlow
from ui.sale.refuse_flow import RefuseFlow
from ui.shell import Flow, LatePage, Shell, Then


class SaleFlow(Flow):
    """Drives one visit from the first form to the press."""

    papers_asked = Signal()

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self.visit: Visit | None = None
        self._shown: Work | None = None
        self.needs = NeedsFlow(window, self.home, self.begin_all)
        self.refusing = RefuseFlow(window, self)
        self.front = HomeFlow(window, self, self.needs.open)
        self.checkout = CheckoutFlow(window, self)
        self._endings = MoneylessFlow(window, self)
        self._papers = EvidenceFlow(window, self)
        self.ending = DoneFlow(window, self)
        self._keep = QTimer(self, singleShot=True, interval=800)  # of a draft, after the last key
        self._keep.timeout.connect(self._keep_draft)

    @LatePage(FormPage)
    def form(self, page: FormPage) -> None:
        page.changed.connect(self._typed)
        page.submitted.connect(self._submit)
        page.left.connect(self.home)
        page.discard.confirmed.connect(self._discard)
        page.command("F3", "key.another", self.add)
        page.command("F4", "evidence.key", self._open_papers, page.wants_pictures)
        page.refuse_asked.connect(self.refusing.open)

    def home(self) -> None:
        """Away from the visit, which waits there half typed."""
        self.keep_now()
        self._set_visit(None)
        self.front.open()

    def forget(self) -> None:
        """Somebody signed out: the drafts stay in the store, with their owner."""
        self.keep_now()
        self._set_visit(None)
        self.front.forget()
        self.ending.forget()

    def show_paper(self, request: Request | None, job: Any) -> None:
        if request is None:
            self.papers_asked.emit()
        else:
            self.ending.open(RecordedSale(request, job.receipt, job.id), earlier=True)

    @property
    def _work(self) -> Work | None:
        return None if self.visit is None else self.visit.work

    def _set_visit(self, visit: Visit | None) -> None:
        self.visit, self._shown = visit, None
        if visit is None:
            self._papers.forget()

    # ---- forms begun

    def begin_all(self, wanted: Sequence[Prefill]) -> None:
        """A new citizen, with all that they have come for."""
        self.keep_now()
        self._begin(None, wanted)

    def begin_again(self, request: Request) -> None:
        """The keys are held away: a second press would begin, and keep, a visit of nobody."""
        self.ask(lambda: same_again(self._counter.desk, request), self.begin_all, wait="busy.opening")

    def choose(self, service_id: str) -> None:
        """From the catalogue: one more for the citizen of the open visit, else for a new one."""
        self._begin(self.visit, [(service_id, {})])

    def _begin(self, visit: Visit | None, wanted: Sequence[Prefill]) -> None:
        begin = partial(begin_forms, self._counter.desk, [] if visit is None else visit.drafts, wanted)
        self.ask(begin, lambda made: self._begun(visit, made), wait="busy.opening")

    def _begun(self, visit: Visit | None, made: Sequence[tuple[Draft, PublicService]]) -> None:
        if visit is None:
            self._set_visit(visit := begun(made))
        elif visit is self.visit:
            visit.add(begun(made).works)
        if visit is self.visit:
            self.in_turns(self._open(visit.work))

    def _open(self, work: Work) -> Iterator[None]:
        """A form is made, and told what its rules say, before it is seen: in turns, while the keys are held away."""
        self.newest()  # what was asked for another form is not said on this one
        self._shown = None
        yield from self.form.in_steps(work.service, work.raw, consented=work.consented)
        yield
        if self._work is work:
            told = [lambda seen: self.in_turns(self._show_made(work, seen))]  # an answer or a fault
            self._judge_form(work, self.form.raw(), *told, *told)

    def _show_made(self, work: Work, seen: Any) -> Iterator[None]:
        """Where its rules could not be told it is shown all the same, and that is said."""
        try:
            if self._work is work and not isinstance(seen, KioskError):
                self._seen(seen)
        finally:
            yield
            if self._work is work:
                self._show(work, made=True)
        if isinstance(seen, KioskError):
            self._fail(seen)

    def add(self) -> None:
        """F3 inside an open visit: the catalogue, for one more service of the same citizen."""
        if self.visit is not None:
            self.keep_now()
            self.front.open(adding=True)

    def back_to_visit(self) -> None:
        """From the catalogue without another service."""
        if (visit := self.visit) is None:
            self.front.open()
        elif visit.unsettled() is None:
            self.checkout.price()
        else:
            self._show(visit.work)

    def resume(self, draft_id: str) -> None:
        """A visit this operator left half typed, every form under the id it began with."""
        self.ask(lambda: draft_forms.taken_up(self._counter, draft_id), lambda found: self._resumed(draft_id, found))

    def _resumed(self, draft_id: str, found: draft_forms.TakenUp) -> None:
        """A form that cannot be taken up keeps nobody from the others."""
        if found.forms:
            self._set_visit(visit := begun(found.forms))
            self._show(draft_forms.settle(self.form, visit, draft_id, found.whole))
        if found.lost is not None:
            self._fail(found.lost)

    # ---- the form

    def back(self, work: Work, checked: Any = None, field: str = "") -> None:
        self._show(work, field)
        if checked is not None:
            self._may_go_on(work, checked)

    def _show(self, work: Work, field: str = "", *, made: bool = False) -> None:
        visit = self.visit
        assert visit is not None  # noqa: S101 - whoever shows a form holds a visit
        visit.turn_to(work)
        if self._shown is not work:
            self._shown = work
            if not made:
                self.form.set_form(work.service, work.raw, consented=work.consented)
                self._judge_form(work, self.form.raw(), self._seen, self._fail)
            self.ask(
                lambda: draft_forms.aged(self._counter, work.draft, work.service),
                lambda aged: draft_forms.say_aged(self.form, aged) if self._shown is work else None,
            )
        self.form.set_place(visit.at + 1, len(visit.works))
        self._window.go(self.form, self.form.field(field) if field else None)

    def _discard(self) -> None:
        """What was typed goes for good; a keep still on its way is before it in the queue, none comes after."""
        self._keep.stop()
        if (work := self._work) is not None:
            drop, said = partial(self._counter.desk.drafts.drop, work.draft.id), self.form.say("draft.discarded")
            self.ask(drop, lambda _none: self.out(work, said), wait="busy.saving")

    def out(self, work: Work, said: str = "") -> None:
        """This form is done with, and was not sold: on to the rest of the visit, else home; there `said` is told."""
        if (visit := self.visit) is None or (rest := visit.take_out(work)) is None:
            self._set_visit(None)
            self.front.open()
        elif (following := visit.unsettled()) is not None:
            self._show(following)
        else:
            self._show(rest)  # where it cannot be priced, somebody stands at a form that there still is
            self.checkout.price(said=said)
            return
        if said:
            self._window.page().show_words(lambda: ("info", said, ""))

    def _typed(self, raw: dict[str, Any]) -> None:
        if (work := self._work) is not None and self._shown is work:
            self._keep.start()
            self._judge_form(work, raw, self._seen, self._fail)

    def _judge_form(self, work: Work, raw: dict[str, Any], *follow: Then) -> None:
        """Rules, papers and fee of what has been typed; only the newest answer counts."""
        work.settled, work.raw = work.settled and same(work.raw, raw), raw
        self.ask(lambda: self._counter.desk.view(work.service, raw, work.bill), *self.newest(*follow))

    def _seen(self, seen: Any) -> None:
        self.form.set_visible(seen.shown, seen.optional)
        self.form.set_papers(seen.papers, seen.elsewhere)
        self._window.tell_keys()
        self.form.bill.set_fees(seen.fees, [] if self.visit is None else self.visit.dues(seen.fees))

    # ---- from the form onwards

    def _submit(self, raw: dict[str, Any]) -> None:
        if (work := self._work) is None:
            return
        self._window.wait("busy.checking")
        self.keep_now()
        work.raw = raw
        self.ask(lambda: self._counter.desk.check(work.service, raw), lambda got: self._checked(work, got))

    def _checked(self, work: Work, checked: Any) -> None:
        if self._shown is self._work:  # else a form is being made, and its keys are heard when it is gone to
            self._window.free()
        if (visit := self.visit) is None or visit.work is not work or self._window.page() is not self.form:
            return  # what was asked for before it has come meanwhile: another page or form, whose keys are heard now
        work.papered = False
        if self._may_go_on(work, checked):
            work.values, work.answers, work.settled = checked.values, self.form.answers(), True
            for other in visit.carry():
                self._keep_work(other)
            self._go_on(visit, work)

    def _may_go_on(self, work: Work, checked: Any) -> bool:
        """Whether nothing is left to be mended, looked at again or agreed to; else it is said."""
        if not self.form.passes(checked):
            return False
        work.overrides = tuple(dict.fromkeys(warning.code for warning in checked.warnings))  # each of them ticked
        work.consented = work.service.consent is not None
        return True

    def _go_on(self, visit: Visit, work: Work) -> None:
        """What F10 leads to: a sheet, an answer, the next form of the visit, or the money."""
        if self._endings.takes(work):
            self._keep.stop()
            self._endings.end(work)
        elif self._papers.wanted(work):
            self._papers.open(work, onward=True)
        elif (following := visit.unsettled()) is not None:
            self._show(following)
        else:
            self.checkout.price()

    def papers_done(self, work: Work) -> None:
        if self.visit is not None:
            self._go_on(self.visit, work)

    def _open_papers(self) -> None:
        """F4 in a form whose answers call for pictures."""
        if self._work is not None:
            self._keep_work(self._work)
            self._papers.open(self._work, onward=False)

    def recorded(self, recorded: Any) -> None:
        self._keep.stop()
        self._set_visit(None)
        self.ending.open(recorded)

    # ---- the draft

    def _keep_draft(self) -> None:
        if self._work is not None and self._work.service.mode != "guidance":  # its paper is all there is of it
            self._keep_work(self._work)

    def _keep_work(self, work: Work) -> None:
        raw = dict(work.raw)
        self.ask(lambda: self._counter.desk.drafts.keep(work.draft, raw))

    def keep_now(self) -> None:
        """What was typed last is kept before whatever is asked next; no keep comes after it.

        The form is asked, too: a last field typed in one go with the key that leaves it has not been told of yet.
        """
        work, late = self._work, False
        if work is not None and self._shown is work:
            raw = self.form.raw()
            late = not same(work.raw, raw)
            work.settled, work.raw = work.settled and not late, raw
        if late or self._keep.isActive():
            self._keep.stop()
            self._keep_draft()
