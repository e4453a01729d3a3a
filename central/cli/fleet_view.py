"""What `fleet` shows to people: short ages, words of their language, and of each alert what it is about.

Scripts take ``--json``, which has whole numbers and names that stay the same.
"""

from __future__ import annotations

import uuid
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from typing import Final

from central.fleet.alerts import Alert
from central.fleet.overview import DeviceRow
from protocol import doctor
from protocol.clock import DAY_MS, HOUR_MS
from protocol.texts import Language, say, table
from protocol.values.arabic import isolate, strip_invisible
from protocol.values.money import format_pt

OLD: Final = "~"
"""Before what was true when the counter was last heard of, and may not be now."""
COUNTERS: Final = (
    "shop", "governorate", "technician", "device", "standing", "heard", "version", "ring", "phase", "unsent", "money",
    "oldest", "lease", "catalogue", "worst", "backup", "disk", "skew", "printer", "receipt", "alerts",
)  # fmt: skip
ALERTS: Final = ("severity", "shop", "device", "since", "alert", "text")
WAITING: Final = ("shop", "device", "slot")
MINUTE_MS: Final = 60_000
DAYS_FROM_H: Final = 72
_MB_OF_GB: Final = 1024


def heads(language: Language, columns: Sequence[str]) -> dict[str, str]:
    return {name: say(language, f"central.head.{name}") for name in columns}


def ago(language: Language, ms: int) -> str:
    """``5m``, ``30h``, ``9d``."""
    if ms < HOUR_MS:
        return say(language, "central.ago.minutes", n=max(0, ms) // MINUTE_MS)
    if ms < DAYS_FROM_H * HOUR_MS:
        return say(language, "central.ago.hours", n=ms // HOUR_MS)
    return say(language, "central.ago.days", n=ms // DAY_MS)


def _word(language: Language, kind: str, word: str) -> str:
    """Ours where there is one: a later release may say another."""
    return say(language, key, n=0) if (key := f"central.{kind}.{word}") in table() else word


def counter(one: DeviceRow, alerts: Iterable[str], now: int, language: Language) -> dict[str, str]:
    """A row of `COUNTERS`. Of one that was never heard nothing is known but that."""
    well, stale = one.health, one.stale(now)

    def said(text: str) -> str:
        return f"{OLD}{text}" if stale and text and one.heard_ms else text if one.heard_ms else ""

    def hours(count: int | None) -> str:
        return "" if count is None else ago(language, count * HOUR_MS)

    left, worst, last, skew = one.left_h(now), well.get("worst"), well.get("last_receipt_ms"), well.get("skew_s")
    standing, _, why = one.standing(now).partition(" ")
    words = [_word(language, "standing", standing), *([_word(language, "why", why)] if why else [])]
    return {
        "shop": one.shop, "governorate": one.governorate, "technician": one.technician, "device": one.name[:8],
        "standing": ": ".join(words), "heard": ago(language, now - one.heard_ms) if one.heard_ms else "-",
        "version": said(one.version), "ring": said(str(well.get("ring") or "")),
        "phase": said(_word(language, "phase", one.phase)), "unsent": said(str(one.unsent)),
        "money": said(format_pt(one.unsent_pt) if one.unsent_pt else ""),
        "oldest": ago(language, now - one.oldest_ms) if one.oldest_ms else "",
        "lease": say(language, "central.lease.over") if left is not None and left <= 0 else hours(left),
        "catalogue": hours(one.age_h("catalogue_age_h", now)),
        "worst": said(f"{worst['n']} {_word(language, 'finding', worst['severity'])}" if worst else ""),
        "backup": hours(one.age_h("backup_age_h", now)), "disk": said(_disk(one.said.get("disk_free_mb"))),
        "skew": "" if skew is None else said(say(language, "central.ago.seconds", n=skew)),
        "printer": said(_word(language, "printer", str(well.get("printer") or ""))),
        "receipt": ago(language, now - last) if last else "", "alerts": ", ".join(alerts),
    }  # fmt: skip


def _disk(megabytes: object) -> str:
    if type(megabytes) is not int:
        return ""
    return f"{megabytes // _MB_OF_GB} GB" if megabytes >= _MB_OF_GB else f"{megabytes} MB"


def summary(shown: Sequence[DeviceRow], trouble: int, now: int, language: Language) -> str:
    """What the table comes to: it stands where the eye is when a long one has gone by."""
    standing = Tally(one.standing(now).partition(" ")[0] for one in shown)
    parts = " · ".join(f"{_word(language, 'standing', name)} {count}" for name, count in standing.most_common())
    said = say(language, "central.fleet.sum" if shown else "central.fleet.none", n=len(shown), parts=parts)
    return f"{said} {say(language, 'central.fleet.trouble', n=trouble)}" if trouble else said


# ---- alerts ------------------------------------------------------------------------------------------------------


def alert(one: Alert, now: int, language: Language) -> dict[str, str]:
    """A row of `ALERTS`."""
    severity = "covered" if one.muted else one.severity
    return {
        "severity": _word(language, "severity", severity), "shop": one.shop, "device": _short(one.subject),
        "since": ago(language, now - one.since_ms) if one.since_ms else "-", "alert": one.name,
        "text": sentence(one, language),
    }  # fmt: skip


def _short(subject: str) -> str:
    try:
        return str(uuid.UUID(subject))[:8]
    except ValueError:
        return subject


def sentence(one: Alert, language: Language) -> str:
    """What is wrong, in words; `values` are for scripts."""
    values = {name: _value(name, value, language) for name, value in one.values.items()}
    if one.name == "shop_silent":  # of opening hours: they make no days
        values["hours"] = say(language, "central.span.hours", n=int(one.values["hours"]))
    if one.name == "rollout_halted":
        values["why"] = _why(one, language)
    return say(language, f"central.alert.{one.name}", **values)


def _value(name: str, value: int | str, language: Language) -> str:
    if name == "hours":
        hours = int(value)
        days = hours >= DAYS_FROM_H
        return say(language, "central.span.days" if days else "central.span.hours", n=hours // 24 if days else hours)
    if name == "amount_pt":
        return _isolated(format_pt(int(value)), language)
    if name == "finding" and value in doctor.CHECKS:
        return f"{value} ({doctor.title(int(value), language)})"
    if name in {"step", "phase"}:
        return _word(language, name, str(value))
    if name == "why":
        return _isolated(_word(language, "parked", str(value)), language)
    return _isolated(str(value), language)


def _isolated(text: str, language: Language) -> str:
    return isolate(text) if language == "ar" else strip_invisible(text)


def _why(one: Alert, language: Language) -> str:
    numbers = {name: _isolated(str(value), language) for name, value in one.values.items()}
    kind = "mute" if "acked" in numbers else "bad" if "bad" in numbers else "before"
    return say(language, f"central.halted.{kind}", **numbers)
