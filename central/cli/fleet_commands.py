"""`fleet`: all counters at a glance, what somebody must be told of, and the same for Prometheus.

People are shown short ages and words of their language; scripts take ``--json``, with whole numbers and lasting names.
"""

from __future__ import annotations

import uuid
from argparse import Namespace
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.cli.console import Console
from central.cli.grammar import MACHINE, alone
from central.cli.opening import opened
from central.devices import enrolment, registry
from central.documents import governorates
from central.fleet import metrics, overview, rollout_halt
from central.fleet.alert_words import DAYS_FROM_H, sentence, word
from central.fleet.alerts import Alert, alerts
from central.fleet.overview import MISSING_MS, DeviceRow
from central.staff.acts import Act
from central.store.interface import Session
from protocol.clock import DAY_MS, HOUR_MS, show_time
from protocol.errors import Refused
from protocol.program.command_line import option
from protocol.program.terminal import whole
from protocol.texts import Language, say
from protocol.values.money import format_pt

COLUMNS = (
    "shop", "governorate", "technician", "device", "standing", "heard", "version", "ring", "phase", "unsent", "money",
    "oldest_h", "lease_h", "catalogue_h", "worst", "backup_h", "disk_mb", "skew_s", "printer", "last_receipt",
)  # fmt: skip


@alone(
    "fleet", {"": Act.SHOPS_SEE, "why": Act.SHOPS_MANAGE, "metrics": MACHINE, "watch": MACHINE}, "",
    option("what", nargs="?", choices=("list", "alerts", "metrics", "watch", "why"), default="list"),
    "--silent?", "--missing?",
    "--expired?", "--trouble?", "--needs-approval?", "--version",
    option("--finding", type=whole(1, 40), default=0), "--device", "--because",
)  # fmt: skip
def fleet(options: Namespace, console: Console) -> None:
    {"list": _list, "alerts": _alerts, "metrics": _metrics, "why": _why, "watch": _watch}[options.what](
        options, console
    )


