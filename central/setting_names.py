"""Every name that a shop's settings know: one that nobody reads, a slip of a key, would be believed to be in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final

from kiosk.errors import Refused
from kiosk.records.settings import DaySettings, LimitSettings

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


LEAST: Final = {"idle_lock_s": 10, "session_h": 1, "draft_days": 1, "limits.lease_h": 1, "limits.unsent_hard": 1}
"""Below it no counter of the shop could work: a lease of no hours locks each of them with its next word from here."""


def refuse_unknown(changes: Mapping[str, Any], above: str = "") -> None:
    """Raises Refused ``unknown_setting``, with the names that look like it; ``setting_low``."""
    for name, value in changes.items():
        path = f"{above}{name}"
        inner = isinstance(value, Mapping)
        if type(value) is int and value < LEAST.get(path, value):
            raise Refused("setting_low", name=path, least=LEAST[path])
        if (path in NAMES and (not inner or path == WHOLE)) or f"{above}{ANY}" in NAMES:
            continue
        if not (inner and any(known.startswith(f"{path}.") for known in NAMES)):
            near = get_close_matches(path, sorted(NAMES), n=3) or ["docs/centre.md"]
            raise Refused("unknown_setting", name=path, near=", ".join(near))
        refuse_unknown(value, f"{path}.")
