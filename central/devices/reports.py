"""What counters report beside their journals: support files, kept sealed as they came and opened only when one of the
staff looks; and what technicians proved there, which the counters signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.sql.expression import Select

from central.centre import Centre
from central.devices.registry import Chain, name_of
from central.store.device_models import Device
from central.store.interface import Session
from central.store.request_models import Acceptance, Support
from protocol.documents.trust import Forged
from protocol.errors import malformed_as
from protocol.strict_json import count
from protocol.wire import support_file
from protocol.wire.acceptance import read_report
from protocol.wire.support_file import BadSupport

MOST_BYTES: Final = 64 * 1024
KEPT: Final = 50
"""Of one counter; the oldest go."""


def keep_support(centre: Centre, session: Session, chain: Chain, file: bytes) -> str:
    """A file of this device; returns its number. The same one again is the same number. Raises BadSupport."""
    head = support_file.read_head(file)
    if (head.device, head.epoch) != (chain.device, chain.epoch) or len(file) > MOST_BYTES:
        raise BadSupport("other device")
    digest = hashlib.sha256(file).digest()
    kept = {"device": chain.device, "epoch": chain.epoch, "sha256": digest, "file": file, "at_ms": centre.now_ms()}
    session.add_new(Support, **kept)
    number = session.one(select(Support.n).where(Support.device == chain.device, Support.sha256 == digest))
    _forget_oldest(session, Support, chain.device)
    return f"S-{number}"


def support_files(session: Session, limit: int, of: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Those of these shops, else all; the newest first."""
    wanted = _newest(Support) if of is None else _newest(Support).where(col(Device.shop).in_(of))
    return [
        {
            "number": f"S-{row.n}", "device": name_of(row.device), "epoch": row.epoch, "shop": row.shop,
            "at_ms": row.at_ms,
        }
        for row in session.all(wanted.limit(limit))
    ]  # fmt: skip


def kept_support(session: Session, number: str) -> Support | None:
    """The file under that number, sealed as it came, with the device that brought it."""
    digits = number.removeprefix("S-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        return None
    return session.get(Support, int(digits))


def keep_acceptance(centre: Centre, session: Session, chain: Chain, document: bytes) -> dict[str, Any]:
    """A report of this device; the same one again changes nothing. Returns its members. Raises Forged, BadJson."""
    members = read_report(document, chain.public)
    with malformed_as(Forged("not a report")):
        ended_ms, result = count(members["ended_ms"]), str(members["result"])
        if (members["device"], members["epoch"]) != (chain.name, chain.epoch) or result not in ("ready", "not_ready"):
            raise Forged("other report")
    session.add_new(
        Acceptance, device=chain.device, epoch=chain.epoch, ended_ms=ended_ms, result=result, document=document,
        at_ms=centre.now_ms(),
    )  # fmt: skip
    _forget_oldest(session, Acceptance, chain.device)
    return members


def acceptances(session: Session, limit: int) -> list[dict[str, Any]]:
    """The newest first: device, shop, when, result."""
    names = ("epoch", "shop", "ended_ms", "result")
    return [
        {"device": name_of(row.device)} | {name: getattr(row, name) for name in names}
        for row in session.all(_newest(Acceptance).limit(limit))
    ]


def _newest(report: type[Acceptance | Support]) -> Select[*tuple[Any, ...]]:
    """The newest first, with the shop of the device."""
    return select(report, Device.shop).join(Device, col(Device.id) == report.device).order_by(col(report.n).desc())


def newest_acceptance(session: Session, device: bytes) -> bytes | None:
    """The last report of a device, as it signed it."""
    row = session.one(_newest(Acceptance).where(Acceptance.device == device).limit(1))
    return None if row is None else row.document


def _forget_oldest(session: Session, report: type[Acceptance | Support], device: bytes) -> None:
    of = select(report.n).where(report.device == device).order_by(col(report.n).desc())
    oldest = session.one(of.offset(KEPT).limit(1))
    if oldest is not None:
        session.run(delete(report).where(col(report.device) == device, col(report.n) <= oldest))
