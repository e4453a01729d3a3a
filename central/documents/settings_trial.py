"""Settings are tried before they are published: a sound shop must still sell under them."""

from __future__ import annotations

import re
from typing import Final

from sqlmodel import select

from central.centre import Centre
from central.store.device_models import Device
from central.store.interface import Session
from protocol import strict_json
from protocol.clock import HOUR_MS
from protocol.documents.limits_reached import Held, reached, stopping
from protocol.documents.settings import Settings
from protocol.errors import Refused

_VERSION: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", re.ASCII)
SALE_PT: Final = 50_000
"""One request of a sound shop, without the shop's fee. The shop has not sent one and sells another; it heard from the
centre an hour ago.
"""
_NAMES: Final = {
    "unsent": "unsent_soft, limits.unsent_hard", "money": "money_hard_pt, limits.money_soft_percent",
    "age": "age_soft_h, limits.age_hard_h", "lease": "lease_h", "catalogue": "catalogue_hard_h",
}  # fmt: skip
"""The settings that cause each finding."""


def refuse_stopping(settings: Settings) -> None:
    """Raises Refused ``setting_order`` where a lower limit is above a higher one, ``setting_stops`` where an operator
    of a sound shop could not sell alone.
    """
    limits = settings.limits
    unordered = limits.unordered()
    if unordered is not None:
        lower, higher = unordered
        values = {"least": getattr(limits, lower), "most": getattr(limits, higher)}
        raise Refused("setting_order", lower=f"limits.{lower}", higher=f"limits.{higher}", **values)
    sale_pt = SALE_PT + max(settings.fees.service_fee_pt, *settings.fees.service_fees_pt.values(), 0)
    held = Held(2, 2 * sale_pt, 1, (limits.lease_h - 1) * HOUR_MS, 1)
    finding = stopping(reached(held, limits), supervisor=False)
    if finding is not None:
        raise Refused("setting_stops", name=f"limits.{_NAMES[finding.code]}", limit=finding.limit, held=finding.now)


def refuse_unreleased(centre: Centre, session: Session, version: str) -> None:
    """Raises Refused ``setting_unreleased`` for a `min_client` above every version that counters can have.

    These are the releases for all counters; where there is none, what the counters run.
    """
    known = centre.released()
    if not known:
        heard = session.all(select(Device.heartbeat))
        known = tuple(str(strict_json.loads_object(facts.encode()).get("app")) for facts in heard if facts)
    newest = max(filter(_VERSION.fullmatch, known), key=_order, default="0")
    if _order(version) > _order(newest):
        raise Refused("setting_unreleased", name="min_client", wanted=version, newest=newest)


def _order(version: str) -> tuple[int, ...]:
    """Its numbers, padded: 1.4 and 1.4.0 are one version."""
    return (*map(int, version.split(".")), 0, 0, 0, 0)[:4]
