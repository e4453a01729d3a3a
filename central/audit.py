"""Who of the staff did what. Written in the same commit as the act; never changed."""

from __future__ import annotations

from central.store.interface import Session
from protocol import strict_json

CENTRE = "centre"
"""The name under which the centre acts by itself."""


def append(session: Session, now_ms: int, staff: str, act: str, subject: str, **detail: object) -> None:
    """`detail` must hold no personal data and no secret: the audit is read by many."""
    session.run(
        "INSERT INTO audit (at_ms, staff, act, subject, detail) VALUES (?, ?, ?, ?, ?)",
        now_ms, staff, act, subject, strict_json.dumps(detail).decode(),
    )  # fmt: skip


def append_once(session: Session, now_ms: int, staff: str, act: str, subject: str, **detail: object) -> None:
    """`note`, unless it has been said before in the same words."""
    said = strict_json.dumps(detail).decode()
    if session.one("SELECT 1 FROM audit WHERE act = ? AND subject = ? AND detail = ?", act, subject, said) is None:
        append(session, now_ms, staff, act, subject, **detail)


def who(session: Session, act: str, subject: str, **detail: object) -> str:
    """Who did that last, where its detail says all of `detail`; "" for nobody."""
    rows = session.all("SELECT staff, detail FROM audit WHERE act = ? AND subject = ? ORDER BY n DESC", act, subject)
    found = (staff for staff, said in rows if detail.items() <= strict_json.loads_object(said.encode()).items())
    return str(next(found, ""))
