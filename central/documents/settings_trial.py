"""Settings are tried before they are published: a sound shop must still sell under them."""

from __future__ import annotations

from typing import Final

from protocol.clock import HOUR_MS
from protocol.documents.limits_reached import Held, reached, stopping
from protocol.documents.settings import LimitSettings
from protocol.errors import Refused

SALE_PT: Final = 50_000
"""One request of a sound shop: it holds one for the centre and sells another. It heard of the centre an hour ago."""
_NAMES: Final = {
    "unsent": "unsent_soft, limits.unsent_hard", "money": "money_hard_pt, limits.money_soft_percent",
    "age": "age_soft_h, limits.age_hard_h", "lease": "lease_h", "catalogue": "catalogue_hard_h",
}  # fmt: skip
"""The settings that a finding goes by."""


def refuse_stopping(limits: LimitSettings) -> None:
    """Raises Refused ``setting_order`` where a lower limit is above a higher one, ``setting_stops`` where an operator
    of a sound shop could not sell alone.
    """
    unordered = limits.unordered()
    if unordered is not None:
        lower, higher = unordered
        values = {"least": getattr(limits, lower), "most": getattr(limits, higher)}
        raise Refused("setting_order", lower=f"limits.{lower}", higher=f"limits.{higher}", **values)
    held = Held(2, 2 * SALE_PT, 1, (limits.lease_h - 1) * HOUR_MS, 1)
    finding = stopping(reached(held, limits), supervisor=False)
    if finding is not None:
        raise Refused("setting_stops", name=f"limits.{_NAMES[finding.code]}", limit=finding.limit, held=finding.now)
