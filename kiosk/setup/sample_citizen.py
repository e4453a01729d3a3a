"""A made-up citizen, born in 1900, and what he answers: for the practice request that proves a counter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from kiosk.selling.service_desk import ServiceDesk
from protocol.catalogue.fields import APPLICANT, SPOUSE
from protocol.catalogue.services import FREE_MODES, ONLINE_MODES, Element, PublicService
from protocol.errors import Refused
from protocol.values.national_id import check_digit_ok, sex_of

_TYPED: Final[Mapping[str, tuple[Any, ...]]] = {
    "mobile": ("01012345678",),
    "digits": ("4567", "100531385", "2024", "02", "2345678", "23456789", "1234567890", "12345678901234"),
    "code": ("A12345678", "AB12"),
    "money": ("150", "1"),
    "name": ("تجربة المنفذ عند التركيب",),
    "text": ("تجربة عند التركيب", "تجربة"),
    "count": ("1", "2"),
    "plate": ("س م ط 1234",),
    "governorate": ("01",),
}
"""By widget; the first that the form takes is typed."""
AHEAD_DAYS: Final = 25
PAST: Final = "2024-03-15"
BORN: Final = "1900-01-01"


def national_id(serial: int) -> str:
    """Of somebody born in Cairo on 1 January 1900: nobody has it."""
    begun = f"200010101{serial:04d}"
    return next(begun + digit for digit in "0123456789" if check_digit_ok(begun + digit))


def _person(serial: int, spouse_of: str) -> str:
    """The number of one more person; of the other sex than `spouse_of`, because a form doubts two of one sex."""
    number = national_id(serial)
    return national_id(serial + 101) if spouse_of and sex_of(number) == sex_of(spouse_of) else number


def find(desk: ServiceDesk, today: date) -> tuple[PublicService, dict[str, Any]]:
    """A service that can be done here and now without a line and without a picture, and sound answers for it.

    Raises Refused("setup_no_service").
    """
    for service in desk.services():
        if service.mode in ONLINE_MODES | FREE_MODES or desk.available(service) is not None:
            continue
        raw = _filled(desk, service, today)
        if raw is not None:
            return service, raw
    raise Refused("setup_no_service")


def _filled(desk: ServiceDesk, service: PublicService, today: date) -> dict[str, Any] | None:
    """Answers of a sound form; None where none was found, where a picture is wanted or no price is known."""
    for raw in _ways(desk, service, today):
        checked = desk.check(service, raw)
        if checked.faults or any(paper.how == "capture" for paper in checked.papers):
            continue
        try:
            desk.quote(service, checked.values)
        except Refused:
            continue
        return raw
    return None


def _ways(desk: ServiceDesk, service: PublicService, today: date) -> Iterator[dict[str, Any]]:
    """With the first of every choice; then each other answer of each choice, one at a time."""
    codes = {
        element.field: list(service.form.choices.get(element.choices or "", {}))
        for element in service.form.elements()
        if element.widget == "choice"
    }
    first = {name: found[0] for name, found in codes.items() if found}
    for picked in (first, *({**first, name: code} for name, found in codes.items() for code in found[1:])):
        yield _answers(desk, service, picked, today)


def _answers(desk: ServiceDesk, service: PublicService, picked: Mapping[str, str], today: date) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    ahead = (today + timedelta(days=AHEAD_DAYS)).isoformat()
    for place, element in enumerate(service.form.elements(), 1):
        fixed = {
            "choice": picked.get(element.field, ""),
            "national_id": _person(place, raw.get(APPLICANT, "") if element.field == SPOUSE else ""),
            "date": BORN if element.agrees_with else ahead if element.period == "future" else PAST,
            "slot": f"{ahead}/noon",
        }  # fmt: skip
        raw[element.field] = fixed[element.widget] if element.widget in fixed else _taken(desk, service, element, raw)
    return raw


def _taken(desk: ServiceDesk, service: PublicService, element: Element, before: Mapping[str, Any]) -> Any:
    offered = _TYPED[element.widget]
    for typed in offered:
        found = desk.check(service, {**before, element.field: typed}).faults
        if not any(fault.field == element.field for fault in found):
            return typed
    return offered[0]
