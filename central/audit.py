"""Who of the staff did what, and what two of them must want. Written in the same commit as the act; never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from central.centre import Centre
from central.store.device_models import Audit
from central.store.interface import Session
from protocol import strict_json
from protocol.clock import DAY_MS
from protocol.errors import Refused

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


def listed(session: Session, limit: int, acts: Sequence[str] = ()) -> list[dict[str, Any]]:
    """All of it, else what was done of `acts`; the newest first."""
    wanted = select(Audit).where(col(Audit.act).in_(acts)) if acts else select(Audit)
    rows = session.all(wanted.order_by(col(Audit.n).desc()).limit(limit))
    names = ("at_ms", "staff", "act", "subject")
    return [{name: getattr(row, name) for name in names} | {"detail": json.loads(row.detail)} for row in rows]


def _of(act: str, subject: str) -> SelectOfScalar[Audit]:
    return select(Audit).where(Audit.act == act, Audit.subject == subject).order_by(col(Audit.n).desc())


def who(session: Session, act: str, subject: str, **detail: object) -> str:
    """Who did that last, where its detail says all of `detail`; "" for nobody."""
    rows = session.all(_of(act, subject))
    found = (row.staff for row in rows if detail.items() <= strict_json.loads_object(row.detail.encode()).items())
    return next(found, "")


STANDS_MS: Final = DAY_MS


def first_approver(centre: Centre, session: Session, act: str, subject: str, what: str, staff: str) -> str | None:
    """Who gave the first word for this act, where `staff` gives the second; None: it is the first, and is kept.

    A word stands for a day, for exactly what it was given for, and once.
    `what` tells what it is for: a digest, a reason. Raises Refused("second_person") where both were the same.
    """
    now = centre.now_ms()
    done = session.one(_of(act, subject).limit(1))
    proposed = _of(f"{act}.proposed", subject).where(Audit.at_ms > now - STANDS_MS, Audit.n > (done.n if done else 0))
    row = session.one(proposed.limit(1))
    if row is None or json.loads(row.detail)["what"] != what:
        append(session, now, staff, f"{act}.proposed", subject, what=what)
        return None
    if row.staff == staff:
        raise Refused("second_person", staff=staff)
    return row.staff
