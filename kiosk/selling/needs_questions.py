"""From what a citizen wants to the services they need: the questions of `protocol.catalogue.needs`, by what is in
force.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kiosk.core.counter_context import CounterContext
from kiosk.selling.service_desk import ServiceDesk
from protocol.errors import KioskError

if TYPE_CHECKING:
    from protocol.catalogue.needs import Need, Plan, Question, Step


class NeedsQuestions:
    """Nothing is typed, nothing kept: answers live on the screen only. `service.needs` is imported when first asked."""

    def __init__(self, context: CounterContext, desk: ServiceDesk) -> None:
        self._context = context
        self._desk = desk

    def needs(self, query: str = "") -> list[Need]:
        """Those that match, in their order. Raises Refused("catalogue_form")."""
        from protocol.catalogue import needs  # noqa: PLC0415 - it imports the forms, which the first picture does not wait for

        return needs.search(needs.of(self._context.in_force.catalogue()), query)

    def question(self, need: Need, answers: Mapping[str, str]) -> Question | None:
        """The next one, None when all that matter are answered."""
        from protocol.catalogue import needs  # noqa: PLC0415 - the same

        return needs.question(need, answers)

    def plan(self, need: Need, answers: Mapping[str, str]) -> Plan:
        """Where the answers lead, by today's prices."""
        from protocol.catalogue import needs  # noqa: PLC0415 - the same

        in_force, on = self._context.in_force, self._context.working_date()
        return needs.plan(need, answers, in_force.catalogue().services, on, in_force.settings().fees)

    def hindrance(self, step: Step) -> KioskError | None:
        """Why this service of a plan cannot be begun now, or None."""
        return self._desk.available(step.service)
