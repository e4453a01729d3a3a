"""A value for any annotation of what is written and read: one of every class, without naming each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from protocol.journal.business_day import DayKey

ENVELOPE = {"payloadType": "x", "payload": "e30=", "signatures": []}


def sample(hint: Any) -> Any:
    """A value of that annotation, as one end would say it; of a union one of its first member."""
    inner, origin = get_args(hint), get_origin(hint)
    if hint is DayKey or DayKey in inner:
        return DayKey("2026-11-25", 2)
    if is_dataclass(hint):
        types = get_type_hints(hint, include_extras=True)
        return hint(**{one.name: sample(types[one.name]) for one in fields(hint)})  # type: ignore[operator]
    if origin is tuple:
        return (sample(inner[0]), sample(inner[0]))
    if origin is Literal:
        return inner[0]
    if origin is Mapping:
        return {"copies": sample(inner[1])}
    return sample(inner[0]) if inner else {int: 7, str: "x", bool: True, bytes: bytes(range(32)), Any: ENVELOPE}[hint]
