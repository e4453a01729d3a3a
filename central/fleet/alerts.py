"""What somebody must be told of (the table in docs/centre.md). Computed here, from the tables; the rule file for
Prometheus only passes it on, so that a page, a command and a pager never disagree.
"""

from __future__ import annotations

import json
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from central import audit, rejected_auth
from central.centre import Centre
from central.devices.registry import ONLINE_MS, name_of
from central.documents.opening_hours import Hours
from central.fleet import overview
from central.fleet.overview import DeviceRow
from central.projection import parked_chains
from central.releases import rollout
from central.requests import refunds
from central.store.device_models import Audit, Entry, Equivocation, Slot
from central.store.interface import Session
from central.store.request_models import ClockJump, RejectedAuth
from protocol.clock import DAY_MS, HOUR_MS
from protocol.doctor import DAY_OPEN
from protocol.journal.mirror_lag import Lag
from starter import pointer

MINUTE_MS: Final = 60_000
SILENCE_H: Final = ((72, "lease"), (48, "visit"), (24, "call"))
"""Hours of its opening that a shop is silent, and what is to be done."""
OUTAGE_MS: Final = HOUR_MS
OUTAGE_AREA: Final = 0.10
OUTAGE_ALL: Final = 0.03
FEWEST: Final = 3
MONEY_SHARE: Final = 0.80
MONEY_MS: Final = 24 * HOUR_MS
STUCK_MS: Final = 14 * DAY_MS
OLD_MS: Final = 30 * DAY_MS
BEHIND: Final = 2
METADATA_H: Final = 30 * 24
STOP_MS: Final = HOUR_MS
INCIDENT: Final = 0.01
BACKUP_H: Final = 7 * 24
SKEW_S: Final = 300
CLOCK_JUMPS_A_DAY: Final = 2
TRIES: Final = 5
DUPLICATE_MS: Final = 7 * DAY_MS
WAITING_MS: Final = 30 * MINUTE_MS
KEYS: Final = {
    rejected_auth.SIGNATURE: ("signature_refused", "ticket"), "superseded": ("key_superseded", "page"),
    "erased": ("erase_heard", "ticket"),
}  # fmt: skip
HALTED: Final = ("bad", "ring", "acked", "others")
"""What the audit has of why the centre halted a release."""
RESTING: Final = frozenset({"", "IDLE", "COMMITTED", "REVERTED"})
WORK_HOURS: Final = Hours(9, 17, frozenset({4}))
"""When somebody at the centre should be there to approve: not on Fridays."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong now. `name` has its text as ``central.alert.<name>``; `muted`: a graver one covers it."""

    name: str
    severity: str
    subject: str
    shop: str = ""
    governorate: str = ""
    since_ms: int = 0
    values: dict[str, int | str] = field(default_factory=dict)
    muted: bool = False


Found = Iterator[Alert]


def alerts(centre: Centre, session: Session, fleet: list[DeviceRow] | None = None) -> list[Alert]:
    """All that fire now, the gravest first. The watchdog always does: its absence is the alarm."""
    now, fleet = centre.now_ms(), overview.device_rows(centre, session) if fleet is None else fleet
    outages = list(_outages(fleet, now))
    muted = {one.governorate for one in outages}
    silent = list(_covered(_each(fleet, now, _silent), lambda one: bool(muted & {one.governorate, "*"})))
    unheard = {one.subject for one in silent}
    found = [
        *outages, *silent,
        *_each(fleet, now, _money, _lacking), *_forks(session, fleet), *_parked(session, fleet),
        *_duplicates(session, fleet, now),
        *_keys(session, fleet, now),
        *_stops(fleet, now), *_clocks(session, fleet, now), *_enrolments(session, now),
        *_covered(
            (*_rollouts(centre, session, fleet, now), *_each(fleet, now, _backup, _mirror, _day)),
            lambda one: one.subject in unheard,
        ),
    ]  # fmt: skip
    order = ("page", "ticket", "none")
    found.sort(key=lambda one: (one.muted, order.index(one.severity), one.name, one.shop, one.subject))
    return [*found, Alert("watchdog", "none", "", since_ms=now)]


def _each(fleet: list[DeviceRow], now: int, *rules: Callable[[DeviceRow, int], Found]) -> Found:
    yield from (alert for rule in rules for one in fleet for alert in rule(one, now))


def _of(counter: DeviceRow, name: str, severity: str, since_ms: int, **values: int | str) -> Alert:
    return Alert(name, severity, counter.name, counter.shop, counter.governorate, since_ms, dict(values))


def _covered(found: Iterable[Alert], covers: Callable[[Alert], bool]) -> Found:
    yield from (replace(one, muted=True) if covers(one) else one for one in found)


