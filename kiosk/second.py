"""The second pair of eyes: what one person may not do alone, another one agrees to with a PIN of his own."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import Refused
from kiosk.people import Login, People


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agrees: a second person with a PIN, the citizen's own paper (`paper`: what was scanned), or nobody yet.

    `waits`: nobody who may agree is here, and the centre is told so.
    """

    operator: str = ""
    pin: str = ""
    paper: str = ""
    waits: bool = False


NOBODY = Agreement()


def agreed(people: People, login: Login, agreement: Agreement) -> Login:
    """The second person, one of the two being a supervisor.

    Raises Refused: supervisor_needed, second_same, and as `People.vouch`.
    """
    if not agreement.operator:
        raise Refused("supervisor_needed")
    second = people.vouch(agreement.operator, agreement.pin)
    if "supervisor" not in (login.operator.role, second.operator.role):
        raise Refused("supervisor_needed")
    return second


def author(second: Login | None) -> dict[str, object]:
    """The members that say who agreed (decisions 10)."""
    return {} if second is None else {"op2": second.operator.id, "login2": second.seq}
