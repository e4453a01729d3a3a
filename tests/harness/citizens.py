"""Synthetic citizens, born 1900, and what they answer: a valid answer for every field of any service, and bad ones.

For services nobody here wrote, too: everything follows from the widget and the property's schema.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final

from protocol.catalogue import forms
from protocol.catalogue.fields import APPLICANT, SPOUSE
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import Element, PublicService
from protocol.values.national_id import check_digit_ok, sex_of
from tests.harness.service_documents import TODAY

TEST_PT: Final = 1_250
"""What a price costs that nobody has published."""
_TYPED: Final[Mapping[str, tuple[Any, ...]]] = {
    "mobile": ("٠١٠ ١٢٣٤ ٥٦٧٨",),
    "digits": ("٤٥٦٧", "100-531-385", "2024", "02", "2345678", "23456789", "1234567890", "12345678901234"),
    "code": ("a ١٢٣٤٥٦٧٨", "ab 12"),
    "money": ("150", "1"),
    "name": ("منى عبد الله حسن علي",),
    "text": ("شارع النيل 12، الدور الثالث", "نص"),
    "count": ("2", "1", "50"),
    "plate": ("س م ط 1234",),
    "slot": ({"date": {"day": "20", "month": "12", "year": "2026"}, "period": "noon"},),
    "governorate": ("02", "01"),
}
"""What an operator may type, by widget; the first that the form takes is typed."""
_DAYS: Final = {"past": "2024-03-15", "future": "2026-12-20", None: "2024-03-15"}
_BAD: Final[Mapping[str, tuple[tuple[Any, str], ...]]] = {
    "national_id": (
        ("2000101010001", "nid_length"), ("40001010100014", "nid_century"), ("20013010100014", "nid_date"),
        ("39912310100014", "nid_future"), ("20001019900014", "nid_governorate"), ("2000101010001a", "nid_digits"),
    ),
    "mobile": (("0101234567", "mobile_length"), ("01312345678", "mobile_prefix"), ("010x2345678", "mobile_digits")),
    "digits": (("12a", "digits"), ("x", "digits")),
    "code": (("جواز 5", "code"), ("A/#", "code")),
    "money": (("1,250", "money_ambiguous"), ("-5", "money_negative")),
    "name": (("Mona Hassan", "name_arabic"), ("منى ٢ حسن علي سعد", "name_arabic"), ("منى", "name_parts")),
    "text": (),
    "date": (("2026-02-30", "date_form"), ({"day": "3", "month": "", "year": "2026"}, "date_form")),
    "choice": (("no-such-choice", "choice"),),
    "count": (("two", "count"), ("1.5", "count")),
    "plate": (("سمط", "plate_form"), ("1234", "plate_form")),
    "slot": (("2020-01-01/noon", "date_past"), ("2026-12-20/night", "slot_form"), ("soon", "date_form")),
    "governorate": (("88", "choice"), ("القاهرة", "choice")),
}  # fmt: skip
"""What is refused whatever the service says, by widget, and the code of its fault."""


def national_id(serial: int) -> str:
    """The number of a citizen born in Cairo on 1 January 1900, with the usual last digit."""
    begun = f"200010101{serial:04d}"
    return next(begun + digit for digit in "0123456789" if check_digit_ok(begun + digit))


def published(document: Mapping[str, Any]) -> PublicService:
    """The service as a centre would publish it: unknown prices have one, and it is open."""
    return parse_service(priced(document))


def priced(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a file."""
    told = copy.deepcopy(dict(document))
    for cost in told["costs"]:
        if cost.pop("set_by_centre", False):
            cost["amount_pt"] = TEST_PT
        if "table" in cost:
            cost["table"] = {value: TEST_PT if unit is None else unit for value, unit in cost["table"].items()}
    if "availability" in told:
        told["availability"]["periods"] = [{"from": "2026-01-01", "until": None}]
    return told


def ways(service: PublicService) -> Iterator[dict[str, Any]]:
    """Raw answers of a sound form, once for every combination of its choices."""
    asked = [element for element in service.form.elements() if element.widget == "choice"]
    codes = [list(service.form.choices[element.choices or ""]) for element in asked]
    for picked in product(*codes):
        yield _answers(service, {element.field: code for element, code in zip(asked, picked, strict=True)})


def filled(service: PublicService) -> dict[str, Any]:
    """Raw answers of one sound form: that with the most fields shown."""
    return max(ways(service), key=lambda raw: len(forms.read(service, raw).shown))


def _answers(service: PublicService, picked: Mapping[str, Any]) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for place, element in enumerate(service.form.elements()):
        if element.widget == "choice":
            raw[element.field] = picked[element.field]
        elif element.widget == "national_id":
            raw[element.field] = _number(place + 1, other_than=raw[APPLICANT] if element.field == SPOUSE else "")
        elif element.agrees_with is not None:
            raw[element.field] = "1900-01-01"
        elif element.widget == "date":
            raw[element.field] = _DAYS[element.period]
        else:
            raw[element.field] = _taken(service, element, raw)
    return raw


def _number(serial: int, *, other_than: str) -> str:
    """That citizen's, or of the one after where the first has the sex of another."""
    number = national_id(serial)
    return national_id(serial + 1) if other_than and sex_of(number) == sex_of(other_than) else number


def _taken(service: PublicService, element: Element, before: Mapping[str, Any]) -> Any:
    for typed in _TYPED[element.widget]:
        found = forms.check(service, {**before, element.field: typed}, TODAY).faults
        if not any(fault.field == element.field for fault in found):
            return typed
    raise AssertionError(f"{service.id}: nothing to type into {element.field}")


def spoiled(service: PublicService, element: Element, sound: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Bad answers of one field with the code of each one's fault; `sound` is what the form holds otherwise."""
    schema = service.form.schema["properties"][element.field]
    yield from _BAD[element.widget]
    yield [], "type"
    if element.widget in ("text", "name"):
        yield "ا " * schema["maxLength"] + "ب", "maxLength"
    if element.widget == "text" and schema.get("minLength", 0) > 1:
        yield "ا", "minLength"
    if element.widget == "digits":
        yield "9" * (schema["maxLength"] + 1), "maxLength"
    if element.widget in ("count", "money"):
        yield schema["maximum"] + 1, "maximum"
        yield schema["minimum"] - 1, "minimum"
    if element.widget == "date" and element.period == "past":
        yield "2099-01-01", "date_future"
    if element.agrees_with is not None and element.widget == "date":
        yield "1900-01-02", "nid_birth_date"
    if element.differs_from is not None:
        yield sound[element.differs_from], "same_answer"
