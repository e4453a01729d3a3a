"""What counters report beside their journals: support files, kept sealed as they came and opened only when one of the
staff looks; and what technicians proved there, which the counters signed.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from central.centre import Centre
from central.devices.registry import Chain, name_of
from central.store.interface import Session
from protocol.documents.trust import Forged
from protocol.strict_json import count
from protocol.wire import support_file
from protocol.wire.acceptance import read_report
from protocol.wire.support_file import BadSupport, SupportHead

MOST_BYTES: Final = 64 * 1024
KEPT: Final = 50
"""Of one counter; the oldest go."""


def keep_support(centre: Centre, session: Session, chain: Chain, file: bytes) -> str:
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
    _forget_oldest(session, "support", chain.device)
    return f"S-{row[0]}"


def support_files(session: Session, limit: int) -> list[dict[str, Any]]:
    """The newest first."""
    rows = session.all(
        """SELECT s.n, s.device, s.epoch, d.shop, s.at_ms FROM support s JOIN device d ON d.id = s.device
           ORDER BY s.n DESC LIMIT ?""",
        limit,
    )
    names = ("number", "device", "epoch", "shop", "at_ms")
    return [dict(zip(names, (f"S-{n}", name_of(bytes(device)), *rest), strict=True)) for n, device, *rest in rows]


def kept_support(session: Session, number: str) -> bytes | None:
    """The file under that number, sealed as it came."""
    digits = number.removeprefix("S-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        return None
    row = session.one("SELECT file FROM support WHERE n = ?", int(digits))
    return None if row is None else bytes(row[0])


def open_support(centre: Centre, file: bytes) -> tuple[SupportHead, dict[str, Any]]:
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


def keep_acceptance(centre: Centre, session: Session, chain: Chain, document: bytes) -> dict[str, Any]:
    """A report of this device; the same one again changes nothing. Returns its members. Raises Forged, BadJson."""
    members = read_report(document, chain.public)
    try:
        ended_ms, verdict = count(members["ended_ms"]), str(members["verdict"])
        if (members["device"], members["epoch"]) != (chain.name, chain.epoch) or verdict not in ("ready", "not_ready"):
            raise Forged("other report")
    except (KeyError, TypeError) as error:
        raise Forged("not a report") from error
    session.run(
        """INSERT INTO acceptance (device, epoch, ended_ms, verdict, document, at_ms) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (device, epoch, ended_ms) DO NOTHING""",
        chain.device, chain.epoch, ended_ms, verdict, document, centre.now_ms(),
    )  # fmt: skip
    _forget_oldest(session, "acceptance", chain.device)
    return members


def acceptances(session: Session, limit: int) -> list[dict[str, Any]]:
    """The newest first: device, shop, when, verdict."""
    rows = session.all(
        """SELECT a.device, a.epoch, d.shop, a.ended_ms, a.verdict FROM acceptance a JOIN device d ON d.id = a.device
           ORDER BY a.n DESC LIMIT ?""",
        limit,
    )
    names = ("device", "epoch", "shop", "ended_ms", "verdict")
    return [dict(zip(names, (name_of(bytes(device)), *rest), strict=True)) for device, *rest in rows]


def newest_acceptance(session: Session, device: bytes) -> bytes | None:
    """The last report of a device, as it signed it."""
    row = session.one("SELECT document FROM acceptance WHERE device = ? ORDER BY n DESC LIMIT 1", device)
    return None if row is None else bytes(row[0])


def _forget_oldest(session: Session, table: str, device: bytes) -> None:
    session.run(
        f"""DELETE FROM {table} WHERE device = ? AND n <= (SELECT n FROM {table} WHERE device = ?
            ORDER BY n DESC LIMIT 1 OFFSET ?)""",  # noqa: S608 - one of two
        device, device, KEPT,
    )  # fmt: skip
