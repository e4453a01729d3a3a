"""What the centre has set for this shop: a signed document, the last one rules.

Every limit has a default, so that a missing member never widens or shuts anything by accident.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, Final

from protocol.catalogue.fees import ShopFees
from protocol.documents.trust import Forged
from protocol.strict_json import count
from protocol.values.money import MAX_PT

FEE_STEP_PT: Final = 25
"""The smallest coin: a service fee that is no multiple of it cannot be given change for."""


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much a shop may hold that the centre has not acknowledged. Counts, piastres, hours."""

    unsent_soft: int = 500
    unsent_hard: int = 5_000
    citizen_soft: int = 10
    money_hard_pt: int = 5_000_000
    money_soft_percent: int = 80
    age_warn_h: int = 24
    age_soft_h: int = 72
    age_hard_h: int = 240
    lease_h: int = 240
    catalogue_warn_h: int = 72
    catalogue_hard_h: int = 240
    offline_class_pt: Mapping[str, int] = field(default_factory=dict)
    offline_default_pt: int = 100_000


@dataclass(frozen=True, slots=True)
class DaySettings:
    """How a day is closed: counted before the screen says what should be there (`blind`), note by note or as one sum,
    and which difference (piastres, either way) the operator may settle alone.
    """

    blind: bool = True
    by_notes: bool = True
    difference_pt: int = 2_000


@dataclass(frozen=True, slots=True)
class Commissions:
    """What the shop earns of a request, from the authority and never from the citizen: `pt`, or by service."""

    pt: int = 0
    by_service: Mapping[str, int] = field(default_factory=dict)

    def of(self, service_id: str) -> int:
        return self.by_service.get(service_id, self.pt)


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """When releases may be fetched: from one hour of the day in Cairo to another (the same twice: always), and how
    much of a metered line a month (0: no cap). `ring` is that of the device itself where it is empty, "0" of a pilot.
    """

    from_h: int = 0
    to_h: int = 0
    cap_mb: int = 0
    ring: str = ""


METHODS: Final = ("card", "wallet")
LABEL: Final = "label:"
"""Before the name of a disk, where the second place of backups is not a path."""
LONGEST_PLACE: Final = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """The shop as the centre knows it. A form that was left half typed is kept for `draft_days`.

    `methods` are the ways of paying beside cash: some of `METHODS`. `second_place` is where backups are copied to: a
    whole path, or `LABEL` and the name of a disk; "" leaves it to the counter. `governorate`: the shop's, or else the
    first part of its id, as the centre has it (`central.fleet.overview`).
    """

    version: int
    shop_id: str
    shop_ar: str
    shop_en: str
    fees: ShopFees
    tax_number: str
    public_address: str
    support_phone: str
    limits: LimitSettings
    idle_lock_s: int
    session_h: int
    draft_days: int = 7
    day: DaySettings = field(default_factory=DaySettings)
    commissions: Commissions = field(default_factory=Commissions)
    methods: tuple[str, ...] = ()
    updates: UpdateSettings = field(default_factory=UpdateSettings)
    second_place: str = ""
    governorate: str = ""


_RING: Final = re.compile(r"0|[1-9][0-9]?|100", re.ASCII)
_LIMIT_NAMES: Final = tuple(name for name in LimitSettings.__dataclass_fields__ if name != "offline_class_pt")


def read_settings(members: Mapping[str, Any]) -> Settings:
    """The settings in a verified payload.

    Raises Forged("not settings") for signed nonsense. A service fee that no coins pay is read all the same: what a
    release has once accepted must not stop the next one; `payable` is asked where new ones are made.
    """
    try:
        shop, limits = members["shop"], members.get("limits", {})
        return Settings(
            version=count(members["version"]),
            shop_id=str(shop["id"]),
            shop_ar=str(shop["name"]["ar"]),
            shop_en=str(shop["name"]["en"]),
            fees=ShopFees(
                service_fee_pt=count(shop.get("service_fee_pt", 0), MAX_PT),
                service_fees_pt={str(k): count(v, MAX_PT) for k, v in shop.get("service_fees_pt", {}).items()},
                vat_registered=shop.get("vat_registered") is True,
                vat_permille=count(shop.get("vat_permille", 140)),
            ),
            tax_number=str(shop.get("tax_number", "")),
            public_address=str(members["public_address"]),
            support_phone=str(members.get("support_phone", "")),
            limits=LimitSettings(
                offline_class_pt={str(k): count(v) for k, v in limits.get("offline_class_pt", {}).items()},
                **{name: count(limits[name]) for name in _LIMIT_NAMES if name in limits},
            ),
            idle_lock_s=count(members.get("idle_lock_s", 180)),
            session_h=count(members.get("session_h", 12)),
            draft_days=count(members.get("draft_days", 7)),
            day=_day(members.get("day", {})),
            commissions=Commissions(
                count(shop.get("commission_pt", 0), MAX_PT),
                {str(k): count(v, MAX_PT) for k, v in shop.get("commissions_pt", {}).items()},
            ),
            methods=tuple(name for name in METHODS if name in shop.get("methods", ())),
            updates=_updates(members.get("updates", {})),
            second_place=second_place(members) or "",
            governorate=str(shop.get("governorate") or shop["id"].partition("-")[0]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Forged("not settings") from error


def payable(shop: Mapping[str, Any]) -> bool:
    """Whether coins pay every service fee named in `shop`, the settings' member that `read_settings` could read."""
    fees = [shop.get("service_fee_pt", 0), *shop.get("service_fees_pt", {}).values()]
    return all(fee_pt % FEE_STEP_PT == 0 for fee_pt in fees)


def second_place(members: Mapping[str, Any]) -> str | None:
    """What the settings say of it, "" for nothing; None for what no counter could use."""
    backups = members.get("backups", {})
    said = backups.get("second", "") if isinstance(backups, Mapping) else None
    if not isinstance(said, str) or len(said) > LONGEST_PLACE or not said.isprintable():
        return None
    name = said.removeprefix(LABEL)
    if said.startswith(LABEL):
        return said if name and not set(name) & set("/\\:") and name not in (".", "..") else None
    whole = PurePosixPath(said).is_absolute() or PureWindowsPath(said).is_absolute()
    return said if whole or not said else None


def _day(members: Mapping[str, Any]) -> DaySettings:
    default = DaySettings()
    return DaySettings(
        members.get("blind", default.blind) is not False,
        members.get("by_notes", default.by_notes) is not False,
        count(members.get("difference_pt", default.difference_pt)),
    )


def _updates(members: Mapping[str, Any]) -> UpdateSettings:
    """``{"window": [from, to], "cap_mb": n, "ring": "10"}``, each of which may be missing."""
    begin, end = members.get("window", (0, 0))
    if max(count(begin), count(end)) > 24:
        raise Forged("not settings")
    return UpdateSettings(begin % 24, end % 24, count(members.get("cap_mb", 0)), named_ring(members))


def named_ring(updates: Mapping[str, Any]) -> str:
    """The ring that signed settings put a shop into; empty where each device is in its own.

    A word of a later centre leaves it there, too.
    """
    ring = str(updates.get("ring", ""))
    return ring if _RING.fullmatch(ring) else ""