def _silent(one: DeviceRow, now: int) -> Found:
    hours = one.silent_ms(now) // HOUR_MS if one.works and not one.why else 0
    step = next((word for least, word in SILENCE_H if hours >= least), None)
    if step is not None:
        yield _of(one, "shop_silent", "ticket" if step == "call" else "page", one.last_ms, hours=hours, step=step)


def _outages(fleet: list[DeviceRow], now: int) -> Found:
    """Counters that fell silent within the last hour while their shops were open, many in one place."""
    lately = [one for one in fleet if one.works and one.heard_ms > now - DAY_MS]
    fell = [one for one in lately if _fell_silent(one, now)]
    all_, down = (Tally(one.governorate for one in some) for some in (lately, fell))
    if len(fell) >= FEWEST and len(fell) > OUTAGE_ALL * len(lately) and len(down) > 1:
        yield _outage("*", fell, len(lately))
        return
    for area in sorted(down):
        if down[area] >= FEWEST and down[area] > OUTAGE_AREA * all_[area]:
            yield _outage(area, [one for one in fell if one.governorate == area], all_[area])


def _fell_silent(one: DeviceRow, now: int) -> bool:
    silent = now - one.heard_ms
    late = ONLINE_MS < silent <= ONLINE_MS + OUTAGE_MS
    return late and one.opening.open_ms(one.heard_ms, now) == silent


def _outage(area: str, fell: list[DeviceRow], of: int) -> Alert:
    since = min(one.heard_ms for one in fell)
    return Alert("area_outage", "page", area, "", area, since, {"counters": len(fell), "of": of})


