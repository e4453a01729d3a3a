"""Acts that give money back or make a copy, and whose second word stands behind each.

That is another person of the shop, one of the two being a supervisor (`op2`, `login2`); the centre, asked first
(`approval`, which `central.requests.approvals` looks into); for a void the digits that only the citizen's first paper
carries (docs/adr/0031); for a refund the centre's own ruling. What has none is kept all the same, and the audit says
so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.requests import approvals
from central.store.interface import Row, Session
from protocol.documents.settings import DaySettings
from protocol.journal import bodies, first_paper
from protocol.journal.kj01 import EntryType, Header
from protocol.wire.statuses import CAME_BACK

MISSING: Final = "second.missing"
WHATS: Final[Mapping[int, str]] = {
    EntryType.VOID: "void", EntryType.REFUND: "refund", EntryType.DAY_CLOSE: "difference",
    EntryType.COPY_PRINTED: "copy", EntryType.EXPORT: "copy", EntryType.ERASURE: "erasure",
    EntryType.LIMIT_EXTENSION: "extension",
}  # fmt: skip
_OF_A_SUPERVISOR: Final = (EntryType.EXPORT, EntryType.ERASURE)
"""What a supervisor may do alone."""


@dataclass(frozen=True, slots=True)
class ApprovedAct:
    """An entry that wants a second word."""

    seq: int
    kind: int
    members: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Till:
    """Whose acts they are: an epoch of a device, and the shop that it stands in."""

    device: bytes
    epoch: int
    shop: str


def acts_of(seq: int, kind: int, members: dict[str, Any], day: DaySettings) -> list[ApprovedAct]:
    """The entry, where it wants a second word that nobody else looks into; `day` are the shop's rules of a close."""
    if kind not in WHATS or approvals.used(seq, kind, members):
        return []
    if kind == EntryType.ERASURE and members.get("kind") != "asked":
        return []  # the centre has ordered that one
    if kind == EntryType.DAY_CLOSE and abs(_number(members, "difference_pt")) <= day.difference_pt:
        return []
    return [ApprovedAct(seq, kind, members)]


def record_acts(centre: Centre, session: Session, till: Till, acts: Iterable[ApprovedAct]) -> None:
    """Write into the audit which of them nobody stands behind."""
    for act in acts:
        if not _stands(session, till, act):
            audit.append(
                session, centre.now_ms(), str(uuid.UUID(bytes=till.device)), MISSING,
                f"{till.device.hex()[:8]}-{act.seq}", what=WHATS[act.kind], epoch=till.epoch, shop=till.shop,
                amount_pt=_number(act.members, "difference_pt" if act.kind == EntryType.DAY_CLOSE else "total_pt"),
            )  # fmt: skip


def missing(session: Session, limit: int) -> list[Row]:
    """(time, device, number of the entry, detail), the newest first."""
    return session.all(
        "SELECT at_ms, staff, subject, detail FROM audit WHERE act = ? ORDER BY n DESC LIMIT ?", MISSING, limit
    )


def _stands(session: Session, till: Till, act: ApprovedAct) -> bool:
    if act.kind == EntryType.REFUND:
        return _ruled(session, till, act.members)
    if act.kind == EntryType.VOID and _shown(session, till, act.members):
        return True
    return _agreed(session, till, act)


def _ruled(session: Session, till: Till, members: Mapping[str, Any]) -> bool:
    """Whether the centre has rejected it or sent it back."""
    try:
        device = uuid.UUID(str(members.get("device", uuid.UUID(bytes=till.device)))).bytes
    except ValueError:
        return False
    row = session.one(
        "SELECT status FROM request WHERE device = ? AND epoch = ? AND seq = ?",
        device, _number(members, "epoch"), _number(members, "seq"),
    )  # fmt: skip
    return row is not None and row[0] in CAME_BACK


def _shown(session: Session, till: Till, members: Mapping[str, Any]) -> bool:
    """Whether the citizen's first paper was there: its digits are those that the request names."""
    sold = _entry(session, till, _number(members, "seq"), EntryType.REQUEST)
    return first_paper.opens(sold.get("paper"), members.get("paper"))


def _agreed(session: Session, till: Till, act: ApprovedAct) -> bool:
    op, op2, login2 = act.members.get("op"), act.members.get("op2"), _number(act.members, "login2")
    people = session.all("SELECT id, role FROM operator WHERE shop = ?", till.shop)
    roles = {role for who, role in people if who in (op, op2)}
    if "supervisor" not in roles:
        return False
    if "op2" not in act.members:
        return act.kind in _OF_A_SUPERVISOR
    word = _entry(session, till, login2, EntryType.LOGIN) if login2 < act.seq else {}
    own = (word.get("kind"), word.get("op"), word.get("what")) == ("override", op2, None)
    return own and op2 != op and op2 in (who for who, _ in people)


def _entry(session: Session, till: Till, seq: int, kind: EntryType) -> Mapping[str, Any]:
    """The body of that entry of the till; empty where it is of another kind."""
    row = session.one(
        "SELECT header, body FROM entry WHERE device = ? AND epoch = ? AND seq = ?", till.device, till.epoch, seq
    )
    if row is None or Header.unpack(row[0]).entry_type != kind:
        return {}
    return bodies.read(row[1])


def _number(members: Mapping[str, Any], name: str) -> int:
    value = members.get(name)
    return value if type(value) is int else 0
