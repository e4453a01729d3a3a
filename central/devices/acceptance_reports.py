"""What technicians proved at the counters: reports that the counters signed."""

from __future__ import annotations

from typing import Any, Final

from central.centre import Centre
from central.devices.registry import Chain
from central.store.interface import Session
from protocol.documents.trust import Forged
from protocol.strict_json import count
from protocol.wire.acceptance import read_report

KEPT: Final = 50
"""Of one counter; the oldest go."""


def keep(centre: Centre, session: Session, chain: Chain, document: bytes) -> dict[str, Any]:
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
    session.run(
        """DELETE FROM acceptance WHERE device = ? AND n <= (SELECT n FROM acceptance WHERE device = ?
           ORDER BY n DESC LIMIT 1 OFFSET ?)""",
        chain.device, chain.device, KEPT,
    )  # fmt: skip
    return members


def listed(session: Session, limit: int) -> list[dict[str, Any]]:
    """The newest first: device, shop, when, verdict."""
    rows = session.all(
        """SELECT a.device, a.epoch, d.shop, a.ended_ms, a.verdict FROM acceptance a JOIN device d ON d.id = a.device
           ORDER BY a.n DESC LIMIT ?""",
        limit,
    )
    names = ("device", "epoch", "shop", "ended_ms", "verdict")
    return [dict(zip(names, row, strict=True)) for row in rows]


def newest(session: Session, device: bytes) -> bytes | None:
    """The last report of a device, as it signed it."""
    row = session.one("SELECT document FROM acceptance WHERE device = ? ORDER BY n DESC LIMIT 1", device)
    return None if row is None else bytes(row[0])