def _money(one: DeviceRow, now: int) -> Found:
    held_ms = now - one.oldest_ms if one.oldest_ms else 0
    if one.unsent_pt > MONEY_SHARE * one.cap_pt or (held_ms > MONEY_MS and one.unsent_pt):
        yield _of(one, "money_at_risk", "page", one.oldest_ms, amount_pt=one.unsent_pt, hours=held_ms // HOUR_MS)


def _lacking(one: DeviceRow, _now: int) -> Found:
    """It was told of more than is here: this centre was put back from an older copy."""
    if one.lacking or one.lacks_picture:
        yield _of(one, "not_held", "page", one.heard_ms, entries=one.lacking, pictures=int(one.lacks_picture))


def _forks(session: Session, fleet: list[DeviceRow]) -> Found:
    """Two histories of one journal: a copied disk, or somebody who writes his own."""
    frozen = {one.device: one for one in fleet if one.state == "frozen"}
    firsts = select(Equivocation.device, func.min(Equivocation.at_ms)).group_by(col(Equivocation.device))
    shown: dict[bytes, int] = dict(session.all(firsts))
    for device, one in frozen.items():
        yield _of(one, "clone", "page", shown.get(device, 0))


def _parked(session: Session, fleet: list[DeviceRow]) -> Found:
    """Journals that stand before an entry which cannot be projected; of one counter the one that stands longest."""
    known = {one.device: one for one in fleet}
    for found in {one.device: one for one in reversed(parked_chains.parked(session))}.values():
        values: dict[str, int | str] = {"epoch": found.epoch, "seq": found.seq, "why": found.why}
        values["device"] = name_of(found.device)[:8]
        yield _of(known[found.device], "chain_parked", "page", found.at_ms, **values)


def _duplicates(session: Session, fleet: list[DeviceRow], now: int) -> Found:
    """Tills that sold under an id in use. A sound counter never does: its ids are drawn at random."""
    lately = select(Audit.staff, func.count(), func.min(Audit.at_ms)).group_by(col(Audit.staff))
    lately = lately.where(Audit.act == refunds.DUPLICATE, Audit.at_ms > now - DUPLICATE_MS)
    known = {one.name: one for one in fleet}
    for till, times, first_ms in session.all(lately):
        if till in known:
            yield _of(known[till], "id_twice", "ticket", first_ms, times=times)


def _keys(session: Session, fleet: list[DeviceRow], now: int) -> Found:
    """Keys that are not believed. Only those that name a device of ours: anybody can send the rest."""
    known = {one.device: one for one in fleet}
    for found in rejected_auth.lately(session, now):
        name, severity = KEYS.get(found.why, ("", ""))
        if name and (found.why != "superseded" or _two_computers(session, known[found.device], found)):
            yield _of(known[found.device], name, severity, found.first_ms, times=found.recent)


def _two_computers(session: Session, one: DeviceRow, found: RejectedAuth) -> bool:
    """Whether the old computer speaks beside the new one, or in spite of having been called broken.

    One that was approved for its next epoch may speak with the old key until it has fetched the new statement.
    """
    if not one.works:
        return True
    first = session.get(Entry, one.device, one.epoch, 1)
    return first is not None and found.last_ms > first.received_ms


def _rollouts(centre: Centre, session: Session, fleet: list[DeviceRow], now: int) -> Found:
    said = rollout.reading(centre).rollout() if centre.updates is not None else {}
    for version, one in said.items():
        halted = select(Audit).filter_by(act="release.halted", subject=version, staff=audit.CENTRE)
        row = session.one(halted.order_by(col(Audit.n).desc()).limit(1))
        if one["halted"] and row is not None:
            why = {name: value for name, value in json.loads(row.detail).items() if name in HALTED}
            yield Alert("rollout_halted", "page", version, since_ms=row.at_ms, values={"version": version, **why})
    order = sorted((version for version, one in said.items() if one["percent"] == 100), key=pointer.order)
    first = session.one(select(func.min(Audit.at_ms)).where(Audit.act == "release.promoted"))
    since = now if first is None else first
    yield from (found for one in fleet if one.works for found in _rollout_of(one, order, since, now))


def _rollout_of(one: DeviceRow, order: list[str], since: int, now: int) -> Found:
    """`since` is when the first release was let out: from then on a counter that looks for releases hears of them."""
    if one.phase not in RESTING and now - one.phase_ms > STUCK_MS:
        yield _of(one, "rollout_stuck", "ticket", one.phase_ms, phase=one.phase)
    behind = sum(rollout.newer(version, one.version) for version in order)
    if behind >= BEHIND and now - one.version_ms > OLD_MS:
        yield _of(one, "version_old", "ticket", one.version_ms, version=one.version)
    stale = one.age_h("metadata_age_h", now)
    if stale is None and one.phase:
        stale = (now - max(since, one.enrolled_ms)) // HOUR_MS
    if stale is not None and stale > METADATA_H:
        yield _of(one, "metadata_stale", "ticket", now - stale * HOUR_MS, hours=stale)


def _stops(fleet: list[DeviceRow], now: int) -> Found:
    """What stops a counter for an hour; the same in many shops is one incident."""
    stopped = [one for one in fleet if one.works and one.health.get("stops") and now - one.stops_ms > STOP_MS]
    shops = len({one.shop for one in fleet})
    places: dict[int, set[str]] = {}
    for one in stopped:
        for number in one.health["stops"]:
            places.setdefault(number, set()).add(one.shop)
    many = {n for n, where in places.items() if len(where) >= FEWEST and len(where) > INCIDENT * shops}
    for number in sorted(many):
        since = min(one.stops_ms for one in stopped if number in one.health["stops"])
        values: dict[str, int | str] = {"finding": number, "shops": len(places[number])}
        yield Alert("incident", "page", str(number), since_ms=since, values=values)
    for one in stopped:
        numbers = one.health["stops"]
        found = _of(one, "doctor_stop", "page", one.stops_ms, finding=numbers[0])
        yield replace(found, muted=many.issuperset(numbers))


def _backup(one: DeviceRow, now: int) -> Found:
    """A counter that says nothing of backups has none."""
    age = one.age_h("backup_age_h", now)
    hours = (now - one.enrolled_ms) // HOUR_MS if age is None else age
    if one.works and one.heard_ms and hours > BACKUP_H:
        yield _of(one, "backup_old", "ticket", now - hours * HOUR_MS, hours=hours)


def _mirror(one: DeviceRow, _now: int) -> Found:
    """Its keystore does not hear of what it writes: it is locked, broken, or held up by somebody."""
    entries, seconds = (one.health.get(name) or 0 for name in ("mirror_entries", "mirror_s"))
    if one.works and Lag(entries, seconds).late(1):
        yield _of(one, "mirror_late", "page", one.heard_ms, entries=entries, seconds=seconds)


def _day(one: DeviceRow, _now: int) -> Found:
    """A day that stays open: nobody has counted its drawer, and somebody may want its prices."""
    if one.works and DAY_OPEN in one.health.get("found", ()):
        yield _of(one, "day_open", "ticket", one.heard_ms)


def _clocks(session: Session, fleet: list[DeviceRow], now: int) -> Found:
    times = Tally(session.all(select(ClockJump.device).where(ClockJump.at_ms > now - DAY_MS)))
    for one in fleet:
        skew, jumps = one.health.get("skew_s") or 0, times[one.device] if times[one.device] >= CLOCK_JUMPS_A_DAY else 0
        if one.works and (abs(skew) > SKEW_S or jumps):
            yield _of(one, "clock_wrong", "ticket", one.heard_ms, seconds=skew, jumps=jumps)


def _enrolments(session: Session, now: int) -> Found:
    for one in session.all(select(Slot).where(Slot.expires_ms > now).order_by(col(Slot.slot))):
        name, since = name_of(one.device), one.claimed_ms
        values: dict[str, int | str] = {"slot": one.slot}
        if one.tries >= TRIES:
            yield Alert("enrolment_tries", "ticket", name, one.shop, since_ms=one.expires_ms - DAY_MS, values=values)
        if one.state == "revealed" and since and WORK_HOURS.open_ms(since, now) > WAITING_MS:
            yield Alert("enrolment_waits", "ticket", name, one.shop, since_ms=since, values=values)
