"""Support files of the counters: kept as they came, sealed, and opened only when one of the staff looks."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from central.centre import Centre
from central.devices.registry import Chain
from central.store.interface import Session
from protocol.wire import support_file
from protocol.wire.support_file import BadSupport, SupportHead

MOST_BYTES: Final = 64 * 1024
KEPT: Final = 50
"""Of one counter; the oldest go."""


def keep(centre: Centre, session: Session, chain: Chain, file: bytes) -> str:
    """A file of this device; returns its number. The same one again is the same number. Raises BadSupport."""
    head = support_file.read_head(file)
    if (head.device, head.epoch) != (chain.device, chain.epoch) or len(file) > MOST_BYTES:
        raise BadSupport("other device")
    digest = hashlib.sha256(file).digest()
    session.run(
        """INSERT INTO support (device, epoch, sha256, file, at_ms) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (device, sha256) DO NOTHING""",
        chain.device, chain.epoch, digest, file, centre.now_ms(),
    )  # fmt: skip
    row = session.one("SELECT n FROM support WHERE device = ? AND sha256 = ?", chain.device, digest)
    assert row is not None  # noqa: S101 - it has just been put there
    session.run(
        """DELETE FROM support WHERE device = ? AND n <= (SELECT n FROM support WHERE device = ?
           ORDER BY n DESC LIMIT 1 OFFSET ?)""",
        chain.device, chain.device, KEPT,
    )  # fmt: skip
    return f"S-{row[0]}"


def listed(session: Session, limit: int) -> list[dict[str, Any]]:
    """The newest first."""
    rows = session.all(
        """SELECT s.n, s.device, s.epoch, d.shop, s.at_ms FROM support s JOIN device d ON d.id = s.device
           ORDER BY s.n DESC LIMIT ?""",
        limit,
    )
    names = ("number", "device", "epoch", "shop", "at_ms")
    return [dict(zip(names, (f"S-{row[0]}", *row[1:]), strict=True)) for row in rows]


def kept(session: Session, number: str) -> bytes | None:
    """The file under that number, sealed as it came."""
    digits = number.removeprefix("S-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        return None
    row = session.one("SELECT file FROM support WHERE n = ?", int(digits))
    return None if row is None else bytes(row[0])


def opened(centre: Centre, file: bytes) -> tuple[SupportHead, dict[str, Any]]:
    """What it says, under whichever of the centre's keys it was sealed to. Raises BadSupport."""
    fault = BadSupport("seal")
    for private in centre.keys.seals:
        try:
            return support_file.unseal(file, private)
        except BadSupport as error:
            fault = error
            if error.reason != "seal":
                break
    raise fault
