"""What a hostile till may sign: entries of every type, each member anything that a body may hold, at any time."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from protocol.journal import kj01, personal
from protocol.journal.bodies import fault
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import LATEST_MS, Stamp
from protocol.strict_json import MAX_INTEGER, BadJson
from tests.harness.centre_sales import birth
from tests.harness.own_centre import OPERATOR
from tests.harness.wire_device import BOOT, Device

NOTHING_SAID: Final = personal.write_frame(bytes(16), {"fields": {}})
NUMBERS: Final = st.sampled_from([-1, 0, 1, 3, 2**31, 2**32, 10_000_000_000, MAX_INTEGER, -MAX_INTEGER]) | st.integers(
    -MAX_INTEGER, MAX_INTEGER
)
TEXTS: Final = st.sampled_from(
    ["", "\0", "a\0b", "cash", "in", "asked", "escalated", "override", "activate", "settings", "day_close", "void",
     "told", "2026-11-25", "9999-12-31", "zzzzzzzzzz", "\u202eabc", "\x1b[2J", "'; DROP TABLE request; --", "x" * 300,
     OPERATOR]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)  # fmt: skip
VALUES: Final = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
NAMES: Final = (
    "id", "seq", "epoch", "device", "kind", "what", "of", "op", "approval", "by", "date", "day_number", "requests",
    "papers", "version", "activation", "line", "lines", "fees", "evidence", "consent", "choices", "bill", "method",
    "why", "visit", "service", "service_version", "catalogue", "form_catalogue", "overrides", "reference", "notes",
)  # fmt: skip
AMOUNTS: Final = (
    "amount_pt", "total_pt", "vat_pt", "tendered_pt", "change_pt", "opening_pt", "counted_pt", "sum_pt",
)  # fmt: skip
FRAMES: Final = st.binary(max_size=40) | st.dictionaries(TEXTS, VALUES, max_size=3).map(
    lambda members: personal.write_frame(bytes(16), {"fields": members})
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One to be signed; `request` begins as an honest request, the rest of the members are anything."""

    kind: int
    request: bool
    members: dict[str, Any]
    frame: bytes | None
    wall_ms: int


ENTRIES: Final = st.lists(
    st.builds(
        Entry,
        st.sampled_from(list(EntryType)) | st.just(int(EntryType.REQUEST)) | st.integers(0, 2**16 - 1),
        st.booleans(),
        st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8).flatmap(
            lambda some: st.dictionaries(st.sampled_from(AMOUNTS), NUMBERS, max_size=3).map(lambda pt: {**some, **pt})
        ),
        st.none() | FRAMES,
        st.integers(0, LATEST_MS),
    ),
    min_size=4,
    max_size=30,
)


def sign(device: Device, entries: Sequence[Entry], victim: Device) -> None:
    """Write those that a reader takes; before them one that names the victim's request by a wrong id."""
    named = {"device": victim.name, "epoch": 1, "seq": 3, "id": str(uuid.UUID(int=9)), "total_pt": 1}
    device.write(EntryType.REFUND, {"v": 1, "date": "2026-11-25", **named})
    for one in entries:
        honest = birth() if one.request else {"v": 1}
        frame = NOTHING_SAID if one.frame is None and one.request else one.frame
        pointer = {} if frame is None else {"personal": personal.reference(frame)}
        try:
            body = kj01.write_body(secrets.token_bytes(16), {**honest, **one.members, **pointer})
        except BadJson:
            continue
        if fault(body, frame) is None:
            write_at(device, one.kind, body, frame, one.wall_ms)


def write_at(device: Device, kind: int, body: bytes, frame: bytes | None, wall_ms: int) -> None:
    record = kj01.write(device.chain, kind, body, device.signer, Stamp(wall_ms, 1, BOOT))
    device.chain = device.chain.after(record)
    device.items.append(personal.Item(record, frame))
