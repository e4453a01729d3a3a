"""What the centre has set for this shop: a signed document, the last one rules.

What it may hold is said in these classes and nowhere else. Every limit has a default (docs/protocol.md), so that a
missing member never widens or shuts anything by accident. What the staff may set a member to stands beside it
(`SettingRule`); reading is more lenient, for what a release has once accepted must not stop the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Final

from protocol import members
from protocol.catalogue.fees import ShopFees
from protocol.documents.trust import read_as
from protocol.members import Codec
from protocol.strict_json import MAX_INTEGER, count
from protocol.texts import Bilingual
from protocol.values.arabic import clean
from protocol.values.money import MAX_PT

FEE_STEP_PT: Final = 25
"""The smallest coin: a service fee that is no multiple of it cannot be given change for."""
METHODS: Final = ("card", "wallet")
LABEL: Final = "label:"
"""Before the name of a disk, where the second place of backups is not a path."""
LONGEST_PLACE: Final = 200
WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class SettingRule:
    """Whether a value is one that the staff may set, and what is wanted, as any language writes it."""

    sound: Callable[[Any], bool]
    words: str


def _from(least: int, most: int) -> SettingRule:
    return SettingRule(lambda value: type(value) is int and least <= value <= most, f"{least} … {most}")


def _matching(pattern: str, words: str) -> SettingRule:
    form = re.compile(pattern, re.ASCII)
    return SettingRule(lambda value: form.fullmatch(str(value)) is not None, words)


def _is_line(value: object) -> bool:
    return isinstance(value, str) and clean(value) == value and len(value) <= WORDS


def _methods(said: Any) -> tuple[str, ...]:
    return tuple(name for name in METHODS if name in said)


def _window(said: Any) -> tuple[int, int]:
    begin, end = said
    if max(count(begin), count(end)) > 24:
        raise ValueError("hours")
    return begin % 24, end % 24


def _ring(said: object) -> str:
    """A word of a later centre leaves each device in its own."""
    ring = str(said)
    return ring if re.fullmatch(r"0|[1-9][0-9]?|100", ring, re.ASCII) else ""


def _second(said: object) -> str | None:
    """A second place, "" for none; None for what no counter could use."""
    if not isinstance(said, str) or len(said) > LONGEST_PLACE or not said.isprintable():
        return None
    name = said.removeprefix(LABEL)
    if said.startswith(LABEL):
        return said if name and not set(name) & set("/\\:") and name not in (".", "..") else None
    whole = PurePosixPath(said).is_absolute() or PureWindowsPath(said).is_absolute()
    return said if whole or not said else None


Flag = Annotated[bool, SettingRule(lambda value: isinstance(value, bool), "true, false")]
Line = Annotated[str, SettingRule(_is_line, f"1 … {WORDS}")]
Amount = Annotated[int, Codec(lambda value: count(value, MAX_PT))]
_SecondPlace = Annotated[str, Codec(lambda said: _second(said) or "")]
_Methods = Annotated[
    tuple[str, ...],
    Codec(_methods, list),
    SettingRule(lambda said: isinstance(said, list) and all(one in METHODS for one in said), ", ".join(METHODS)),
]


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much a shop may hold that the centre has not acknowledged. Counts, piastres, hours."""

    unsent_soft: int = 500
    unsent_hard: Annotated[int, _from(1, MAX_INTEGER)] = 5_000
    citizen_soft: int = 10
    money_hard_pt: int = 5_000_000
    money_soft_percent: Annotated[int, _from(1, 100)] = 80
    age_warn_h: int = 24
    age_soft_h: int = 72
    age_hard_h: int = 240
    lease_h: Annotated[int, _from(1, 10_000)] = 240  # one of no hours locks every counter of the shop
    catalogue_warn_h: int = 72
    catalogue_hard_h: int = 240
    offline_class_pt: Mapping[str, int] = field(default_factory=dict)
    offline_default_pt: int = 100_000


