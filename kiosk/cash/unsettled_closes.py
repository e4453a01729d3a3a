"""Closes whose difference nobody has agreed to yet: kept until a second person does, and journalled then (type 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import SessionChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.facts import json_object
from kiosk.model.store_changes import PutFact
from kiosk.ports.facts import Facts
from kiosk.receiving.asked_of_centre import Subject
from kiosk.staff.centre_approvals import CentreApprovals
from kiosk.staff.sign_in import StaffSession
from kiosk.staff.two_person_rule import NOBODY, SecondWord, TwoPersonRule, agreement_of, written
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.staff_entries import DifferenceAgreed

FACT: Final = json_object("unsettled")


@dataclass(frozen=True, slots=True)
class UnsettledClose:
    """A closed day: its entry, by whom it was closed, and its difference (counted less expected).

    `number` is missing in what older releases have kept.
    """

    date: str
    epoch: int
    seq: int
    operator: str
    difference_pt: int
    number: int = 1

    @property
    def key(self) -> DayKey:
        return DayKey(self.date, self.number)

    def members(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def waiting(store: Facts) -> list[UnsettledClose]:
    """All of them, the oldest first."""
    kept = FACT.kept(store)
    return [] if kept is None else [UnsettledClose(**one) for one in kept["days"]]


def fact(days: list[UnsettledClose]) -> PutFact:
    return FACT.put({"days": [day.members() for day in days]})


class UnsettledCloses:
    """Agreeing afterwards to what a close could not wait for."""

    def __init__(self, context: CounterContext, people: StaffSession, approvals: CentreApprovals) -> None:
        self._context = context
        self._people = people
        self._approvals = approvals

    def oldest(self) -> UnsettledClose | None:
        """The one to look at first."""
        return next(iter(waiting(self._context.store)), None)

    def may_agree(self, day: UnsettledClose) -> bool:
        """Whether whoever works now may: somebody else than who closed it, one of the two being a supervisor."""
        login, people = self._people.working(), self._context.in_force.operators()
        closer = people.get(day.operator)
        roles = {login.operator.role, "operator" if closer is None else closer.role}
        return login.operator.id != day.operator and "supervisor" in roles

    def agree(self, seq: int, agreement: SecondWord = NOBODY) -> None:
        """Agree to the difference of the close at `seq`: whoever works now, or the centre where `agreement` names it.

        Raises Refused: nothing_unsettled, supervisor_needed, as `CentreApprovals.agreed`.
        """
        with self._context.journal.turn():
            days = waiting(self._context.store)
            day = next((one for one in days if one.seq == seq), None)
            if day is None:
                raise Refused("nothing_unsettled")
            second = self._second(day, agreement)
            author = self._people.working().author
            body = DifferenceAgreed(author=author, of=seq, epoch=day.epoch, approval=agreement_of(second).approval)
            rest = [one for one in days if one is not day]
            self._context.journal.write([Writing(body)], [fact(rest), *written(second)])
        self._context.events.publish(SessionChanged())

    def _second(self, day: UnsettledClose, agreement: SecondWord) -> TwoPersonRule | None:
        if agreement.approval:
            return self._approvals.agreed(agreement.approval, asking(day))
        if not self.may_agree(day):
            raise Refused("supervisor_needed")
        return None


def asking(day: UnsettledClose) -> Subject:
    """What the centre is asked to agree to, for a difference."""
    return Subject("day_close", day.seq, day.epoch, day.difference_pt)
