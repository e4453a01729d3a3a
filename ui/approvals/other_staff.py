"""Who else is here: the people who may agree to what the one at the counter does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.approvals.person import Person

if TYPE_CHECKING:
    from kiosk.counter import Counter


def others(counter: Counter) -> list[Person]:
    """Everybody who may work here but the one who does; supervisors first, because they are asked most."""
    login = counter.people.current()
    mine = "" if login is None else login.operator.id
    found = [
        Person(s.operator.id, s.operator.name_ar, s.operator.name_en, s.operator.role, not s.has_pin)
        for s in counter.people.seats()
        if s.operator.id != mine
    ]
    return sorted(found, key=lambda person: person.role != "supervisor")
