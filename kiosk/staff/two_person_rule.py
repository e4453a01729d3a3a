"""The second pair of eyes: what one person may not do alone, another one agrees to with a PIN of his own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.model.store_changes import Change
from kiosk.staff.sign_in import Login, StaffSession
from protocol.errors import Refused
from protocol.journal.people import Agreement


@dataclass(frozen=True, slots=True)
class SecondWord:
    """Who agrees: a second person with a PIN, the citizen's own paper (`paper`: what was scanned), the centre
    (`approval`: the entry that asked it), or nobody yet.

    `waits`: nobody who may agree is here, and the centre is told so. `asks_centre`: it is to be asked first.
    """

    operator: str = ""
    pin: str = ""
    paper: str = ""
    waits: bool = False
    approval: int = 0
    asks_centre: bool = False


NOBODY = SecondWord()


@dataclass(frozen=True, slots=True)
class TwoPersonRule:
    """Who has agreed: `agreement` says it in the entry of the act, `changes` (asked in the commit) are written with it.

    `operator` is the id of a person of the shop, "" where the centre agreed.
    """

    agreement: Agreement
    operator: str
    name_ar: str
    changes: Callable[[], list[Change]] = list


def agreed(people: StaffSession, login: Login, agreement: SecondWord) -> TwoPersonRule:
    """The second person, one of the two being a supervisor.

    Raises Refused: supervisor_needed, second_same, and as `StaffSession.vouch`.
    """
    if not agreement.operator:
        raise Refused("supervisor_needed")
    second = people.vouch(agreement.operator, agreement.pin)
    if "supervisor" not in (login.operator.role, second.operator.role):
        raise Refused("supervisor_needed")
    who = second.operator
    return TwoPersonRule(Agreement(who.id, second.seq), who.id, who.name_ar)


def agreement_of(second: TwoPersonRule | None) -> Agreement:
    """Who agreed, for an entry; of nobody where that was not asked for."""
    return Agreement() if second is None else second.agreement


def written(second: TwoPersonRule | None) -> list[Change]:
    """What is written with the act. To be asked in the journal's turn."""
    return [] if second is None else second.changes()
