"""Services that end without money: guidance with a sheet, an inquiry with the authority's answer."""

from __future__ import annotations

from typing import Any

from kiosk.model.service_request import AuthorityBill
from protocol.catalogue.services import FREE_MODES
from protocol.errors import KioskError
from protocol.texts import Bilingual, say
from ui.sale.answer_page import Answered, AnswerPage
from ui.sale.citizen_visit import VisitOwner, Work
from ui.shell import Flow, LatePage, Shell


class MoneylessFlow(Flow):
    """Drives guidance and inquiries."""

    def __init__(self, window: Shell, owner: VisitOwner) -> None:
        super().__init__(window)
        self._owner = owner
        self._work: Work | None = None
        self._bill: Any = None
        self._guided: tuple[str, Any] | None = None

    @LatePage(AnswerPage)
    def page(self, page: AnswerPage) -> None:
        page.printing.clicked.connect(self._print)
        page.again.clicked.connect(self._ask_again)
        page.left.connect(self._done)

    def takes(self, work: Work) -> bool:
        return work.service.mode in FREE_MODES

    def end(self, work: Work) -> None:
        if work.service.mode == "guidance":
            self._guide(work)
        else:
            self._inquire(work)

    def _guide(self, work: Work) -> None:
        """No cash, nothing is left half done, and one sheet, however often dropping the form has to be tried again."""

        def give() -> None:
            asked_of = work.draft.id, dict(work.values)
            if self._guided != asked_of:
                asked = self._counter.desk.read(work.service, work.values).papers
                self._counter.advice.guide(work.service.id, asked)
                self._guided = asked_of
            self._counter.desk.drafts.drop(work.draft.id)
            self._guided = None

        said = say(self._window.language, "form.guide.done")
        self.ask(give, lambda _none: self._owner.out(work, said), wait="busy.saving")

    def _inquire(self, work: Work) -> None:
        self.ask_slow(
            lambda: self._counter.desk.inquire(work.service, work.values),
            lambda bill: self._answered(work, bill),
            lambda error: self._not_answered(work, error),
            wait="busy.authority",
            gives_up=True,
        )

    def _not_answered(self, work: Work, error: KioskError) -> None:
        """That there is nothing on record is an answer, too."""
        if error.code == "bill_not_found":
            self._answered(work, AuthorityBill("", 0, 0, (), found=False))
        else:
            self._fail(error)

    def _answered(self, work: Work, bill: Any) -> None:
        visit = self._owner.visit
        if visit is None or work not in visit.works:
            return  # the line took its time, and the citizen, or the one who asked, has gone
        self._work, self._bill = work, bill
        self.page.set_data(Answered(work.service.title, bill.lines, bill.amount_pt, work.answers))
        self._window.go(self.page)

    def _print(self) -> None:
        work, bill = self._work, self._bill
        if work is not None:
            self.ask(
                lambda: self._counter.advice.answer(work.service.id, bill),
                lambda _job: self.page.show_notice("info", "answer.printing"),
            )

    def _forget(self) -> Work | None:
        """What was asked leaves nothing behind on the screen; the form it was asked for."""
        work, self._work, self._bill = self._work, None, None
        self.page.set_data(Answered(Bilingual.same(""), (), 0))
        return work

    def _ask_again(self) -> None:
        if (work := self._forget()) is not None:
            self._owner.back(work)

    def _done(self) -> None:
        """Nor does it in the store."""
        if (work := self._forget()) is not None:
            self.ask(lambda: self._counter.desk.drafts.drop(work.draft.id), lambda _none: self._owner.out(work))
