"""Asking a citizen what they want, and beginning the visit that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from kiosk.model.paper_sheet import joined
from protocol.catalogue.needs import Need, question
from protocol.texts import Bilingual
from ui.sale.citizen_visit import Prefill
from ui.sale.needs_page import NeedsAsked, NeedsPage, PlanShown
from ui.shell import Flow, LatePage, Shell


class NeedsFlow(Flow):
    """Asks the questions that lead to services."""

    def __init__(self, window: Shell, home: Callable[[], object], begin: Callable[[Sequence[Prefill]], object]) -> None:
        super().__init__(window)
        self._home = home
        self._begin = begin
        self._needs: list[Need] = []
        self._need: Need | None = None
        self._answers: dict[str, str] = {}
        self._choices: list[str] = []
        self._wanted: list[Prefill] = []

    @LatePage(NeedsPage)
    def page(self, page: NeedsPage) -> None:
        page.search.searched.connect(self._search)
        page.chosen.connect(self._chosen)
        page.left.connect(self._step_back)
        page.begun.connect(lambda: self._begin(self._wanted))

    def open(self) -> None:
        """Nothing of the citizen before is left."""
        self._need, self._answers = None, {}
        self.page.search.clear()
        self._search("")

    def _search(self, text: str) -> None:
        every = self._counter.desk.needs
        self.ask(
            lambda: (every(text), every()),
            lambda found: self._found(*found) if text == self.page.search.text() else None,
        )

    def _found(self, needs: list[Need], every: Sequence[Need] = ()) -> None:
        """Where nothing has what was typed, all of them."""
        if self._need is not None:
            return  # one of those before was chosen meanwhile
        self._needs = needs or list(every)
        self.page.set_data(NeedsAsked([need.title for need in self._needs], none=not needs))
        self.page.search.answered()
        if self._window.page() is not self.page:
            self._window.go(self.page)

    def _chosen(self, place: int) -> None:
        if self._need is None:
            self._need = self._needs[place]
        else:
            asked = question(self._need, self._answers)
            if asked is not None:
                self._answers[asked.id] = self._choices[place]
        self._go_on()

    def _step_back(self) -> None:
        """One answer back; from the first to the needs, from there home."""
        if self._need is None:
            self._home()
        elif self._answers:
            self._answers.popitem()
            self._go_on()
        else:
            self.open()

    def _go_on(self) -> None:
        """The next question, or where the answers lead."""
        need, answers = self._need, dict(self._answers)
        assert need is not None  # noqa: S101 - one was chosen
        asked = question(need, answers)
        trail = self._trail(need, answers)
        if asked is None:
            self.ask(lambda: self._plan(need, answers), partial(self._planned, trail))
            return
        self._choices = list(asked.choices)
        choices = list(asked.choices.values())
        self.page.set_data(NeedsAsked(choices, trail, asked.text))
        self._window.go(self.page)

    def _trail(self, need: Need, answers: Mapping[str, str]) -> list[Bilingual]:
        """What was said, each with its question: a row of noes tells nobody what was denied."""
        asked = [q for q in need.questions if q.id in answers]
        return [need.title, *(joined(q.text, " ", q.choices[answers[q.id]]) for q in asked)]

    def _plan(self, need: Need, answers: Mapping[str, str]) -> tuple[PlanShown, list[Prefill]]:
        """On the counter's thread."""
        plan = self._counter.desk.plan(need, answers)
        why = [self._counter.desk.available(step.service) for step in plan.steps]
        wanted = [
            (step.service.id, dict(step.values))
            for step, hindered in zip(plan.steps, why, strict=True)
            if hindered is None and (step.unknown != "fee_unknown" or step.service.mode == "guidance")
        ]
        return PlanShown(plan, why, bool(wanted)), wanted

    def _planned(self, trail: Sequence[Bilingual], found: tuple[PlanShown, list[Prefill]]) -> None:
        shown, self._wanted = found
        self.page.set_data(NeedsAsked(trail=trail, plan=shown))
        self._window.go(self.page)
