"""One row for each counter: what it said last, when that was, and what the centre knows of it besides. What heartbeats
say of a counter's health is checked, bounded, and kept with the time since which it has been so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from central.centre import Centre
from central.devices.decommissioning import departure_kind
from central.devices.registry import ONLINE_MS, Named
from central.documents import opening_hours, publishing
from central.documents.governorates import short
from central.documents.opening_hours import Hours
from central.documents.pilots import ring_named
from central.store import request_models
from central.store.device_models import Chain, Device, Shop
from central.store.interface import Row, Session
from protocol import strict_json
from protocol.clock import DAY_MS, HOUR_MS
from protocol.doctor import MOST_FINDINGS, SEVERITIES, word
from protocol.documents.settings import LimitSettings
from protocol.rings import ring_of
from protocol.texts import Bilingual

NEW_MS: Final = DAY_MS
MISSING_MS: Final = 30 * DAY_MS
LEFT: Final = "left"
GONE: Final = ("move", "retire")
WHYS: Final = ("closed", "stolen", "broken", "moved")


@dataclass(frozen=True, slots=True)
class DeviceRow(Named):
    """A device as it stands. Times are Unix ms, 0 where there is none; `said` are the members of the last heartbeat,
    `health` those of its `health` (empty where it had none); `named_ring` what its shop's settings say of its ring.
    """

    device: bytes
    shop: str
    names: Bilingual
    governorate: str
    technician: str
    opening: Hours
    limits: dict[str, Any]
    named_ring: str
    epoch: int
    state: str
    enrolled_ms: int
    acked_ms: int
    hwm: int
    heard_ms: int
    said: dict[str, Any]
    health: dict[str, Any]
    version: str
    version_ms: int
    phase: str
    phase_ms: int
    stops_ms: int
    why: str

    @property
    def ring(self) -> str:
        """The ring of releases it is in, by what its shop's settings say now."""
        return self.named_ring or ring_of(self.device)

    @property
    def last_ms(self) -> int:
        """When it was last known to be alive: its enrolment, where it was never heard."""
        return max(self.heard_ms, self.enrolled_ms)

    @property
    def unsent_pt(self) -> int:
        return _whole(self.said.get("unsent_pt"))

    @property
    def unsent(self) -> int:
        return _whole(self.said.get("unsent"))

    @property
    def oldest_ms(self) -> int:
        return _whole(self.said.get("oldest_unsent_ms"))

    @property
    def lacking(self) -> int:
        """Entries that the centre has acknowledged to it, of this epoch, and that are not here."""
        return max(0, _whole(self.said.get("acked")) - self.hwm) if self.said.get("epoch") == self.epoch else 0

    @property
    def lacks_picture(self) -> bool:
        """Whether a picture that the centre had said to have was not here when it was last heard."""
        return self.said.get("lacks_picture") is True

    @property
    def cap_pt(self) -> int:
        return _whole(self.limits.get("money_hard_pt", LimitSettings().money_hard_pt))

    @property
    def works(self) -> bool:
        """Whether it is expected to be heard."""
        return self.state == "active"

    def silent_ms(self, now_ms: int) -> int:
        """How long it has been silent while its shop was open."""
        return self.opening.open_ms(self.last_ms, now_ms)

    def stale(self, now_ms: int) -> bool:
        return now_ms - self.heard_ms > ONLINE_MS

    def standing(self, now_ms: int) -> str:
        if not self.works:
            return self.state
        if now_ms - self.last_ms > MISSING_MS:
            return f"missing {self.why}".strip()
        if self.stale(now_ms):
            return "silent"
        return "new" if now_ms - self.enrolled_ms < NEW_MS else "online"

    def left_h(self, now_ms: int) -> int | None:
        """Hours of its lease, by the time that has passed since it said so."""
        left = self.health.get("lease_left_h")
        return None if left is None else int(left) - self._since_h(now_ms)

    def age_h(self, member: str, now_ms: int) -> int | None:
        """Hours since something of which it said an age, by now."""
        age = self.health.get(member)
        return None if age is None else int(age) + self._since_h(now_ms)

    def _since_h(self, now_ms: int) -> int:
        return max(0, now_ms - self.heard_ms) // HOUR_MS


def _whole(value: object) -> int:
    return value if type(value) is int and value > 0 else 0


_OTHER: Final = aliased(Chain)
_NEWEST: Final = select(func.max(_OTHER.epoch)).where(_OTHER.device == Device.id).scalar_subquery()
_ROWS: Final = (
    select(Device, Chain, request_models.Health)
    .join(Chain, col(Chain.device) == Device.id)
    .join(request_models.Health, col(request_models.Health.device) == Device.id, isouter=True)
    .where(Chain.epoch == _NEWEST)
    .order_by(col(Device.shop), col(Device.id))
)


