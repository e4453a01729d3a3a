"""What heartbeats say of a counter's health: checked, bounded, kept with the time since which it has been so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from central.store.interface import Session
from protocol import strict_json
from protocol.wire.heartbeat import MOST_FINDINGS, SEVERITIES, word

_WORDS: Final = ("version", "ring", "phase", "reverted", "runtime", "printer")
_NUMBERS: Final = (
    "backup_age_h", "second_age_h", "wall_ms", "last_receipt_ms", "crashes_24h", "metadata_age_h", "lease_left_h",
    "catalogue_age_h", "mirror_entries", "mirror_s",
)  # fmt: skip
Health = dict[str, Any]


def sound(said: object) -> Health:
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


def keep(session: Session, device: bytes, facts: Mapping[str, Any], now_ms: int) -> None:
    """Within the transaction that keeps the heartbeat. A counter of before has no `health`: then only its version."""
    given = facts.get("health")
    health = sound(given)
    skew_s = (health["wall_ms"] - now_ms) // 1000 if health["wall_ms"] is not None else None
    version = health["version"] or word(facts.get("app")) or ""
    phase, stops = health["phase"] or "", ",".join(str(n) for n in sorted(health["stops"]))
    body = strict_json.dumps({**health, "skew_s": skew_s} if isinstance(given, dict) else {}).decode()
    row = session.one(
        "SELECT version, version_ms, phase, phase_ms, stops, stops_ms FROM health WHERE device = ?", device
    )
    before = row or ("", now_ms, "", now_ms, "", now_ms)
    parts = zip((version, phase, stops), before[::2], before[1::2], strict=True)
    since = [now_ms if new != old else at_ms for new, old, at_ms in parts]
    session.run(
        """INSERT INTO health (device, at_ms, body, version, version_ms, phase, phase_ms, stops, stops_ms, why)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '') ON CONFLICT (device) DO UPDATE SET at_ms = excluded.at_ms,
           body = excluded.body, version = excluded.version, version_ms = excluded.version_ms, phase = excluded.phase,
           phase_ms = excluded.phase_ms, stops = excluded.stops, stops_ms = excluded.stops_ms, why = ''""",
        device, now_ms, body, version, since[0], phase, since[1], stops, since[2],
    )  # fmt: skip
