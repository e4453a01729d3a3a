"""The line, what waits to be sent, the devices, backup and update: checks 22 to 25, 31 to 37, 39 to 41."""

from __future__ import annotations

from typing import Any, Final

from kiosk.core import offline_limits
from kiosk.core.documents_in_force import in_force
from kiosk.core.offline_limits import LimitStanding
from kiosk.model import facts
from kiosk.ports.store import Store
from kiosk.printing.printer_choice import parse_choice
from kiosk.upkeep.backup.backup_schedule import overdue_days
from kiosk.upkeep.device_health import stuck
from kiosk.upkeep.doctor.check_result import CheckList, Finding, Probes, Unknown
from protocol.clock import DAY_MS, HOUR_MS
from protocol.doctor import Severity
from protocol.documents.limits_reached import Level, LimitFinding
from protocol.documents.settings import LimitSettings
from protocol.documents.trust import NO_UPDATES
from protocol.errors import Refused
from protocol.wire.enrolment import read_statement

BACKUP_MS: Final = DAY_MS
SECOND_MS: Final = 7 * DAY_MS
WAITING_MS: Final = 14 * DAY_MS
STALE_MS: Final = 30 * DAY_MS
DAY_OPEN_H: Final = 36
CHECKS: Final = CheckList()
_GRAVITY: Final = {Level.WARN: Severity.WARN, Level.SUPERVISOR: Severity.WARN, Level.STOP: Severity.STOP}


# ---- the line


@CHECKS.add("line", "operator", depends_on=(26,), support=("state",), texts=("link", "no_name"))
def link(probes: Probes) -> Finding | None:
    state = probes.line.inspect().state
    return Finding(Severity.WARN, {"state": state}, "" if state == "no_link" else state) if state[:3] == "no_" else None


@CHECKS.add("line", "operator", depends_on=(22,))
def portal(probes: Probes) -> Finding | None:
    return Finding(Severity.WARN) if probes.line.inspect().state == "portal" else None


@CHECKS.add("line", depends_on=(19, 22))
def foreign(probes: Probes) -> Finding | None:
    return Finding(Severity.WARN) if probes.line.inspect().state == "foreign" else None


@CHECKS.add("line", "operator", depends_on=(22,))
def centre_silent(probes: Probes) -> Finding | None:
    return Finding(Severity.NOTE) if probes.line.inspect().state == "silent" else None


# ---- what waits, and what it is waited with


def _standing(probes: Probes) -> tuple[LimitStanding, LimitSettings]:
    """Where the counter stands, and the limits of its settings. Raises Unknown("no_settings")."""
    store = probes.shop.store()
    standing = offline_limits.standing_of(probes.clock.wall_ms(), store.journal.tail(), store.facts())
    try:
        return standing, in_force(store).settings().limits
    except Refused:
        raise Unknown("no_settings") from None


def _reached(code: str, standing: LimitStanding, allowed: LimitSettings) -> LimitFinding | None:
    """The limit of that name, if it has been reached, as the counter itself computes it."""
    return next((found for found in offline_limits.findings(standing, allowed) if found.code == code), None)


@CHECKS.add("queue", "operator", depends_on=(19, 26), show_after_ms=0, cheap=True, support=("n",))
def unsent(probes: Probes) -> Finding | None:
    reached = _reached("age", *_standing(probes))
    return Finding(_GRAVITY[reached.level], {"n": reached.now}) if reached else None


