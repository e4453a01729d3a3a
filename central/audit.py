"""Who of the staff did what. Written in the same commit as the act; never changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from central.store.device_models import Audit
from central.store.interface import Session
from protocol import strict_json

CENTRE = "centre"
"""The name under which the centre acts by itself."""


def append(session: Session, now_ms: int, staff: str, act: str, subject: str, **detail: object) -> None:
    """`detail` must hold no personal data and no secret: the audit is read by many."""
    said = strict_json.dumps(detail).decode()
    session.add(Audit, at_ms=now_ms, staff=staff, act=act, subject=subject, detail=said)


def append_once(session: Session, now_ms: int, staff: str, act: str, subject: str, **detail: object) -> None:
    """`append`, unless it has been said before in the same words."""
    before = _of(act, subject).where(Audit.detail == strict_json.dumps(detail).decode())
    if session.one(before.limit(1)) is None:
        append(session, now_ms, staff, act, subject, **detail)


def listed(
    session: Session, limit: int, acts: Sequence[str] = (), by: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """All of it, else what was done of `acts`, by one of `by`; the newest first."""
    wanted = select(Audit).where(col(Audit.act).in_(acts)) if acts else select(Audit)
    wanted = wanted if by is None else wanted.where(col(Audit.staff).in_(by))
    rows = session.all(wanted.order_by(col(Audit.n).desc()).limit(limit))
    return list(map(_shown, rows))


PAGE: Final = 50
MOST_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which acts; "" and 0 for any."""

    staff: str = ""
    act: str = ""
    subject: str = ""
    from_ms: int = 0
    to_ms: int = 0


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the list. `after` is the cursor of the next page, 0 on the last."""

    rows: list[dict[str, Any]]
    after: int


def page(session: Session, wanted: AuditQuery, after: int = 0, limit: int = PAGE) -> AuditPage:
    """The newest first, behind the act of number `after`. Times are found by their own index, rows then by number."""
    limit = min(limit, MOST_PAGE)
    named = {name: value for name in ("staff", "act", "subject") if (value := getattr(wanted, name))}
    found, n, at = select(Audit).filter_by(**named), col(Audit.n), col(Audit.at_ms)
    if after:
        found = found.where(n < after)
    if wanted.from_ms:
        first = session.one(select(Audit.n).where(at >= wanted.from_ms).order_by(at, n).limit(1))
        found = found.where(n >= (first or 2**62))
    if wanted.to_ms:
        last = session.one(select(Audit.n).where(at < wanted.to_ms).order_by(at.desc(), n.desc()).limit(1))
        found = found.where(n <= (last or 0))
    rows = session.all(found.order_by(n.desc()).limit(limit + 1))
    return AuditPage(list(map(_shown, rows[:limit])), rows[limit - 1].n if len(rows) > limit else 0)


def _shown(row: Audit) -> dict[str, Any]:
    names = ("n", "at_ms", "staff", "act", "subject")
    return {name: getattr(row, name) for name in names} | {"detail": json.loads(row.detail)}


def _of(act: str, subject: str) -> SelectOfScalar[Audit]:
    return select(Audit).where(Audit.act == act, Audit.subject == subject).order_by(col(Audit.n).desc())


def who(session: Session, act: str, subject: str, **detail: object) -> str:
    """Who did that last, where its detail says all of `detail`; "" for nobody."""
    rows = session.all(_of(act, subject))
    found = (row.staff for row in rows if detail.items() <= strict_json.loads_object(row.detail.encode()).items())
    return next(found, "")
