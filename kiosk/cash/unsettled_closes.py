"""Closes whose difference nobody has agreed to yet: kept until a second person does, and journalled then (type 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kiosk.core.counter_context import Office
from kiosk.core.events import SessionChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.store_changes import PutFact
from kiosk.ports import Store
from kiosk.receiving.asked_of_centre import Subject
from kiosk.staff.centre_approvals import Approvals
from kiosk.staff.sign_in import People
from kiosk.staff.two_person_rule import NOBODY, Agreement, Second, author, written
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import EntryType
from protocol.strict_json import dumps, loads_object

FACT: Final = "unsettled"


@dataclass(frozen=True, slots=True)
class Waiting:
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


def waiting(store: Store) -> list[Waiting]:
    """All of them, the oldest first."""
    kept = store.fact(FACT)
    return [] if kept is None else [Waiting(**one) for one in loads_object(kept)["days"]]


def fact(days: list[Waiting]) -> PutFact:
    return PutFact(FACT, dumps({"days": [day.members() for day in days]}))


class Unsettled:
    """Agreeing afterwards to what a close could not wait for."""

    def __init__(self, office: Office, people: People, approvals: Approvals) -> None:
        self._office = office
        self._people = people
        self._approvals = approvals

    def oldest(self) -> Waiting | None:
        """The one to look at first."""
        return next(iter(waiting(self._office.store)), None)

    def may_agree(self, day: Waiting) -> bool:
        """Whether whoever works now may: somebody else than who closed it, one of the two being a supervisor."""
        login, people = self._people.working(), self._office.in_force.operators()
        closer = people.get(day.operator)
        roles = {login.operator.role, "operator" if closer is None else closer.role}
        return login.operator.id != day.operator and "supervisor" in roles

    def agree(self, seq: int, agreement: Agreement = NOBODY) -> None:
        """Agree to the difference of the close at `seq`: whoever works now, or the centre where `agreement` names it.

        Raises Refused: nothing_unsettled, supervisor_needed, as `Approvals.agreed`.
        """
        with self._office.scribe.turn():
            days = waiting(self._office.store)
            day = next((one for one in days if one.seq == seq), None)
            if day is None:
                raise Refused("nothing_unsettled")
            second = self._second(day, agreement)
            members = {
                "v": 1, "kind": "override", "what": "day_close", **self._people.working().author(),
                "of": seq, "epoch": day.epoch, **author(second),
            }  # fmt: skip
            rest = [one for one in days if one is not day]
            self._office.scribe.write([Writing(EntryType.LOGIN, members)], [fact(rest), *written(second)])
        self._office.events.publish(SessionChanged())

    def _second(self, day: Waiting, agreement: Agreement) -> Second | None:
        if agreement.approval:
            return self._approvals.agreed(agreement.approval, asking(day))
        if not self.may_agree(day):
            raise Refused("supervisor_needed")
        return None


def asking(day: Waiting) -> Subject:
    """What the centre is asked to agree to, for a difference."""
    return Subject("day_close", day.seq, day.epoch, day.difference_pt)
