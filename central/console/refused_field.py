"""Which field of a form was refused, so that the page marks it and puts the cursor there."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from protocol.errors import KioskError, Refused

_FIELDS: Final[Mapping[str, str]] = {
    "account_code_wrong": "code", "account_exists": "name", "bad_account": "name", "bad_notice": "text_ar",
    "bad_shop": "id", "because_missing": "because", "check_differs": "check", "code_check": "check",
    "code_form": "check", "code_length": "check", "code_letter": "check", "code_wrong": "code", "console_area": "id",
    "console_day": "day", "console_file": "file", "console_governorate": "governorates", "console_price": "since",
    "draft_id": "document", "draft_there": "document", "draft_unread": "document", "erase_unsent": "loss",
    "float_twice": "reference", "float_unpaid": "reference", "number_differs": "number",
    "password_differs": "password_again", "password_weak": "password_new", "reason_missing": "reason_ar",
    "same_shop": "shop", "shop_exists": "id", "sign_in_wrong": "password", "slot_form": "slot",
}  # fmt: skip
"""The field that an error is about, where whoever raised it read no form."""
_NAMES: Final = ("shop", "device", "approval", "number")
"""Fields that name a thing."""
_AT: Final = "at_field"


def at(name: str, error: Refused) -> Refused:
    """The same error, of that field."""
    return Refused(error.code, **{_AT: name, **error.values})


def named_in(form: Container[str]) -> str:
    """The field of what is not there, or not his: by the form alone, so that both look the same."""
    return next((name for name in _NAMES if name in form), "")


def of(error: KioskError | None) -> str:
    """None, as "", where it is about no field."""
    return "" if error is None else str(error.values.get(_AT) or _FIELDS.get(error.code, ""))
