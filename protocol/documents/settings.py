"""What the centre has set for this shop: a signed document, the last one rules.

What it may hold is said in these classes and nowhere else. Every limit has a default (docs/protocol.md), so that a
missing member never widens or shuts anything by accident. Each member requires a rule of what the staff may set it to
(`SettingRule`). Reading is more lenient: what one release has accepted must not stop the next one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Final, TypeVar, get_args

from protocol import members
from protocol.catalogue.fees import ShopFees
from protocol.documents.trust import read_as
from protocol.members import Codec
from protocol.strict_json import MAX_INTEGER, count
from protocol.texts import Bilingual
from protocol.values.arabic import clean
from protocol.values.money import MAX_PT

T = TypeVar("T")
FEE_STEP_PT: Final = 25
"""The smallest coin: a service fee that is no multiple of it cannot be given change for."""
MOST_FEE_PT: Final = 50_000
"""A shop adds no larger fee of its own to a request."""
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


@dataclass(frozen=True, slots=True)
class Range(SettingRule):
    """The rule of a whole number."""

    least: int
    most: int


def _from(least: int, most: int, step: int = 1) -> Range:
    words = f"{least} … {most}" if step == 1 else f"{least}, {least + step}, {least + 2 * step} … {most}"
    return Range(lambda value: type(value) is int and value in range(least, most + 1, step), words, least, most)


def _matching(pattern: str, words: str) -> SettingRule:
    form = re.compile(pattern, re.ASCII)
    return SettingRule(lambda value: form.fullmatch(str(value)) is not None, words)


def _is_line(value: object) -> bool:
    return isinstance(value, str) and clean(value) == value and len(value) <= WORDS


def _methods(said: Any) -> tuple[str, ...]:
    return tuple(name for name in METHODS if name in said)


def _is_window(said: object) -> bool:
    return isinstance(said, list) and len(said) == 2 and all(type(hour) is int and 0 <= hour <= 24 for hour in said)


def opening(said: object) -> tuple[int, int, frozenset[int]] | None:
    """The hour at which a shop opens, the one at which it closes, its closed weekdays (0 to 6, Monday is 0).

    Returns None for what is invalid. A missing member has its default.
    """
    said = {} if said is None else said
    if not isinstance(said, dict):
        return None
    opens, closes, closed = said.get("opens", 9), said.get("closes", 22), said.get("closed", [])
    if not (type(opens) is int and type(closes) is int and 0 <= opens < closes <= 24 and isinstance(closed, list)):
        return None
    days = frozenset(day for day in closed if type(day) is int and 0 <= day < 7)
    return None if len(days) == 7 else (opens, closes, days)


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
Line = Annotated[str, SettingRule(_is_line, f"0 … {WORDS}")]
_AMOUNT: Final = _from(0, MAX_PT)
Amount = Annotated[int, Codec(lambda value: count(value, MAX_PT)), _AMOUNT]
Fee = Annotated[int, Codec(lambda value: count(value, MAX_PT)), _from(0, MOST_FEE_PT, FEE_STEP_PT)]
_Limit = Annotated[int, _AMOUNT]
"""An amount that every counter reads, however large it is."""
_Count = Annotated[int, _from(2, MAX_INTEGER)]
_Hours = Annotated[int, _from(2, 10_000)]
_SecondPlace = Annotated[
    str,
    Codec(lambda said: _second(said) or ""),
    SettingRule(lambda said: _second(said) is not None, f"/mnt/nas/manfaz, E:\\manfaz, {LABEL}SHOP7"),
]
_OPEN: Final = SettingRule(lambda said: opening(said) is not None, "opens 0 … 23, closes 1 … 24, closed [0 … 6]")
_Methods = Annotated[
    tuple[str, ...],
    Codec(_methods, list),
    SettingRule(lambda said: isinstance(said, list) and all(one in METHODS for one in said), ", ".join(METHODS)),
]


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """How much a shop may hold that the centre has not acknowledged. Counts, piastres, hours.

    Limits of one thing (`age_warn_h`, `age_soft_h`, `age_hard_h`) rise in this order (`steps`).
    """

    unsent_soft: _Count = 500
    unsent_hard: _Count = 5_000
    citizen_soft: Annotated[int, _from(1, MAX_INTEGER)] = 10
    money_hard_pt: Annotated[int, _from(100_000, MAX_PT)] = 5_000_000
    money_soft_percent: Annotated[int, _from(1, 100)] = 80
    age_warn_h: Annotated[int, _from(1, 10_000)] = 24
    age_soft_h: _Hours = 72
    age_hard_h: _Hours = 240
    lease_h: Annotated[int, _from(1, 10_000)] = 240
    catalogue_warn_h: Annotated[int, _from(1, 10_000)] = 72
    catalogue_hard_h: _Hours = 240
    offline_class_pt: Mapping[str, _Limit] = field(default_factory=dict)
    offline_default_pt: _Limit = 100_000

    def unordered(self) -> tuple[str, str] | None:
        """The names of a lower limit that is above a higher one of the same thing; None where all are in order."""
        for lower, higher in STEPS:
            if getattr(self, lower) > getattr(self, higher):
                return lower, higher
        return None


def _steps(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Each pair of neighbours among ``…_warn…``, ``…_soft…``, ``…_hard…`` of one thing in one unit."""
    of: dict[str, list[str]] = {}
    for grade in ("warn", "soft", "hard"):
        for name in names:
            stem, found, unit = name.partition(f"_{grade}")
            if found:
                of.setdefault(f"{stem} {unit}", []).append(name)
    return tuple(pair for steps in of.values() for pair in pairwise(steps))


