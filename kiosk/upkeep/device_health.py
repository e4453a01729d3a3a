"""What a counter says of itself with each heartbeat (docs/protocol.md), and the log of starts behind one number.

Built from facts that others left in the store; one that is not there, or odd, is null. Nothing in it names a person or
a place on a disk, and nothing is longer than it may be.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from kiosk.model import facts
from kiosk.model.service_request import PrintState, Query
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store
from protocol.clock import DAY_MS, HOUR_MS, Clock
from protocol.doctor import MOST_FINDINGS, SEVERITIES, word
from protocol.errors import KioskError
from protocol.journal.mirror_lag import Lag

STARTS: Final = facts.json_object("starts")
"""``{"open_ms", "booted_ms", "crashed_ms": […]}``: the start that nobody has ended, and those that went wrong."""
KEPT: Final = 20
SAME_BOOT_MS: Final = 60_000
_PRINTER_CHECKS: Final = frozenset({35, 36})
STUCK_MS: Final = 2 * 60_000
MOST_STUCK: Final = 100
Members = dict[str, Any]


def members(store: Store, app: str, ring: str, now_ms: int, lag: Lag) -> Members:
    """The member `health` of a heartbeat; `now_ms` is this computer's own time, `lag` the mirror's."""
    known = store.facts()
    update, doctor = facts.read_object(known, facts.UPDATE), facts.read_object(known, facts.DOCTOR)
    found = _findings(doctor)
    return {
        "version": app, "ring": ring, "phase": word(update.get("phase")), "reverted": word(update.get("reverted")),
        "runtime": word(update.get("runtime")), "worst": found[0] if found else None,
        "stops": [one["n"] for one in found if one["severity"] == "stop"], "found": [one["n"] for one in found],
        "backup_age_h": _age(_verified(known, facts.BACKUP), now_ms),
        "second_age_h": _age(_verified(known, facts.BACKUP_SECOND), now_ms), "wall_ms": now_ms,
        "printer": _printer(store, known, found, now_ms), "last_receipt_ms": _last_ms(store),
        "crashes_24h": crashes(known, now_ms),
        "metadata_age_h": _age(update.get("metadata_ms"), now_ms),
        "lease_left_h": _left(_number(known, facts.LEASE_UNTIL_MS), now_ms),
        "catalogue_age_h": _age(_number(known, facts.CATALOGUE_SEEN_MS), now_ms),
        "mirror_entries": lag.entries, "mirror_s": lag.seconds,
    }  # fmt: skip


def _number(known: facts.Facts, fact: facts.Fact[int]) -> int | None:
    value = known.get(fact.name, b"")
    return fact.decode(value) if value.isdigit() and len(value) < 17 else None


def _findings(doctor: Members) -> list[Members]:
    """Number, severity and since when, the gravest first; what was found is the support file's to tell."""
    rows = doctor.get("findings")
    sound = [
        {"n": row["n"], "severity": row["severity"], "since_ms": row["since_ms"]}
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
        and row.get("severity") in SEVERITIES
        and all(type(row.get(name)) is int for name in ("n", "since_ms"))
    ]
    return sorted(sound, key=lambda one: SEVERITIES.index(one["severity"]))[:MOST_FINDINGS]


def _verified(known: facts.Facts, fact: facts.Fact[Members]) -> object:
    """When the last backup was made that was opened afterwards."""
    made = facts.read_object(known, fact)
    return made.get("at_ms") if made.get("verified") else None


def _age(at_ms: object, now_ms: int) -> int | None:
    return max(0, now_ms - at_ms) // HOUR_MS if type(at_ms) is int and at_ms > 0 else None


def _left(until_ms: int | None, now_ms: int) -> int | None:
    return None if until_ms is None else (until_ms - now_ms) // HOUR_MS


def _printer(store: Store, known: facts.Facts, found: list[Members], now_ms: int) -> str:
    """The printer itself is asked by a whole diagnosis only, when somebody wants one; papers wait for it at once."""
    if not facts.PRINTER.of(known):
        return "none"
    troubled = _PRINTER_CHECKS & {one["n"] for one in found} or stuck(store, now_ms)
    return "trouble" if troubled else "ok"


def stuck(store: Store, now_ms: int) -> int:
    """How many papers have waited for the printer for too long."""
    waiting = store.print_jobs.in_states([PrintState.WAITING, PrintState.SENDING], MOST_STUCK)
    return sum(job.created_ms < now_ms - STUCK_MS for job in waiting)


def _last_ms(store: Store) -> int | None:
    newest = store.requests.search(Query(limit=1))
    return newest[0].created_ms if newest else None


# ---- starts and ends ---------------------------------------------------------------------------------------------


def begin(store: Store, clock: Clock) -> None:
    """The program has started. An earlier start that nobody ended was a crash, unless the computer itself went off."""
    known, now_ms = store.facts(), clock.wall_ms()
    kept, booted_ms = facts.read_object(known, STARTS), now_ms - clock.mono_ms()
    before = kept.get("booted_ms")
    crashed = _times(kept)
    if kept.get("open_ms") and type(before) is int and abs(before - booted_ms) < SAME_BOOT_MS:
        crashed = [*crashed, now_ms][-KEPT:]
    _put(store, _starts(now_ms, booted_ms, crashed))


def end(store: Store) -> None:
    """The program ends as it should."""
    _put(store, _starts(0, 0, _times(facts.read_object(store.facts(), STARTS))))


def _put(store: Store, change: PutFact) -> None:
    """A full disk must keep nobody from starting, or from ending."""
    with suppress(KioskError):
        store.commit([], [change])


def crashes(known: facts.Facts, now_ms: int) -> int:
    """Of the last day; what a clock has put into the future counts."""
    return sum(at_ms > now_ms - DAY_MS for at_ms in _times(facts.read_object(known, STARTS)))


def _times(kept: Members) -> list[int]:
    times = kept.get("crashed_ms")
    return [at_ms for at_ms in (times if isinstance(times, list) else []) if type(at_ms) is int]


def _starts(open_ms: int, booted_ms: int, crashed: list[int]) -> PutFact:
    return STARTS.put({"open_ms": open_ms, "booted_ms": booted_ms, "crashed_ms": crashed})
