"""Every name that a shop's settings know: one that nobody reads, a slip of a key, would be believed to be in force."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final

from protocol.documents.settings import METHODS, DaySettings, LimitSettings
from protocol.errors import Refused
from protocol.strict_json import MAX_INTEGER
from protocol.values.arabic import clean

WORDS: Final = 300
ANY: Final = "*"
"""The id of a service or of a class of services."""
WHOLE: Final = "shop.hours"
"""A value with members of its own."""
NAMES: Final = frozenset(
    (
        "public_address", "support_phone", "idle_lock_s", "session_h", "draft_days", "min_client", "backups.second",
        "updates.window", "updates.cap_mb", "updates.ring", "shop.service_fee_pt", f"shop.service_fees_pt.{ANY}",
        "shop.vat_registered", "shop.vat_permille", "shop.tax_number", "shop.commission_pt",
        f"shop.commissions_pt.{ANY}", "shop.methods", "shop.float_warn_pt", "shop.governorate", "shop.technician",
        WHOLE, "shop.name.ar", "shop.name.en", f"limits.offline_class_pt.{ANY}",
        *(f"limits.{one.name}" for one in fields(LimitSettings) if one.name != "offline_class_pt"),
        *(f"day.{one.name}" for one in fields(DaySettings)),
    )
)  # fmt: skip


Check = tuple[Callable[[Any], bool], str]
"""Whether a value is one, and what is wanted, as any language writes it."""


def _from(least: int, most: int) -> Check:
    return lambda value: type(value) is int and least <= value <= most, f"{least} … {most}"


def _matching(pattern: str, wanted: str) -> Check:
    form = re.compile(pattern, re.ASCII)
    return lambda value: form.fullmatch(str(value)) is not None, wanted


_YES_NO: Final[Check] = (lambda value: isinstance(value, bool), "true, false")
_LINE: Final[Check] = (
    lambda value: isinstance(value, str) and clean(value) == value and len(value) <= WORDS,
    f"1 … {WORDS}",
)
VALUES: Final[Mapping[str, Check]] = {
    # A lease of no hours locks every counter of the shop with its next word from here.
    "limits.lease_h": _from(1, 10_000), "limits.unsent_hard": _from(1, MAX_INTEGER), "idle_lock_s": _from(10, 86_400),
    "session_h": _from(1, 168), "draft_days": _from(1, 3_660), "limits.money_soft_percent": _from(1, 100),
    "shop.vat_permille": _from(0, 1_000), "shop.vat_registered": _YES_NO, "day.blind": _YES_NO, "day.by_notes": _YES_NO,
    "min_client": _matching(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", "1.4.0"),
    "updates.ring": _matching("|0|[1-9][0-9]?|100", "0, 1, 10, 50, 100"),
    "public_address": _matching(r"https?://[A-Za-z0-9.:\[\]/_-]{1,200}", "https://r.example.eg"),
    "shop.methods": (lambda said: isinstance(said, list) and all(one in METHODS for one in said), ", ".join(METHODS)),
    "support_phone": _LINE, "shop.tax_number": _LINE, "shop.governorate": _LINE, "shop.technician": _LINE,
}  # fmt: skip
"""What a counter would take for something else in silence, or could not work with."""


def refuse_unknown(changes: Mapping[str, Any], above: str = "") -> None:
    """Raises Refused ``unknown_setting``, with the names that look like it; ``setting_value``, with what is wanted."""
    for name, value in changes.items():
        path = f"{above}{name}"
        inner = isinstance(value, Mapping)
        if (path in NAMES and (not inner or path == WHOLE)) or f"{above}{ANY}" in NAMES:
            sound, wanted = VALUES.get(path, (bool, ""))
            if wanted and not sound(value):
                raise Refused("setting_value", name=path, wanted=wanted)
            continue
        if not (inner and any(known.startswith(f"{path}.") for known in NAMES)):
            near = get_close_matches(path, sorted(NAMES), n=3) or ["docs/centre.md"]
            raise Refused("unknown_setting", name=path, near=", ".join(near))
        refuse_unknown(value, f"{path}.")
