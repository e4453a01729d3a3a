"""One answer of a form: from what was typed to what is stored, and what is wrong with it beyond its schema.

Total functions: any object that a screen, a draft or the wire can hold comes back as a value or as a problem.
Nothing is shortened and nothing is guessed; what cannot be read stays as it is, so that the operator sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, NamedTuple

from protocol.catalogue.services import Element, Form
from protocol.clock import read_day
from protocol.errors import Refused
from protocol.strict_json import MAX_STRING_BYTES
from protocol.values import mobile, national_id, plates
from protocol.values.arabic import clean, fold_digits, looks_arabic, search_key
from protocol.values.money import parse_pt

Value = str | int | None
"""A normalised answer: text or integer; "" means no answer, None one that cannot be read."""
NO_ANSWER: Final = ""
APPLICANT: Final = "national_id"
SPOUSE: Final = "spouse_national_id"
"""Two of the fields that mean the same in every service (docs/catalogue.md)."""
SLOT_PERIODS: Final = ("morning", "noon", "evening")
_NUMBER: Final = re.compile(r"[0-9]{14}")
_LOOSE_DATE: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_NOT_IN_NAMES: Final = re.compile(r"[^\w\s'’.\u064b-\u065f\u0670-]|[\d_]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: `code` names the text, `values` fill its holes and hold nothing personal."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


# ---- from what was typed to what is stored


def normalise(widget: str, raw: object) -> Value:
    """The stored form of `raw`, by widget. Idempotent: a stored value comes back as it is.

    A date is ``{"day", "month", "year"}`` or ISO text; a slot is ``{"date", "period"}`` or ``2099-12-31/morning``; a
    whole number of a money box is piastres already. All else is text in either digit script.
    """
    if widget == "slot" and isinstance(raw, Mapping):
        return _slot(raw)
    if widget == "date" and isinstance(raw, Mapping):
        return _boxes(raw)
    if widget in ("count", "money") and type(raw) is int:
        return raw
    text = _text(raw)
    return text if text is None else WIDGETS[widget].normalise(text)


def _text(raw: object) -> str | None:
    """Clean text; whole numbers as text, because a number may come from a scanner's driver; None for the rest."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return clean(raw)
    return str(raw) if type(raw) is int and abs(raw) < 10**20 else None


def _code(text: str) -> str:
    """A passport's number is read aloud and typed in groups, in small letters or with Arabic digits."""
    return national_id.compact(text).upper()


def _count(text: str) -> Value:
    digits = fold_digits(text)
    return int(digits) if re.fullmatch(r"[0-9]{1,15}", digits) else text


def _money(text: str) -> Value:
    try:
        return parse_pt(text)
    except Refused:
        return text


def _date(text: str) -> str:
    folded = fold_digits(text)
    parts = _LOOSE_DATE.fullmatch(folded)
    return f"{parts[1]}-{parts[2]:0>2}-{parts[3]:0>2}" if parts else folded


def _boxes(raw: Mapping[object, object]) -> str | None:
    boxes = [_text(raw.get(name)) for name in ("year", "month", "day")]
    if None in boxes:
        return None
    return _date("-".join(map(str, boxes))) if any(boxes) else ""


def _slot(raw: Mapping[object, object]) -> str | None:
    """``date/period``; "" where no date was typed, whatever the period says: it has a default."""
    day, period = normalise("date", raw.get("date")), _text(raw.get("period"))
    if not isinstance(day, str) or period is None:
        return None
    return fold_digits(f"{day}/{period}") if day else ""  # as the text of one that comes back is


# ---- what is wrong with it


class Answer(NamedTuple):
    """One answer where it stands."""

    element: Element
    form: Form
    value: Value
    today: date


Check = Callable[[Answer], Problem | None]


def problem(element: Element, form: Form, value: Value, today: date) -> Problem | None:
    """What is wrong with one answer that `normalise` has made, whatever its schema says; None where it is sound.

    Refusals of the validators come with their own codes.
    """
    if value is None:
        return Problem("type")
    if isinstance(value, str) and len(value.encode()) > MAX_STRING_BYTES:
        return Problem("maxLength")
    try:
        return WIDGETS[element.widget].check(Answer(element, form, value, today))
    except Refused as refused:
        return Problem(refused.code, refused.values)


def _parsed(parse: Callable[[str], object]) -> Check:
    """Whatever its parser takes."""

    def check(answer: Answer) -> None:
        if isinstance(answer.value, str):
            parse(answer.value)

    return check


