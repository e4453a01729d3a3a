"""Where somebody is signed in. A token is random; what is kept is its hash, which opens nothing."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, literal_column, update
from sqlalchemy import select as choose
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.staff.people import Person, read_grant
from central.store.interface import Session
from central.store.request_models import Request
from central.store.staff_models import Account, AccountGrant, StaffSession
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import Refused
from protocol.texts import Bilingual

TOKEN_LEN: Final = 32
IDLE_MS: Final = HOUR_MS
LONGEST_MS: Final = 12 * HOUR_MS
HALF_MS: Final = 5 * 60_000
"""Between the password and the second factor."""
TOUCHED_MS: Final = 60_000
"""A session is written at most so often."""
REMEMBERED_MS: Final = 30 * DAY_MS
"""How long one that is over is kept: a network that somebody signed in from is known for as long."""
SHOWN: Final = 16


@dataclass(frozen=True, slots=True)
class Token:
    """What whoever is signed in holds; it is told once."""

    text: str
    ends_ms: int
    foreign: int = 0
    """Wrong second factors behind the right password since the last sign-in, but those of this sign-in itself."""


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def begin(centre: Centre, session: Session, account: str, network: str, agent: str, *, whole: bool) -> Token:
    """A new one; only half of one until the second factor was given."""
    text, now = urlsafe_b64encode(centre.random(TOKEN_LEN)).decode().rstrip("="), centre.now_ms()
    token = Token(text, now + (LONGEST_MS if whole else HALF_MS))
    session.add(
        StaffSession, id=hash_of(text), account=account, whole=int(whole), begun_ms=now, seen_ms=now,
        ends_ms=token.ends_ms, network=network, agent=agent[:AGENT],
    )  # fmt: skip
    return token


AGENT: Final = 200


def half(centre: Centre, session: Session, token: str) -> StaffSession:
    """What was begun with a password. Raises Refused ``half_over``."""
    row = session.get(StaffSession, hash_of(token))
    if row is None or row.whole or row.ends_ms <= centre.now_ms():
        raise Refused("half_over")
    return row


_SIGNED_IN: Final = (
    choose(StaffSession, col(Account.name_ar), col(Account.name_en), AccountGrant)
    .join(Account, col(Account.name) == StaffSession.account)
    .join(AccountGrant, col(AccountGrant.account) == StaffSession.account, isouter=True)
    .where(col(StaffSession.whole) == 1, col(Account.state) == "active")
    .order_by(col(AccountGrant.n))
)
"""With a row for each grant: every page asks this, and no second question."""


def look_up(centre: Centre, token: str, *, used: bool = True) -> Person | None:
    """Whose it is; None where it is over, revoked or nobody's. What is not `used` ends an hour later all the same."""
    now = centre.now_ms()
    with centre.store.reading() as session:
        rows = session.all(_SIGNED_IN.where(col(StaffSession.id) == hash_of(token)))
    row = rows[0] if rows else None
    if row is None or not (now < row.ends_ms and now < row.seen_ms + IDLE_MS):
        return None
    grants = tuple(read_grant(one) for one in rows if one.n is not None)
    if used and now - row.seen_ms >= TOUCHED_MS:
        with centre.store.writing() as session:
            session.run(update(StaffSession).where(col(StaffSession.id) == row.id).values(seen_ms=now))
    return Person(row.account, Bilingual(row.name_ar, row.name_en), row.id, grants)


def was(centre: Centre, token: str) -> bool:
    """Whether somebody was signed in by it, however long ago it ended."""
    with centre.store.reading() as session:
        row = session.get(StaffSession, hash_of(token))
    return row is not None and bool(row.whole)


def own(centre: Centre, session: Session, account: str) -> list[StaffSession]:
    """Those that still stand, the newest first."""
    now = centre.now_ms()
    return session.all(
        select(StaffSession)
        .where(StaffSession.account == account, StaffSession.ends_ms > now, StaffSession.whole == 1)
        .where(StaffSession.seen_ms > now - IDLE_MS)
        .order_by(col(StaffSession.begun_ms).desc())
    )


def shown(one: bytes) -> str:
    """What names a session to its owner, and opens nothing."""
    return one.hex()[:SHOWN]


def revoke(centre: Centre, session: Session, person: Person, named: str) -> None:
    """End one of one's own. Raises Refused ``no_session``."""
    ids = select(StaffSession.id).where(StaffSession.account == person.account, StaffSession.ends_ms > centre.now_ms())
    found = [one for one in session.all(ids) if shown(one) == named]
    if not found:
        raise Refused("no_session", session=named[:SHOWN])
    _end(centre, session, found[0])
    audit.append(session, centre.now_ms(), person.account, "session.revoked", person.account, revoked=named)


def sign_out(centre: Centre, session: Session, person: Person) -> None:
    """This one is over, and what he had in hand is free."""
    _end(centre, session, person.session)
    release_claims(session, person.account)
    audit.append(session, centre.now_ms(), person.account, "sign_out", person.account)


def _end(centre: Centre, session: Session, one: bytes) -> None:
    session.change(StaffSession, one, ends_ms=centre.now_ms())


def end_all(centre: Centre, session: Session, account: str) -> None:
    """Whoever leaves, or may no longer do what he could, is signed in nowhere and has nothing in hand."""
    now = centre.now_ms()
    of = update(StaffSession).where(col(StaffSession.account) == account, col(StaffSession.ends_ms) > now)
    session.run(of.values(ends_ms=now))
    release_claims(session, account)


def end_others(centre: Centre, session: Session, person: Person) -> None:
    """He is signed in here, and nowhere else."""
    now = centre.now_ms()
    of = update(StaffSession).where(col(StaffSession.account) == person.account, col(StaffSession.ends_ms) > now)
    session.run(of.where(col(StaffSession.id) != person.session).values(ends_ms=now))


def release_claims(session: Session, account: str) -> None:
    """The text is the partial index's: a bound value would not meet it."""
    mine = update(Request).where(col(Request.claimed_by) == account, col(Request.claimed_by) != literal_column("''"))
    session.run(mine.values(claimed_by="", claimed_ms=0))


def is_known_network(session: Session, account: str, network: str) -> bool:
    """Whether somebody has been whole signed in to the account from there."""
    found = select(StaffSession.id).where(
        StaffSession.account == account, StaffSession.network == network, StaffSession.whole == 1
    )
    return session.one(found.limit(1)) is not None


def purge(centre: Centre) -> int:
    """Forget those that have long been over."""
    with centre.store.writing() as session:
        return session.run(delete(StaffSession).where(col(StaffSession.ends_ms) < centre.now_ms() - REMEMBERED_MS))