def device_rows(centre: Centre, session: Session) -> list[DeviceRow]:
    """Every device in its newest epoch, by shop."""
    base = publishing.defaults(centre)  # once: for six thousand shops it is half of all the work
    shops = {
        shop.id: (
            Bilingual(shop.name_ar, shop.name_en),
            publishing.merged(base, strict_json.loads_object(shop.members.encode())),
        )
        for shop in session.under(Shop)
    }  # fmt: skip
    fleet = [_counter(row, *shops[row.shop]) for row in session.all(_ROWS)]
    return [replace(one, state=LEFT) if _has_left(session, one, centre.now_ms()) else one for one in fleet]


def _has_left(session: Session, one: DeviceRow, now_ms: int) -> bool:
    """Asked of the silent alone: who is heard has not gone, and the journals of six thousand are many reads."""
    silent = one.works and now_ms - one.last_ms > NEW_MS
    return silent and departure_kind(session, one.device, one.epoch) in GONE


def _by_now(facts: dict[str, Any], hwm: int) -> dict[str, Any]:
    """What it said, without the unsent work that has arrived since (a stick carries both, the heartbeat first)."""
    arrived = 0 < _whole(facts.get("last_seq")) <= hwm
    return facts | {"unsent": 0, "unsent_pt": 0, "oldest_unsent_ms": None} if arrived else facts


def _counter(row: Row, names: Bilingual, members: dict[str, Any]) -> DeviceRow:
    about = members.get("shop")
    said = about if isinstance(about, dict) else {}
    issued = json.loads(row.statement).get("issued_ms")
    return DeviceRow(
        row.id, row.shop, names, short(str(said.get("governorate") or row.shop.partition("-")[0])),
        str(said.get("technician") or ""), opening_hours.read(said.get("hours")), dict(members.get("limits") or {}),
        ring_named(members), row.epoch, row.state, _whole(issued), row.server_ms if row.hwm else 0, row.hwm,
        row.heard_ms, _by_now(json.loads(row.heartbeat or "{}"), row.hwm), json.loads(row.body or "{}"),
        row.version or "", row.version_ms or 0, row.phase or "", row.phase_ms or 0, row.stops_ms or 0, row.why or "",
    )  # fmt: skip


_WORDS: Final = ("version", "ring", "phase", "reverted", "runtime", "printer")
_NUMBERS: Final = (
    "backup_age_h", "second_age_h", "wall_ms", "last_receipt_ms", "crashes_24h", "metadata_age_h", "lease_left_h",
    "catalogue_age_h", "mirror_entries", "mirror_s",
)  # fmt: skip
Health = dict[str, Any]


def sound_health(said: object) -> Health:
    """The members of docs/protocol.md that are of their kind; every other one is null or empty."""
    given: Mapping[str, Any] = said if isinstance(said, dict) else {}
    health: Health = {name: word(given.get(name)) for name in _WORDS}
    health |= {name: _number(given.get(name)) for name in _NUMBERS}
    health |= {name: _list(given.get(name)) for name in ("stops", "found")}
    worst = given.get("worst")
    parts = worst if isinstance(worst, dict) else {}
    known = _number(parts.get("n")) is not None and parts.get("severity") in SEVERITIES
    since = _number(parts.get("since_ms")) or 0
    health["worst"] = {"n": parts["n"], "severity": parts["severity"], "since_ms": since} if known else None
    return health


def _number(value: object) -> int | None:
    return value if type(value) is int and abs(value) <= strict_json.MAX_INTEGER else None


def _list(value: object) -> list[int]:
    return [one for one in value if _number(one) is not None][:MOST_FINDINGS] if isinstance(value, list) else []


def keep_why(session: Session, device: bytes, why: str) -> None:
    """Why a counter is missing, as far as somebody knows, until it is heard again."""
    nothing = {"at_ms": 0, "body": "{}", "version": "", "version_ms": 0, "phase": "", "phase_ms": 0, "stops": ""}
    if not session.add_new(request_models.Health, device=device, **nothing, stops_ms=0, why=why):
        session.change(request_models.Health, device, why=why)


def keep_health(session: Session, device: bytes, facts: Mapping[str, Any], now_ms: int) -> None:
    """Within the transaction that keeps the heartbeat. A counter of before has no `health`: then only its version."""
    given = facts.get("health")
    health = sound_health(given)
    skew_s = (health["wall_ms"] - now_ms) // 1000 if health["wall_ms"] is not None else None
    version = health["version"] or word(facts.get("app")) or ""
    phase, stops = health["phase"] or "", ",".join(str(n) for n in sorted(health["stops"]))
    body = strict_json.dumps({**health, "skew_s": skew_s} if isinstance(given, dict) else {}).decode()
    parts = {"version": version, "phase": phase, "stops": stops}
    before = session.get(request_models.Health, device)
    since = {
        f"{name}_ms": getattr(before, f"{name}_ms") if before and getattr(before, name) == said else now_ms
        for name, said in parts.items()
    }
    session.put(request_models.Health, device=device, at_ms=now_ms, body=body, **parts, **since, why="")