def _matching(pattern: str, code: str) -> Check:
    return lambda answer: None if re.fullmatch(pattern, str(answer.value)) else Problem(code)


def _check_national_id(answer: Answer) -> Problem | None:
    age = national_id.parse(str(answer.value), answer.today).age(answer.today)
    return Problem("nid_age", {"age": answer.element.min_age}) if age < answer.element.min_age else None


def _check_choice(answer: Answer) -> Problem | None:
    return None if answer.value in answer.form.answers(answer.element) else Problem("choice")


def _check_name(answer: Answer) -> Problem | None:
    name = str(answer.value)
    if not looks_arabic(name) or _NOT_IN_NAMES.search(name):
        return Problem("name_arabic")
    # Counted in the key, where عبد الله is one name.
    enough = len(search_key(name).split()) >= answer.element.words
    return None if enough else Problem("name_parts", {"parts": answer.element.words})


def _check_date(answer: Answer) -> Problem | None:
    day, period = day_of(str(answer.value)), answer.element.period
    if day is None:
        return Problem("date_form")
    if period == "past" and day > answer.today:
        return Problem("date_future")
    return Problem("date_past") if period == "future" and day <= answer.today else None


def _check_slot(answer: Answer) -> Problem | None:
    day, _, period = str(answer.value).partition("/")
    found = _check_date(answer._replace(value=day))
    return found or (None if period in SLOT_PERIODS else Problem("slot_form"))


# ---- the kinds of answers


@dataclass(frozen=True, slots=True)
class Widget:
    """What is made of clean text, and what is wrong with that. Its property must take the `type` and each `stored`."""

    normalise: Callable[[str], Value] = str
    check: Check = lambda _answer: None
    type: Literal["string", "integer"] = "string"
    stored: tuple[str, ...] = ()


WIDGETS: Final[Mapping[str, Widget]] = {
    "national_id": Widget(national_id.compact, _check_national_id, stored=("20001010100014",)),
    "mobile": Widget(mobile.compact, _parsed(mobile.parse), stored=("01012345678",)),
    "digits": Widget(national_id.compact, _matching("[0-9]+", "digits")),
    "code": Widget(_code, _matching("[A-Z0-9]+", "code")),
    "money": Widget(_money, _parsed(parse_pt), "integer"),
    "name": Widget(check=_check_name),
    "text": Widget(),
    "date": Widget(_date, _check_date, stored=("2026-12-01",)),
    "choice": Widget(check=_check_choice),
    "count": Widget(_count, lambda answer: None if isinstance(answer.value, int) else Problem("count"), "integer"),
    "plate": Widget(plates.compact, _parsed(plates.parse), stored=("سمط1234",)),
    "slot": Widget(fold_digits, _check_slot, stored=tuple(f"2026-12-01/{period}" for period in SLOT_PERIODS)),
    "governorate": Widget(fold_digits, _check_choice),
}


def day_of(text: str) -> date | None:
    """The calendar day of ISO text, None where there is none."""
    try:
        return read_day(text)
    except ValueError:
        return None


def contradiction(element: Element, value: object, number: object, today: date) -> Problem | None:
    """Where a typed birth date or sex is not the one inside a sound national ID `number`."""
    holder = national_id.parse(str(number), today)
    if element.widget == "date":
        return None if day_of(str(value)) == holder.birth_date else Problem("nid_birth_date")
    return None if value == holder.sex else Problem("nid_sex")


def doubts(element: Element, value: object, applicant: object = None) -> tuple[str, ...]:
    """Codes of what is unusual about an answer; the operator looks again and may go on. None of an unsound one.

    `applicant` is the applicant's national ID, where one is typed: husband and wife are seldom of one sex.
    """
    text = str(value)
    if element.widget == "national_id":
        digit = _NUMBER.fullmatch(text) and not national_id.check_digit_ok(text)
        alike = element.field == SPOUSE and _of_one_sex(text, str(applicant))
        return ("check_digit",) * bool(digit) + ("same_sex",) * alike
    if element.widget != "plate":
        return ()
    try:
        return plates.parse(text).warnings
    except Refused:
        return ()


def _of_one_sex(one: str, other: str) -> bool:
    numbers = _NUMBER.fullmatch(one), _NUMBER.fullmatch(other)
    return all(numbers) and national_id.sex_of(one) == national_id.sex_of(other)
