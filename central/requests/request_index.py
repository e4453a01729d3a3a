"""What a shop's request is found by at the centre: its receipt's code, and what its citizen says of himself.

Personal frames are sealed, so no search can look into them. For each request a keyed hash is kept of the code, of the
national ID and of the mobile, under a key that is not in the database and with the shop in it: the tables tell neither
a number nor that two shops served the same person (docs/adr/0016). Both of the citizen's go when he is erased.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from central.centre import Centre
from central.store.interface import Session
from protocol.errors import Corrupt
from protocol.journal import bodies
from protocol.journal.receipt_code import CODE_BYTES
from protocol.values import ids, mobile
from protocol.values.arabic import clean, fold_digits

CODE: Final = "code"
CITIZEN: Final = ("national_id", "mobile")
MAC_BYTES: Final = 16
Key = tuple[str, bytes]
"""A kind and the hash under it."""


def mac(centre: Centre, shop: str, kind: str, text: str) -> bytes:
    """The hash that `text` is found by in that shop."""
    own = hmac.new(centre.keys.codes, b"KJ01/findable\n", hashlib.sha256).digest()
    said = "\n".join((kind, shop, folded(kind, text)))
    return hmac.new(own, said.encode(), hashlib.sha256).digest()[:MAC_BYTES]


def folded(kind: str, text: str) -> str:
    """One way to write what may be written in several."""
    if kind == "mobile":
        return mobile.compact(text)
    return "".join(fold_digits(clean(text)).split()).upper()


def keys(centre: Centre, shop: str, entry_hash: bytes, fields: Mapping[str, Any]) -> list[Key]:
    """What a request can be found by; `fields` are the citizen's answers, as far as they can be read."""
    said = {name: fields.get(name) for name in CITIZEN}
    texts = {CODE: ids.crockford(entry_hash[:CODE_BYTES])}
    texts |= {name: value for name, value in said.items() if isinstance(value, str) and 0 < len(value) <= 100}
    return [(kind, mac(centre, shop, kind, text)) for kind, text in texts.items()]


def fields_of(frame: bytes | None) -> dict[str, Any] | None:
    """The answers in a frame that has been opened: none where it is gone, None where it cannot be read."""
    if frame is None:
        return {}
    try:
        found = bodies.read(frame).get("fields")
    except bodies.BadJson:
        return None
    return found if isinstance(found, dict) else None


def keep(session: Session, device: bytes, epoch: int, found: Sequence[tuple[int, Key]]) -> None:
    """Write what (entry, key) can be found by; what stands already stays."""
    if found:
        session.many(
            "INSERT INTO request_key VALUES (?, ?, ?, ?, ?) ON CONFLICT (device, epoch, seq, kind) DO NOTHING",
            [(device, epoch, seq, kind, value) for seq, (kind, value) in found],
        )


def forget(session: Session, device: bytes, epoch: int, seq: int) -> None:
    """The citizen is erased: the request is found by its receipt only. After the frame is gone, never before."""
    session.run(
        "DELETE FROM request_key WHERE device = ? AND epoch = ? AND seq = ? AND kind <> ?", device, epoch, seq, CODE
    )


def opened(centre: Centre, sealed: bytes | None, where: bytes) -> dict[str, Any]:
    """The answers in a sealed frame. What cannot be opened stops nobody: its own request only says nothing of them."""
    try:
        return fields_of(None if sealed is None else centre.vault.open(sealed, where)) or {}
    except Corrupt:
        return {}
