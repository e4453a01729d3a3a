"""Facts of the store that others leave behind, read so that their absence is no fault."""

from __future__ import annotations

from typing import Any

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Events
from kiosk.model.facts import ORDER, QUARANTINE, SPOKEN_MS, Fact, Facts
from kiosk.model.store_changes import Change
from kiosk.ports.store import Store
from protocol.errors import Refused
from protocol.strict_json import BadJson


def in_force(store: Store) -> DocumentsInForce:
    """The documents in force in a store that is only read."""
    return DocumentsInForce(store, Events())


def ordered(epoch: int, code: str, spoken_ms: int) -> list[Change]:
    """What an order of the centre leaves behind, and when it has last spoken."""
    return [ORDER.forget() if code == "resumed" else ORDER.put(epoch, code), SPOKEN_MS.put(spoken_ms)]


def refuse_stopped(facts: Facts, epoch: int) -> None:
    """Raises Refused where the centre or a broken history forbids taking money: line_quarantined, line_suspended, …"""
    if QUARANTINE.of(facts, epoch) is not None:
        raise Refused("line_quarantined")
    forbidden = ORDER.of(facts, epoch)
    if forbidden is not None:
        raise Refused(f"line_{forbidden}")


def same_machine(kept: str, now: str) -> bool:
    """By two fingerprints: the same system, and one part of the hardware at least, where both name any.

    A card may be changed or added; a copied disk brings its system along and none of the hardware.
    """
    (system, *parts), (system_now, *parts_now) = kept.split("."), now.split(".")
    return system == system_now and (not parts or not parts_now or bool(set(parts) & set(parts_now)))


def read_object(facts: Facts, fact: Fact[dict[str, Any]]) -> dict[str, Any]:
    """A fact that is a JSON object; an empty one where there is none, or where it is something else."""
    try:
        return fact.of(facts) or {}
    except BadJson:
        return {}