STEPS: Final = _steps([one.name for one in fields(LimitSettings)])


@dataclass(frozen=True, slots=True)
class DaySettings:
    """How a day is closed: counted before the screen says what should be there (`blind`), note by note or as one sum,
    and which difference (piastres, either way) the operator may settle alone.
    """

    blind: Flag = True
    by_notes: Flag = True
    difference_pt: _Limit = 2_000


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

    window: Annotated[tuple[int, int], Codec(_window, list), SettingRule(_is_window, "[0, 24]")] = (0, 0)
    cap_mb: Annotated[int, _from(0, 1_000_000)] = 0
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
    name: Annotated[Bilingual, SettingRule(_is_line, f"1 … {WORDS}")]
    service_fee_pt: Fee = 0
    service_fees_pt: Mapping[str, Fee] = field(default_factory=dict)
    vat_registered: Flag = False
    vat_permille: Annotated[int, _from(0, 1_000)] = 140
    tax_number: Line = ""
    commission_pt: Amount = 0
    commissions_pt: Mapping[str, Amount] = field(default_factory=dict)
    methods: _Methods = ()
    float_warn_pt: _Limit = 0
    governorate: Line = ""
    technician: Line = ""
    hours: Annotated[Any, _OPEN] = None


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

    Raises Forged("not settings") for signed nonsense. A value outside its rule is read all the same, except that a
    zero that would stop every sale has its default.
    """
    return _without_stops(read_as(Settings, payload, "not settings"))


def _without_stops(record: T) -> T:
    """A record whose zeros, where its rules allow none, have their defaults: a limit of 0 would stop every sale."""
    changed: dict[str, Any] = {}
    for one, hint in zip(fields(record), members.hints(type(record)).values(), strict=True):  # type: ignore[arg-type]  # a dataclass
        value = getattr(record, one.name)
        rule = next((rule for rule in get_args(hint) if isinstance(rule, Range)), None)
        if rule is not None and value == 0 < rule.least:
            changed[one.name] = one.default
        elif isinstance(value, LimitSettings):
            changed[one.name] = _without_stops(value)
    return replace(record, **changed) if changed else record  # type: ignore[type-var]  # as above


def named_ring(updates: Mapping[str, Any]) -> str:
    """The ring that signed settings put a shop into; empty where each device is in its own."""
    return _ring(updates.get("ring", ""))
