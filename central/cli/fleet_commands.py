"""`fleet`: all counters at a glance, what somebody must be told of, and the same for Prometheus."""

from __future__ import annotations

import uuid
from argparse import Namespace
from typing import Any

from central import audit
from central.centre import Centre
from central.cli import fleet_view as view
from central.cli.console import Console
from central.cli.opening import opened
from central.devices import enrolment, registry
from central.fleet import metrics, overview, rollout_halt
from central.fleet.alerts import Alert, alerts
from central.fleet.overview import MISSING_MS, DeviceRow
from central.store.interface import Session
from protocol.clock import HOUR_MS, show_time
from protocol.errors import Refused
from protocol.texts import say
from protocol.values.money import format_pt

COLUMNS = (
    "shop", "governorate", "technician", "device", "standing", "heard", "version", "ring", "phase", "unsent", "money",
    "oldest_h", "lease_h", "catalogue_h", "worst", "backup_h", "disk_mb", "skew_s", "printer", "last_receipt",
)  # fmt: skip


def fleet(options: Namespace, console: Console) -> None:
    {"list": _list, "alerts": _alerts, "metrics": _metrics, "why": _why, "watch": _watch}[options.what](
        options, console
    )


def _list(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        now = centre.now_ms()
        if options.needs_approval:
            console.listed(_waiting(centre, session), view.WAITING, view.heads(console.language, view.WAITING))
            return
        all_ = overview.device_rows(centre, session)
        told = _told(alerts(centre, session, all_))
    found = [one for one in all_ if _wanted(one, options, now) and (not options.trouble or one.name in told)]
    if console.json:
        console.listed([_row(one, now) | {"alerts": told.get(one.name, [])} for one in found], COLUMNS)
        return
    rows = [view.counter(one, told.get(one.name, []), now, console.language) for one in found]
    console.listed(rows, view.COUNTERS, view.heads(console.language, view.COUNTERS))
    trouble = 0 if options.trouble else sum(one.name in told for one in found)
    console.out.write(view.summary(found, trouble, now, console.language) + "\n")


def _told(found: list[Alert]) -> dict[str, list[str]]:
    """By device, the names of what somebody must be told of."""
    told: dict[str, list[str]] = {}
    for one in found:
        if not one.muted:
            told.setdefault(one.subject, []).append(one.name)
    return told


def _wanted(one: DeviceRow, options: Namespace, now: int) -> bool:
    return (
        (not options.silent or (one.works and one.stale(now)))
        and options.version in ("", one.version)
        and (not options.missing or (one.works and now - one.last_ms > MISSING_MS))
        and (not options.expired or _expired(one, now))
        and (not options.finding or options.finding in one.health.get("found", []))
    )


def _expired(one: DeviceRow, now: int) -> bool:
    """Its lease is over by now, whether or not it was heard since: its screen is locked."""
    left_h = one.left_h(now)
    return one.works and left_h is not None and left_h <= 0


def _waiting(centre: Centre, session: Session) -> list[dict[str, Any]]:
    """Devices that somebody must approve: not counters yet, so most of their row is empty."""
    return [
        dict.fromkeys(COLUMNS, "") | {
            "shop": slot.shop, "device": str(uuid.UUID(bytes=slot.device)), "standing": "awaiting", "slot": slot.slot,
        }
        for slot in enrolment.slots(session, "revealed") if slot.expires_ms > centre.now_ms()
    ]  # fmt: skip


def _row(one: DeviceRow, now: int) -> dict[str, Any]:
    """Times and ages go on by themselves; what only the counter knows is marked once it is no longer news."""
    stale, well, worst = one.stale(now), one.health, one.health.get("worst")

    def said(value: object) -> str:
        text = "" if value is None else str(value)
        return f"{view.OLD}{text}" if stale and text else text

    last = well.get("last_receipt_ms")
    return {
        "shop": one.shop, "shop_ar": one.names[0], "shop_en": one.names[1], "governorate": one.governorate,
        "technician": one.technician, "device": one.name, "epoch": one.epoch, "standing": one.standing(now),
        "heard": show_time(one.heard_ms) if one.heard_ms else "-", "heard_ms": one.heard_ms, "stale": stale,
        "version": said(one.version), "ring": said(well.get("ring")), "phase": said(one.phase),
        "unsent": said(one.unsent), "money": said(format_pt(one.unsent_pt)),
        "oldest_h": (now - one.oldest_ms) // HOUR_MS if one.oldest_ms else "",
        "lease_h": _plain(one.left_h(now)), "catalogue_h": _plain(one.age_h("catalogue_age_h", now)),
        "worst": said(f"{worst['n']} {worst['severity']}" if worst else None),
        "backup_h": _plain(one.age_h("backup_age_h", now)), "disk_mb": said(one.said.get("disk_free_mb")),
        "skew_s": said(well.get("skew_s")), "printer": said(well.get("printer")),
        "last_receipt": said(show_time(last) if last else None), "stops": well.get("stops", []),
        "found": well.get("found", []), "reverted": well.get("reverted"),
    }  # fmt: skip


def _plain(value: int | None) -> int | str:
    return "" if value is None else value


def _alerts(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        found, now = alerts(centre, session), centre.now_ms()
    told = [one for one in found if one.name != "watchdog" or console.json]
    rows = [_shown(one, console) if console.json else view.alert(one, now, console.language) for one in told]
    console.listed(rows, view.ALERTS, view.heads(console.language, view.ALERTS), ours="text")
    if not console.json and not rows:
        console.out.write(say(console.language, "central.fleet.calm") + "\n")


def _shown(one: Alert, console: Console) -> dict[str, Any]:
    return {
        "alert": one.name, "severity": one.severity, "shop": one.shop, "subject": one.subject,
        "governorate": one.governorate, "since_ms": one.since_ms, "since": show_time(one.since_ms),
        "muted": one.muted, "text": view.sentence(one, console.language), **one.values,
    }  # fmt: skip


def _metrics(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        console.out.write(metrics.text(centre, session))


def _watch(options: Namespace, console: Console) -> None:
    """What `serve` does each minute: halt what does harm."""
    with opened(options) as centre:
        found = rollout_halt.watch(centre)
    console.listed([{"version": one.version, "why": one.why} for one in found], ("version", "why"))


def _why(options: Namespace, console: Console) -> None:
    """Say why a counter is missing: then nobody is called about its silence until it is heard again."""
    with opened(options) as centre, centre.store.writing() as session:
        device = registry.find(session, options.device)
        if options.because not in overview.WHYS:
            raise Refused("fleet_why", known=", ".join(overview.WHYS))
        session.run(
            """INSERT INTO health (device, at_ms, body, version, version_ms, phase, phase_ms, stops, stops_ms, why)
               VALUES (?, 0, '{}', '', 0, '', 0, '', 0, ?) ON CONFLICT (device) DO UPDATE SET why = excluded.why""",
            device, options.because,
        )  # fmt: skip
        name = str(uuid.UUID(bytes=device))
        audit.append(session, centre.now_ms(), options.staff, "fleet.why", name, why=options.because)
    console.done("fleet_why", device=name, why=options.because)
