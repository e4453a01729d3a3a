"""From a form that cannot be taken today to the paper that says why, and on with the visit. Nothing is sold here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.model.paper_sheet import typed
from kiosk.model.service_request import PrintJob
from protocol.catalogue.services import EvidenceType, PublicService
from protocol.texts import Bilingual, both
from ui.sale.citizen_visit import VisitOwner, Work
from ui.sale.refuse_page import RefusePage
from ui.shell import Flow, LatePage, Shell, here
from ui.widgets import show


class RefuseFlow(Flow):
    """Drives the refusal of a form."""

    def __init__(self, window: Shell, owner: VisitOwner) -> None:
        super().__init__(window)
        self._owner = owner
        self._work: Work | None = None
        self._national_id = ""
        self._given = ""

    @LatePage(RefusePage)
    def page(self, page: RefusePage) -> None:
        page.confirmed.connect(self._confirmed)
        page.left.connect(self._leave)

    def open(self) -> None:
        visit = self._owner.visit
        if visit is None:
            return
        work, behind = visit.work, here(self._window)
        self._back = lambda: behind.back(self._window)
        self._owner.keep_now()
        self.ask(lambda: self._known(work), lambda found: self._show(work, *found), wait="busy.opening")

    def _known(self, work: Work) -> tuple[Sequence[EvidenceType], str]:
        """The papers that the answers call for, and the citizen's number where it is whole; on the counter's thread."""
        checked = self._counter.desk.check(work.service, work.raw)
        wrong = {fault.field for fault in checked.faults}
        number = "" if "national_id" in wrong else str(checked.values.get("national_id") or "")
        return checked.papers, number

    def _show(self, work: Work, papers: Sequence[EvidenceType], national_id: str) -> None:
        self._work, self._national_id, self._given = work, national_id, ""
        self.page.set_request(work.service, papers)
        self._window.go(self.page)

    def _leave(self) -> None:
        """Back to the field; the form stands as it was."""
        self._forget()
        self._back()

    def _confirmed(self, reason: str, missing: Sequence[EvidenceType], words: str) -> None:
        work = self._work
        if work is None or self._window.busy:
            return
        why = typed(words) if reason == "other" else _words(reason, work.service)
        bring = [paper.label for paper in missing]
        self.ask(lambda: self._give(work, why, bring), lambda job: self._done(work, job), wait="busy.saving")

    def _give(self, work: Work, why: Bilingual, bring: Sequence[Bilingual]) -> PrintJob | None:
        """The paper first, once, however often dropping the form has to be tried again; on the counter's thread."""
        if not self._given:
            self._given = self._counter.advice.refuse(work.service.id, why, bring, self._national_id)
        self._counter.desk.drafts.drop(work.draft.id)
        return self._counter.papers.job(self._given)

    def _done(self, work: Work, job: Any) -> None:
        self._forget()
        self._owner.out(work, self.page.say("refuse.done", number=show.number(job.content.number)))

    def _forget(self) -> None:
        """What was typed names somebody, perhaps."""
        self._work, self._national_id = None, ""
        self.page.set_request(None, ())


def _words(reason: str, service: PublicService) -> Bilingual:
    """What the paper says; to whoever may not ask, who may."""
    who = service.who_may_ask
    return (
        both("refuse.entitled.who", who=who) if reason == "entitled" and who is not None else both(f"refuse.{reason}")
    )