@dataclass(frozen=True, slots=True)
class DaySettings:
    """How a day is closed: counted before the screen says what should be there (`blind`), note by note or as one sum,
    and which difference (piastres, either way) the operator may settle alone.
    """

    blind: Flag = True
    by_notes: Flag = True
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

    window: Annotated[tuple[int, int], Codec(_window, list)] = (0, 0)
    cap_mb: int = 0
    ring: Annotated[str, Codec(_ring), _matching("|0|[1-9][0-9]?|100", "0, 1, 10, 50, 100")] = ""


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Where backups are copied to. `second` is a whole path, or `LABEL` and a disk's name; "": the counter chooses."""

    second: _SecondPlace = ""


def _backups(said: object) -> BackupSettings:
    """The rest rules all the same where these are no settings of backups."""
    return members.read(BackupSettings, said if isinstance(said, Mapping) else {})


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """The shop itself. `methods` are the ways of paying beside cash: some of `METHODS`. The last four are for people
    at the centre.
    """

    id: str
    name: Bilingual
    service_fee_pt: Amount = 0
    service_fees_pt: Mapping[str, Amount] = field(default_factory=dict)
    vat_registered: Flag = False
    vat_permille: Annotated[int, _from(0, 1_000)] = 140
    tax_number: Line = ""
    commission_pt: Amount = 0
    commissions_pt: Mapping[str, Amount] = field(default_factory=dict)
    methods: _Methods = ()
    float_warn_pt: int = 0
    governorate: Line = ""
    technician: Line = ""
    hours: Any = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The shop as the centre knows it. A form that was left half typed is kept for `draft_days`; `min_client` is the
    least version that the centre speaks to.
    """

    version: int
    shop: ShopSettings
    public_address: Annotated[str, _matching(r"https?://[A-Za-z0-9.:\[\]/_-]{1,200}", "https://r.example.eg")]
    support_phone: Line = ""
    limits: LimitSettings = field(default_factory=LimitSettings)
    idle_lock_s: Annotated[int, _from(10, 86_400)] = 180
    session_h: Annotated[int, _from(1, 168)] = 12
    draft_days: Annotated[int, _from(1, 3_660)] = 7
    day: DaySettings = field(default_factory=DaySettings)
    min_client: Annotated[str, _matching(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", "1.4.0")] = "0"
    updates: UpdateSettings = field(default_factory=UpdateSettings)
    backups: Annotated[BackupSettings, Codec(_backups, members.write)] = field(default_factory=BackupSettings)

    @property
    def fees(self) -> ShopFees:
        shop = self.shop
        return ShopFees(shop.service_fee_pt, shop.service_fees_pt, shop.vat_registered, shop.vat_permille)

    @property
    def commissions(self) -> Commissions:
        return Commissions(self.shop.commission_pt, self.shop.commissions_pt)

    @property
    def governorate(self) -> str:
        """The shop's, or else the first part of its id."""
        return self.shop.governorate or self.shop.id.partition("-")[0]


def read_settings(payload: Mapping[str, Any]) -> Settings:
    """The settings in a verified payload.

    Raises Forged("not settings") for signed nonsense. A service fee that no coins pay is read all the same;
    `payable` is asked where new ones are made.
    """
    return read_as(Settings, payload, "not settings")


def payable(shop: Mapping[str, Any]) -> bool:
    """Whether coins pay every service fee named in `shop`, the settings' member that `read_settings` could read."""
    fees = [shop.get("service_fee_pt", 0), *shop.get("service_fees_pt", {}).values()]
    return all(fee_pt % FEE_STEP_PT == 0 for fee_pt in fees)


def second_place(changes: Mapping[str, Any]) -> str | None:
    """What changes of the settings say of it, "" for nothing; None for what no counter could use."""
    backups = changes.get("backups", {})
    return _second(backups.get("second", "")) if isinstance(backups, Mapping) else None


def named_ring(updates: Mapping[str, Any]) -> str:
    """The ring that signed settings put a shop into; empty where each device is in its own."""
    return _ring(updates.get("ring", ""))