def _list(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        now = centre.now_ms()
        if options.needs_approval:
            console.listed(_waiting(centre, session), WAITING)
            return
        all_ = overview.device_rows(centre, session)
        alarms = _by_device(alerts(centre, session, all_))
    found = [one for one in all_ if _wanted(one, options, now) and (not options.trouble or one.name in alarms)]
    if console.json:
        console.listed([_row(one, now) | {"alerts": alarms.get(one.name, [])} for one in found], COLUMNS)
        return
    rows = [counter(one, alarms.get(one.name, []), now, console.language) for one in found]
    console.listed(rows, COUNTERS)
    trouble = 0 if options.trouble else sum(one.name in alarms for one in found)
    console.out.write(summary(found, trouble, now, console.language) + "\n")


def _by_device(found: list[Alert]) -> dict[str, list[str]]:
    """The names of what somebody must be told of."""
    alarms: dict[str, list[str]] = {}
    for one in found:
        if not one.muted:
            alarms.setdefault(one.subject, []).append(one.name)
    return alarms


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
        return f"{OLD}{text}" if stale and text else text

    last = well.get("last_receipt_ms")
    return {
        "shop": one.shop, "shop_ar": one.names.ar, "shop_en": one.names.en, "governorate": one.governorate,
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
    wanted = [one for one in found if one.name != "watchdog" or console.json]
    rows = [_shown(one, console) if console.json else alert(one, now, console.language) for one in wanted]
    console.listed(rows, ALERTS, ours="text")
    if not console.json and not rows:
        console.out.write(say(console.language, "central.fleet.calm") + "\n")


def _shown(one: Alert, console: Console) -> dict[str, Any]:
    return {
        "alert": one.name, "severity": one.severity, "shop": one.shop, "subject": one.subject,
        "governorate": one.governorate, "since_ms": one.since_ms, "since": show_time(one.since_ms),
        "muted": one.muted, "text": sentence(one, console.language), **one.values,
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
        overview.keep_why(session, device, options.because)
        name = str(uuid.UUID(bytes=device))
        audit.append(session, centre.now_ms(), options.staff, "fleet.why", name, why=options.because)
    console.done("fleet_why", device=name, why=options.because)


OLD: Final = "~"
"""Before what was true when the counter was last heard of, and may not be now."""
COUNTERS: Final = (
    "shop", "governorate", "technician", "device", "standing", "heard", "version", "ring", "phase", "unsent", "money",
    "oldest", "lease", "catalogue", "worst", "backup", "disk", "skew", "printer", "receipt", "alerts",
)  # fmt: skip
ALERTS: Final = ("severity", "shop", "device", "since", "alert", "text")
WAITING: Final = ("shop", "device", "slot")
MINUTE_MS: Final = 60_000
_MB_OF_GB: Final = 1024


def ago(language: Language, ms: int) -> str:
    """``5m``, ``30h``, ``9d``."""
    if ms < HOUR_MS:
        return say(language, "central.ago.minutes", n=max(0, ms) // MINUTE_MS)
    if ms < DAYS_FROM_H * HOUR_MS:
        return say(language, "central.ago.hours", n=ms // HOUR_MS)
    return say(language, "central.ago.days", n=ms // DAY_MS)


def counter(one: DeviceRow, alerts: Iterable[str], now: int, language: Language) -> dict[str, str]:
    """A row of `COUNTERS`. Of one that was never heard nothing is known but that."""
    well, stale = one.health, one.stale(now)

    def said(text: str) -> str:
        return f"{OLD}{text}" if stale and text and one.heard_ms else text if one.heard_ms else ""

    def hours(count: int | None) -> str:
        return "" if count is None else ago(language, count * HOUR_MS)

    left, worst, last, skew = one.left_h(now), well.get("worst"), well.get("last_receipt_ms"), well.get("skew_s")
    standing, _, why = one.standing(now).partition(" ")
    words = [word(language, "standing", standing), *([word(language, "why", why)] if why else [])]
    return {
        "shop": one.shop, "governorate": governorates.called(language, one.governorate), "technician": one.technician,
        "device": one.name[:8],
        "standing": ": ".join(words), "heard": ago(language, now - one.heard_ms) if one.heard_ms else "-",
        "version": said(one.version), "ring": said(str(well.get("ring") or "")),
        "phase": said(word(language, "phase", one.phase)), "unsent": said(str(one.unsent)),
        "money": said(format_pt(one.unsent_pt) if one.unsent_pt else ""),
        "oldest": ago(language, now - one.oldest_ms) if one.oldest_ms else "",
        "lease": say(language, "central.lease.over") if left is not None and left <= 0 else hours(left),
        "catalogue": hours(one.age_h("catalogue_age_h", now)),
        "worst": said(f"{worst['n']} {word(language, 'finding', worst['severity'])}" if worst else ""),
        "backup": hours(one.age_h("backup_age_h", now)), "disk": said(_disk(one.said.get("disk_free_mb"))),
        "skew": "" if skew is None else said(say(language, "central.ago.seconds", n=skew)),
        "printer": said(word(language, "printer", str(well.get("printer") or ""))),
        "receipt": ago(language, now - last) if last else "", "alerts": ", ".join(alerts),
    }  # fmt: skip


def _disk(megabytes: object) -> str:
    if type(megabytes) is not int:
        return ""
    return f"{megabytes // _MB_OF_GB} GB" if megabytes >= _MB_OF_GB else f"{megabytes} MB"


def summary(shown: Sequence[DeviceRow], trouble: int, now: int, language: Language) -> str:
    """What the table comes to: it stands where the eye is when a long one has gone by."""
    standing = Tally(one.standing(now).partition(" ")[0] for one in shown)
    parts = " · ".join(f"{word(language, 'standing', name)} {count}" for name, count in standing.most_common())
    said = say(language, "central.fleet.sum" if shown else "central.fleet.none", n=len(shown), parts=parts)
    return f"{said} {say(language, 'central.fleet.trouble', n=trouble)}" if trouble else said


# ---- alerts ------------------------------------------------------------------------------------------------------


def alert(one: Alert, now: int, language: Language) -> dict[str, str]:
    """A row of `ALERTS`."""
    severity = "covered" if one.muted else one.severity
    return {
        "severity": word(language, "severity", severity), "shop": one.shop, "device": _short(one.subject),
        "since": ago(language, now - one.since_ms) if one.since_ms else "-", "alert": one.name,
        "text": sentence(one, language),
    }  # fmt: skip


def _short(subject: str) -> str:
    try:
        return str(uuid.UUID(subject))[:8]
    except ValueError:
        return subject
