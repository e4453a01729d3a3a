"""What a support file tells the centre: named fields, each a number or a word of ours, and never a person.

Nothing is taken over that was not asked for by its name, so nothing has to be scrubbed afterwards. Operators are known
by stable pseudonyms: the same person is the same word in every file of a counter, and nobody's elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

from kiosk import VERSION
from kiosk.core.documents_in_force import in_force
from kiosk.model import facts
from kiosk.model.service_request import PrintState
from kiosk.ports.store import Store
from kiosk.upkeep.doctor.check_result import MachineProbe, Probes, Result, Unknown
from protocol.errors import KioskError
from protocol.values.arabic import clean, fold_digits_only

KINDS: Final = ("printing", "sending", "money", "form", "slow", "devices", "other")
"""What somebody at the counter may report."""
LONGEST: Final = 300
NUMBERS: Final = (
    facts.LEASE_UNTIL_MS, facts.DURABLE_HWM, facts.FLOOR_MS, facts.CATALOGUE_SEEN_MS, facts.CLOCK_MS,
    facts.CLOCK_SURE_MS, facts.CLOCK_BACK_MS, facts.EXTENDED_UNTIL_MS,
)  # fmt: skip
WORDS: Final = (facts.ORDER, facts.QUARANTINE, facts.ALARM, facts.CHECKED)
"""A code and numbers."""
MEMBERS: Final = {
    facts.BACKUP: ("at_ms", "entries", "verified"), facts.BACKUP_SECOND: ("at_ms", "entries", "verified"),
    facts.UPDATE: ("phase", "since_ms", "reverted", "metadata_ms", "version"),
}  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_CODE: Final = re.compile(r"[A-Za-z0-9_]{1,40}(?: [A-Za-z0-9_]{1,40}){0,3}")
_LONG_NUMBER: Final = re.compile(r"[0-9](?:[\s./\\,;:_+()\-]{0,3}[0-9]){4,}")


def said(text: str) -> str:
    """What somebody wrote, without numbers that could be a person's: five digits and more, however they are parted."""
    return _LONG_NUMBER.sub("…", fold_digits_only(clean(text)))[:LONGEST]


def content(probes: Probes, results: Sequence[Result], report: dict[str, str] | None = None) -> dict[str, Any]:
    """The whole of a support file. `report` is ``{kind, text}`` of somebody who reports a problem."""
    found: dict[str, Any] = {
        "v": 1, "made_ms": probes.clock.wall_ms(), "version": VERSION, "system": _system(probes.machine),
        "doctor": [_row(result) for result in results], "trouble": _asked(probes.shop.trouble, ""),
    }  # fmt: skip
    try:
        found["store"] = _store(probes.shop.store())
    except (Unknown, KioskError):
        found["store"] = {}
    if report is not None:
        kind = report.get("kind", "")
        found["report"] = {"kind": kind if kind in KINDS else "other", "text": said(report.get("text", ""))}
    return found


def _asked(question: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return question()
    except (Unknown, KioskError, OSError):
        return otherwise


def _system(machine: MachineProbe) -> dict[str, Any]:
    system = _asked(machine.system, None)
    if system is None:
        return {}
    return {"kind": system.kind, "bits": system.bits, "release": ".".join(map(str, system.release))}


def _row(result: Result) -> dict[str, Any]:
    values = result.found.values if result.found is not None else {}
    kept = {name: safe(values[name]) for name in result.check.support if name in values}
    return {
        "n": result.check.number, "state": result.state,
        "severity": result.severity.word if result.severity else "",
        "text": result.text if result.state == "found" else "", "reason": safe(result.reason),
        "took_ms": result.took_ms, "values": kept,
    }  # fmt: skip


def safe(value: object) -> int | str:
    """A number, or a word such as a program writes; anything else is only said to have been something."""
    if isinstance(value, int):
        return int(value)
    text = str(value)
    return text if not text or _WORD.fullmatch(text) else "?"


def _store(store: Store) -> dict[str, Any]:
    known = store.facts()
    told = {fact.name: known.get(fact.name, b"") for fact in NUMBERS}
    found: dict[str, Any] = {
        "numbers": {one: int(said) for one, said in told.items() if said.lstrip(b"-").isdigit()},
        "words": {fact.name: _code(known[fact.name]) for fact in WORDS if known.get(fact.name)},
        "jobs": dict(Counter(job.state.value for job in store.print_jobs.in_states(list(PrintState), 1000))),
        "to_correct": store.requests.rejected_count(),
    }  # fmt: skip
    for fact, members in MEMBERS.items():
        kept = facts.read_object(known, fact)
        found[fact.name] = {member: safe(kept[member]) for member in members if member in kept}
    return found | _enrolled(store)


def _enrolled(store: Store) -> dict[str, Any]:
    if store.enrolment() is None:
        return {}
    tail, rules = store.journal.tail(), in_force(store)
    documents: dict[str, Callable[[], int]] = {
        "settings": lambda: rules.settings().version, "catalogue": lambda: rules.catalogue().version,
        "keyset": lambda: rules.keyset().version,
    }  # fmt: skip
    return {
        "epoch": tail.chain.epoch, "seq": tail.chain.seq, "hwm": tail.hwm, "unsent": tail.count - tail.acked_count,
        "versions": {name: _asked(version, 0) for name, version in documents.items()},
        "people": _asked(lambda: _people(store), []),
    }  # fmt: skip


def _people(store: Store) -> list[dict[str, Any]]:
    rules = in_force(store)
    device = rules.statement().device
    return [
        {
            "who": pseudonym(device, person.id), "role": person.role, "active": person.active,
            "not_after_ms": person.not_after_ms, "pin": store.pin(person.id) is not None,
        }
        for person in rules.operators().values()
    ]  # fmt: skip


def pseudonym(device: bytes, person: str) -> str:
    """The same word for the same person in all files of this counter."""
    return "person-" + hmac.new(device, person.encode(), hashlib.sha256).hexdigest()[:8]


def _code(value: bytes) -> str:
    text = value.decode("ascii", "replace")
    return text if _CODE.fullmatch(text) else "?"
