"""Who of the staff did what, and what two of them must want. Written in the same commit as the act; never changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from central.centre import Centre
from central.store.interface import Session
from protocol import strict_json
from protocol.clock import DAY_MS
from protocol.errors import Refused

CENTRE = "centre"
"""The name under which the centre acts by itself."""


def append(session: Session, now_ms: int, staff: str, act: str, subject: str, **detail: object) -> None:
    """`detail` must hold no personal data and no secret: the audit is read by many."""
    session.run(
        "INSERT INTO audit (at_ms, staff, act, subject, detail) VALUES (?, ?, ?, ?, ?)",
        now_ms, staff, act, subject, strict_json.dumps(detail).decode(),
    )  # fmt: skip


def append_once(session: Session, now_ms: int, staff: str, act: str, subject: str, **detail: object) -> None:
    """`append`, unless it has been said before in the same words."""
    said = strict_json.dumps(detail).decode()
    if session.one("SELECT 1 FROM audit WHERE act = ? AND subject = ? AND detail = ?", act, subject, said) is None:
        append(session, now_ms, staff, act, subject, **detail)


def listed(session: Session, limit: int, acts: Sequence[str] = ()) -> list[dict[str, Any]]:
    """All of it, else what was done of `acts`; the newest first."""
    where = f"WHERE act IN ({', '.join('?' * len(acts))})" if acts else ""
    rows = session.all(
        f"SELECT at_ms, staff, act, subject, detail FROM audit {where} ORDER BY n DESC LIMIT ?",  # noqa: S608 - question marks
        *acts, limit,
    )  # fmt: skip
    names = ("at_ms", "staff", "act", "subject", "detail")
    return [dict(zip(names, (*row[:-1], json.loads(row[-1])), strict=True)) for row in rows]


def who(session: Session, act: str, subject: str, **detail: object) -> str:
    """Who did that last, where its detail says all of `detail`; "" for nobody."""
    rows = session.all("SELECT staff, detail FROM audit WHERE act = ? AND subject = ? ORDER BY n DESC", act, subject)
    found = (staff for staff, said in rows if detail.items() <= strict_json.loads_object(said.encode()).items())
    return str(next(found, ""))


STANDS_MS: Final = DAY_MS


def first_approver(centre: Centre, session: Session, act: str, subject: str, what: str, staff: str) -> str | None:
    """Who gave the first word for this act, where `staff` gives the second; None: it is the first, and is kept.

    A word stands for a day, for exactly what it was given for, and once.
    `what` tells what it is for: a digest, a reason. Raises Refused("second_person") where both were the same.
    """
    now = centre.now_ms()
    row = session.one(
        """SELECT staff, detail FROM audit WHERE act = ? AND subject = ? AND at_ms > ? AND n > coalesce(
               (SELECT max(n) FROM audit WHERE act = ? AND subject = ?), 0) ORDER BY n DESC LIMIT 1""",
        f"{act}.proposed", subject, now - STANDS_MS, act, subject,
    )  # fmt: skip
    if row is None or json.loads(row[1])["what"] != what:
        append(session, now, staff, f"{act}.proposed", subject, what=what)
        return None
    if row[0] == staff:
        raise Refused("second_person", staff=staff)
    return str(row[0])
