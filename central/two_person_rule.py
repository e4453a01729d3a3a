"""Acts that two people must want. A proposal is kept with all that it was made for; it stands for a day, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.store import staff_models
from central.store.interface import Session
from protocol import strict_json
from protocol.clock import DAY_MS
from protocol.errors import Refused

STANDS_MS: Final = DAY_MS
_ROW: Final = staff_models.Proposal
_AGREED: Final[ContextVar[int | None]] = ContextVar("agreed", default=None)
"""The number that somebody agrees to just now."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`staff` wants `act` done to `subject`, just as `said`, until `ends_ms`."""

    n: int
    at_ms: int
    ends_ms: int
    staff: str
    act: str
    subject: str
    said: Mapping[str, Any]


def given(
    centre: Centre, session: Session, act: str, subject: str, said: Mapping[str, Any], staff: str
) -> str | None:  # fmt: skip
    """Who proposed this act, where `staff` agrees, which uses the proposal up; None: this is the proposal, and is
    kept. Another `said` is another act. Where two proposed it at once, either one's next agrees.

    A caller inside `agreeing` never proposes, nor does one that waited while another used the proposal up.

    Raises Refused ``second_person`` where both were the same, ``proposal_over``.
    """
    now, wanted = centre.now_ms(), strict_json.dumps(dict(said)).decode()
    same = {"act": act, "subject": subject, "said": wanted}
    wait_for = _STANDING.filter_by(**same).where(_ROW.ends_ms > now).order_by(col(_ROW.n))
    seen, agreed = session.all(wait_for), _AGREED.get()
    standing = session.all(wait_for.with_for_update())  # whoever waited looks again
    gone = bool(seen) and not standing
    if gone or (agreed is not None and agreed not in [one.n for one in standing]):
        raise Refused("proposal_over", n=agreed or seen[0].n)
    if not standing:
        session.add(_ROW, at_ms=now, ends_ms=now + STANDS_MS, staff=staff, **same, state="waiting")
        audit.append(session, now, staff, f"{act}.proposed", subject, **_audited(act, said))
        return None
    first: str | None = next((one.staff for one in standing if one.staff != staff), None)
    if first is None:
        raise Refused("second_person", staff=staff)
    session.run(update(_ROW).filter_by(**same, state="waiting").values(state="done", ended_by=staff))
    return first


@contextmanager
def agreeing(n: int) -> Iterator[None]:
    """Within the block, `given` uses up proposal `n` or raises Refused; it proposes nothing."""
    token = _AGREED.set(n)
    try:
        yield
    finally:
        _AGREED.reset(token)


def _audited(act: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """`said` without text about a citizen: many people read the audit, and it is kept for ever."""
    hidden = {"reason", "because"} if act.startswith("request.") else {"reason"}
    return {name: value for name, value in said.items() if name not in hidden}


_STANDING: Final = select(_ROW).where(_ROW.state == "waiting")


def _settled(session: Session, n: int, state: str, staff: str) -> bool:
    """Whether it waited until now."""
    return session.run(update(_ROW).filter_by(n=n, state="waiting").values(state=state, ended_by=staff)) == 1


def waiting(centre: Centre, session: Session, limit: int = 200) -> list[Proposal]:
    """What waits for somebody to agree, the oldest first."""
    found = _STANDING.where(_ROW.ends_ms > centre.now_ms()).order_by(col(_ROW.ends_ms), col(_ROW.n)).limit(limit)
    return [_read(row) for row in session.all(found)]


def find(centre: Centre, session: Session, n: int) -> Proposal:
    """Raises Refused ``proposal_over``: it was never made, is done, withdrawn or too old."""
    row = session.get(_ROW, n)
    if row is None or row.state != "waiting" or row.ends_ms <= centre.now_ms():
        raise Refused("proposal_over", n=n)
    return _read(row)


def _read(row: staff_models.Proposal) -> Proposal:
    said = strict_json.loads_object(row.said.encode())
    return Proposal(row.n, row.at_ms, row.ends_ms, row.staff, row.act, row.subject, said)


def refuse_unless_ended_by(session: Session, n: int, staff: str) -> None:
    """Check that the act has called `given`, which ended its proposal. Raises Refused ``proposal_over``."""
    row = session.get(_ROW, n)
    if row is None or (row.state, row.ended_by) != ("done", staff):
        raise Refused("proposal_over", n=n)


def withdraw(centre: Centre, session: Session, n: int, staff: str) -> None:
    """Raises Refused ``proposal_over``."""
    found = find(centre, session, n)
    if not _settled(session, n, "withdrawn", staff):
        raise Refused("proposal_over", n=n)
    audit.append(session, centre.now_ms(), staff, f"{found.act}.withdrawn", found.subject, n=n)


def void_of(session: Session, staff: str) -> None:
    """Withdraw what `staff` has proposed: he has left, may no longer, or was not who he seemed."""
    session.run(update(_ROW).filter_by(staff=staff, state="waiting").values(state="withdrawn", ended_by=audit.CENTRE))
