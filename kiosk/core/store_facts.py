"""Facts of the store that others leave behind, read so that their absence is no fault."""

from __future__ import annotations

from typing import Any

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Events
from kiosk.model.store_changes import Change, PutFact
from kiosk.ports.store import Store
from protocol.strict_json import BadJson, loads_object


def in_force(store: Store) -> DocumentsInForce:
    """The documents in force in a store that is only read."""
    return DocumentsInForce(store, Events())


def read_fact(store: Store, name: str) -> str:
    return (store.fact(name) or b"").decode("utf-8", "replace")


def ordered(epoch: int, code: str, spoken_ms: int) -> list[Change]:
    """What an order of the centre leaves behind, and when it has last spoken."""
    return [PutFact("order", f"{epoch} {code}".encode()), PutFact("spoken_ms", str(spoken_ms).encode())]


def same_machine(kept: str, now: str) -> bool:
    """By two fingerprints: the same system, and one part of the hardware at least, where both name any.

    A card may be changed or added; a copied disk brings its system along and none of the hardware.
    """
    (system, *parts), (system_now, *parts_now) = kept.split("."), now.split(".")
    return system == system_now and (not parts or not parts_now or bool(set(parts) & set(parts_now)))


def read_object(store: Store, name: str) -> dict[str, Any]:
    """A fact that is a JSON object; an empty one where there is none, or where it is something else."""
    value = store.fact(name)
    if value is None:
        return {}
    try:
        return loads_object(value)
    except BadJson:
        return {}