@CHECKS.add("queue", "operator", depends_on=(26,), show_after_ms=0, cheap=True, support=("percent",))
def unsent_money(probes: Probes) -> Finding | None:
    """At the cap it is a stop: nothing more can be sold, and so it is never passed."""
    standing, allowed = _standing(probes)
    reached = _reached("money", standing, allowed)
    cap_pt = offline_limits.limits_in_force(standing, allowed).money_hard_pt
    if reached is None:
        return None
    gravity = Severity.STOP if reached.now >= cap_pt else _GRAVITY[reached.level]
    return Finding(gravity, {"percent": reached.now * 100 // max(1, cap_pt)})


@CHECKS.add("queue", "operator", depends_on=(26,), cheap=True, support=("n",), texts=("to_correct", "quarantined"))
def to_correct(probes: Probes) -> Finding | None:
    store = probes.shop.store()
    if facts.QUARANTINE.kept(store, store.journal.tail().chain.epoch) is not None:
        return Finding(Severity.STOP, {}, "quarantined")
    waiting = store.requests.rejected_count()
    return Finding(Severity.WARN, {"n": waiting}) if waiting else None


@CHECKS.add("queue", "operator", depends_on=(19, 26), show_after_ms=0, cheap=True, support=("n",))
def catalogue(probes: Probes) -> Finding | None:
    reached = _reached("catalogue", *_standing(probes))
    return Finding(_GRAVITY[reached.level], {"n": reached.now // 24}) if reached else None


@CHECKS.add("queue", "operator", depends_on=(19, 26), show_after_ms=0, cheap=True, support=("n",))
def day_open(probes: Probes) -> Finding | None:
    """Until it is closed nobody has counted the drawer."""
    day, now_ms = probes.shop.store().days.open_day(), probes.clock.wall_ms()
    if day is None or now_ms - day.opened_ms <= DAY_OPEN_H * HOUR_MS:
        return None
    return Finding(Severity.WARN, {"n": (now_ms - day.opened_ms) // HOUR_MS})


# ---- devices


@CHECKS.add("devices", "operator", support=("reason",), texts=("printer", "printer_none", "printer_denied"))
def printer(probes: Probes) -> Finding | None:
    reason = probes.devices.printer()
    if reason == "gone":
        return None  # the next check says so, with the act that mends it
    text = f"printer_{reason}" if reason in ("none", "denied") else ""
    return Finding(Severity.WARN, {"reason": reason}, text) if reason else None


@CHECKS.add(
    "devices", "operator", depends_on=(26, 35), show_after_ms=5 * 60_000, support=("n",),
    texts=("print_queue", "printer_gone"),
)  # fmt: skip
def print_queue(probes: Probes) -> Finding | None:
    store = probes.shop.store()
    kept = facts.PRINTER.kept(store)
    chosen = parse_choice(kept) if kept else None
    if chosen is not None and chosen.kind == "system" and chosen.address not in probes.devices.printers():
        return Finding(Severity.WARN, {}, "printer_gone")
    waiting = stuck(store, probes.clock.wall_ms())
    return Finding(Severity.WARN, {"n": waiting}) if waiting else None


@CHECKS.add("devices", "operator", depends_on=(26,), texts=("scanner_silent", "scanner_layout"))
def scanner(probes: Probes) -> Finding | None:
    state = facts.read_object(probes.shop.store().facts(), facts.SCANNER).get("state")
    if state not in ("ok", "silent", "layout"):
        raise Unknown("not_tried")
    return None if state == "ok" else Finding(Severity.NOTE, {}, f"scanner_{state}")


# ---- backup and update


@CHECKS.add(
    "keeping", "operator", depends_on=(19, 26), cheap=True, support=("n",),
    texts=("backup", "backup_second", "backup_away", "backup_unproved"),
)  # fmt: skip
def backup(probes: Probes) -> Finding | None:
    """A counter is given its first day, and its first week, to have a backup and a second place for it."""
    store, now_ms = probes.shop.store(), probes.clock.wall_ms()
    begun_ms, known = _begun_ms(store), store.facts()
    age_ms = now_ms - _last_ms(facts.read_object(known, facts.BACKUP), begun_ms)
    if age_ms > BACKUP_MS:
        return Finding(Severity.WARN, {"n": age_ms // DAY_MS})
    late_ms = now_ms - _last_ms(facts.read_object(known, facts.BACKUP_SECOND), begun_ms)
    away = facts.read_object(known, facts.BACKUP_AWAY)
    since_ms = away.get("since_ms")
    if isinstance(since_ms, int) and now_ms - since_ms > DAY_MS:
        found: dict[str, int | str] = {"n": (now_ms - since_ms) // DAY_MS, "place": str(away.get("place", ""))}
        return Finding(Severity.WARN if late_ms > SECOND_MS else Severity.NOTE, found, "backup_away")
    if late_ms > SECOND_MS:
        return Finding(Severity.WARN, {"n": late_ms // DAY_MS}, "backup_second")
    days = overdue_days(store, now_ms)
    return None if days is None else Finding(Severity.NOTE, {"n": days}, "backup_unproved")


def _last_ms(kept: dict[str, Any], begun_ms: int) -> int:
    at_ms = kept.get("at_ms")
    return at_ms if isinstance(at_ms, int) and kept.get("verified") else begun_ms


def _begun_ms(store: Store) -> int:
    kept = store.enrolment()
    if kept is None:
        raise Unknown("not_enrolled")
    return read_statement(kept.statement).issued_ms


def _awaited_ms(store: Store) -> int | None:
    """Since when a first word of updates is waited for; None where the centre publishes none yet."""
    begun_ms = _begun_ms(store)
    return None if in_force(store).keyset().update_root_sha256 == NO_UPDATES else begun_ms


@CHECKS.add(
    "keeping", depends_on=(19, 26), cheap=True, support=("n", "mb"),
    texts=("update", "update_reverted", "update_stale", "update_full", "update_unsaved"),
)  # fmt: skip
def update(probes: Probes) -> Finding | None:
    kept, now_ms = facts.read_object(probes.shop.store().facts(), facts.UPDATE), probes.clock.wall_ms()
    if not kept:
        raise Unknown("no_updates")
    if kept.get("reverted"):
        return Finding(Severity.WARN, {}, "update_reverted")
    if kept.get("trouble") == "update_full":
        return Finding(Severity.WARN, {"mb": int(kept.get("need_mb") or 0)}, "update_full")
    if kept.get("trouble") == "upgrade_waits":
        return Finding(Severity.WARN, {}, "update_unsaved")
    since, metadata_ms = kept.get("since_ms"), kept.get("metadata_ms")
    if kept.get("phase") == "WAITING" and isinstance(since, int) and now_ms - since > WAITING_MS:
        return Finding(Severity.WARN, {"n": (now_ms - since) // DAY_MS})
    heard_ms = metadata_ms if isinstance(metadata_ms, int) and metadata_ms > 0 else _awaited_ms(probes.shop.store())
    if heard_ms is not None and heard_ms < now_ms - STALE_MS:
        return Finding(Severity.WARN, {"n": (now_ms - heard_ms) // DAY_MS}, "update_stale")
    return None
