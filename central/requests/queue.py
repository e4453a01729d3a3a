"""What waits for an authority: page by page in the order in which it is due, with who has it in hand.

A page begins behind the row that ended the one before, so that it costs the same wherever it stands; nothing is counted
beyond a thousand. A citizen stands there masked (`listed_citizen`): no frame is opened for a list. What is another
authority's, or does not exist, is told alike.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, not_, or_, true, tuple_, update
from sqlalchemy import select as choose
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from central import audit
from central.centre import Centre
from central.devices import tills
from central.requests import due_times, listed_citizen, review
from central.requests.listed_citizen import Listed
from central.staff.acts import Act
from central.staff.people import Grant, Person, Scope
from central.store import kept_entries
from central.store.device_models import TillNumber
from central.store.interface import Session
from central.store.kept_entries import Key
from central.store.model_base import same_entry
from central.store.request_models import Evidence, Request, RequestKey
from central.store.vault import place
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.values.receipt_number import receipt_number
from protocol.wire.statuses import UNDECIDED

CLAIM_MS: Final = 5 * 60_000
"""How long somebody has a request in hand without asking again, by the centre's clock."""
PAGE: Final = 50
MOST_PAGE: Final = 1_000
COUNTED: Final = 1_000
"""One more means "more than"."""
SOON_DAYS: Final = 3
_ORDER: Final = (col(Request.due_ms), col(Request.device), col(Request.epoch), col(Request.seq))


@dataclass(frozen=True, slots=True)
class Row:
    """One request of the list. `seen` counts the decisions on it: whoever decides says what he saw. Of its `papers` so
    many pictures are `here`; `twice`: the same citizen waits for the same service a second time.
    """

    id: str
    number: str
    service: str
    shop: str
    authority: str
    status: str
    total_pt: int
    wall_ms: int
    due_ms: int
    claimed_by: str
    claimed_ms: int
    seen: int
    ready_ms: int
    citizen: Listed
    papers: int
    here: int
    twice: bool


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the list. `after` is the cursor of the next page, "" on the last."""

    rows: list[Row]
    after: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Which requests of an authority and a status are listed. Where `service` or `shop` is "", those of any. `mine`:
    those in one's own hand.
    """

    authority: str
    status: str = UNDECIDED
    service: str = ""
    shop: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests wait, by when they are due; `mine` are in one's hand. `COUNTED` + 1 means more than that."""

    late: int
    today: int
    soon: int
    later: int
    mine: int


def page(centre: Centre, session: Session, person: Person, of: Queue, after: str = "", limit: int = PAGE) -> QueuePage:
    """Raises Refused ``not_allowed``, ``bad_cursor``."""
    limit = min(limit, MOST_PAGE)
    found = _found(centre, person, of)
    if after:
        found = found.where(tuple_(*_ORDER) > tuple_(*_read_cursor(after)))
    rows = session.all(found.order_by(*_ORDER).limit(limit + 1))
    more = len(rows) > limit
    return QueuePage(_rows(centre, session, rows[:limit]), _cursor(rows[limit - 1]) if more else "")


def _found(centre: Centre, person: Person, wanted: Queue) -> SelectOfScalar[Request]:
    """What is wanted of what he may see: both are in the statement, so that a page is full where there is more."""
    person.need(Act.REQUEST_LIST, None)
    named = {name: getattr(wanted, name) for name in ("service", "shop") if getattr(wanted, name)}
    found = select(Request).filter_by(authority=wanted.authority, status=wanted.status, **named)
    found = found.where(col(Request.due_ms) < due_times.NEVER_MS, _visible(person, wanted.authority))
    if wanted.mine:
        held = and_(col(Request.claimed_by) == person.account, col(Request.claimed_by) != literal_column("''"))
        found = found.where(held, col(Request.claimed_ms) > centre.now_ms() - CLAIM_MS)
    return found


def _visible(person: Person, authority: str) -> ColumnElement[bool]:
    """Raises Refused ``not_allowed`` where none of his grants reaches the authority."""
    grants = [one for one in person.bounds(Act.REQUEST_LIST) if not one.authorities or authority in one.authorities]
    if not grants:
        person.need(Act.REQUEST_LIST, Scope(authority))
    return inside(grants)


def inside(grants: Sequence[Grant]) -> ColumnElement[bool]:
    """The requests that any of those grants reaches: without a grant, none."""
    return or_(false(), *map(_within, grants))


def _within(grant: Grant) -> ColumnElement[bool]:
    bounds = (
        (grant.authorities, col(Request.authority).in_(grant.authorities)),
        (grant.services, col(Request.service).in_(grant.services)),
        (grant.governorates, col(Request.governorate).in_(grant.governorates)),
    )
    return and_(true(), *(it for named, it in bounds if named))


def _rows(centre: Centre, session: Session, found: Sequence[Request]) -> list[Row]:
    """As they are listed: the number is that on the receipt."""
    tills_of = tills.numbers_of(session, {(one.shop, one.device) for one in found})
    here, twice = _pictures_here(session, found), _asked_twice(session, found)
    return [
        _row(centre, one, tills_of.get((one.shop, one.device), 0), here.get(kept_entries.key(one), 0),
             twice=kept_entries.key(one) in twice)
        for one in found
    ]  # fmt: skip


def named(centre: Centre, session: Session, grants: Sequence[Grant], names: Collection[str]) -> dict[str, Row]:
    """Requests within those grants by their ids, as a list of something else tells of them: whose, what, how much."""
    till = and_(col(TillNumber.shop) == Request.shop, col(TillNumber.device) == Request.device)
    found = choose(Request, col(TillNumber.number)).join(TillNumber, till, isouter=True)
    rows = session.all(found.where(col(Request.id).in_(names), inside(grants))) if names else []
    return {one.id: _row(centre, one, one.number or 0, 0, twice=False) for one in rows}


def _row(centre: Centre, one: Any, till: int, here: int, *, twice: bool) -> Row:
    held, number = is_held(one, centre.now_ms()), receipt_number(till, one.epoch, one.seq)
    return Row(
        one.id, number, one.service, one.shop, one.authority, one.status, one.total_pt, one.wall_ms, one.due_ms,
        one.claimed_by if held else "", one.claimed_ms if held else 0, one.decisions, one.ready_ms,
        listed_citizen.opened(centre, place(*kept_entries.key(one)), one.listed), one.papers, here, twice,
    )  # fmt: skip


def _among(of: Any, found: Sequence[Request]) -> ColumnElement[bool]:
    return tuple_(of.device, of.epoch, of.seq).in_([kept_entries.key(one) for one in found])


def _pictures_here(session: Session, found: Sequence[Request]) -> dict[Key, int]:
    """How many pictures of each have come whole, by one question."""
    of = (col(Evidence.device), col(Evidence.epoch), col(Evidence.seq))
    whole = choose(*of, func.count()).where(_among(Evidence, found), col(Evidence.state) != "receiving").group_by(*of)
    return {(device, epoch, seq): n for device, epoch, seq, n in session.all(whole)} if found else {}


def _asked_twice(session: Session, found: Sequence[Request]) -> set[Key]:
    """Those for whose citizen the same service waits a second time in the same shop, by one question."""
    mine, other, twin = aliased(RequestKey), aliased(RequestKey), aliased(Request)
    again = (
        exists()
        .where(col(other.mac) == mine.mac, col(other.kind) == mine.kind, not_(same_entry(other, mine)))
        .where(same_entry(twin, other), col(twin.service) == Request.service, col(twin.status) == UNDECIDED)
        .where(col(twin.voided_by) == 0, col(twin.refunded_by) == 0)
    )
    asked = choose(col(mine.device), col(mine.epoch), col(mine.seq)).join(Request, same_entry(Request, mine))
    asked = asked.where(_among(mine, found), col(mine.kind) == "national_id", again)
    return {(device, epoch, seq) for device, epoch, seq in session.all(asked)} if found else set()


def is_held(one: Request, now_ms: int) -> bool:
    """Whether somebody has it in hand."""
    return bool(one.claimed_by) and one.claimed_ms > now_ms - CLAIM_MS


def _cursor(last: Request) -> str:
    return f"{last.due_ms}.{last.device.hex()}.{last.epoch}.{last.seq}"


def _read_cursor(text: str) -> Sequence[int | bytes]:
    """Raises Refused ``bad_cursor``."""
    try:
        due, device, epoch, seq = text.split(".")
        read: tuple[int | bytes, ...] = (int(due), uuid.UUID(device).bytes, int(epoch), int(seq))
    except ValueError:
        raise Refused("bad_cursor") from None
    if not (text.isascii() and all(isinstance(one, bytes) or 0 <= one < 2**63 for one in read)):
        raise Refused("bad_cursor")
    return read


def counts(centre: Centre, session: Session, person: Person, wanted: Queue) -> Counts:
    """By one statement. Raises Refused ``not_allowed``."""
    now, due = centre.now_ms(), col(Request.due_ms)
    today, soon = due_times.day_ends_ms(now), due_times.day_ends_ms(now, SOON_DAYS)
    found = _found(centre, person, wanted)
    mine = _found(centre, person, Queue(wanted.authority, wanted.status, wanted.service, wanted.shop, mine=True))
    groups = (
        found.where(due < now), found.where(due >= now, due <= today), found.where(due > today, due <= soon),
        found.where(due > soon), mine,
    )  # fmt: skip
    capped = (one.with_only_columns(col(Request.seq)).limit(COUNTED + 1).subquery() for one in groups)
    row = session.one(choose(*(choose(func.count()).select_from(one).scalar_subquery() for one in capped)))
    assert row is not None  # noqa: S101 - counts always come
    return Counts(*row)


def next_of(centre: Centre, session: Session, person: Person, wanted: Queue) -> Row | None:
    """The first that he may decide and nobody else has in hand. Raises Refused as `page`."""
    now = centre.now_ms()
    found = _found(centre, person, wanted).where(_free(person, now), inside(person.bounds(Act.REQUEST_DECIDE)))
    one = session.one(found.order_by(*_ORDER).limit(1))
    return None if one is None else _rows(centre, session, [one])[0]


def scope_of(request: Request) -> Scope:
    return Scope(request.authority, request.service, request.governorate)


def find(session: Session, person: Person, act: Act, text: str) -> Request:
    """The request with that id or number. Raises Refused ``no_request``, also for one that he may not know of."""
    found = review.find(session, text)
    if not person.may(act, scope_of(found)):
        raise Refused("no_request", request=text)
    return found


# ---- who has it in hand


def claim(centre: Centre, session: Session, person: Person, request: Request) -> None:
    """Give it to whoever opens it, for five minutes. Raises Refused ``claimed``: by whom, since when."""
    now = centre.now_ms()
    free = update(Request).where(same_entry(Request, request), _free(person, now))
    if session.run(free.values(claimed_by=person.account, claimed_ms=now)) != 1:
        refuse_held(session.get(Request, *kept_entries.key(request)) or request, person, now)


def keep(centre: Centre, session: Session, person: Person, request: Request) -> None:
    """What he has in hand stays so for five minutes more; nothing where he has it no longer."""
    now = centre.now_ms()
    own = update(Request).where(same_entry(Request, request), col(Request.claimed_by) == person.account)
    session.run(own.where(col(Request.claimed_ms) > now - CLAIM_MS).values(claimed_ms=now))


def refuse_held(request: Request, person: Person, now_ms: int) -> None:
    """Raises Refused ``claimed`` where somebody else has it in hand."""
    if is_held(request, now_ms) and request.claimed_by != person.account:
        raise Refused("claimed", request=request.id, by=request.claimed_by, at=show_time(request.claimed_ms))


def release(session: Session, person: Person, request: Request) -> None:
    """Give one's own back; another's stays."""
    own = update(Request).where(same_entry(Request, request), col(Request.claimed_by) == person.account)
    session.run(own.values(claimed_by="", claimed_ms=0))


def take_over(centre: Centre, session: Session, person: Person, request: Request, to: str) -> None:
    """A supervisor gives it to somebody else, himself, or ("") nobody. Raises Refused ``not_allowed``."""
    person.need(Act.REQUEST_REASSIGN, scope_of(request))
    now = centre.now_ms()
    session.change(Request, *kept_entries.key(request), claimed_by=to, claimed_ms=now if to else 0)
    audit.append(session, now, person.account, "request.reassigned", request.id, before=request.claimed_by, after=to)


def _free(person: Person, now_ms: int) -> ColumnElement[bool]:
    """Whether nobody else has it in hand."""
    return or_(col(Request.claimed_by).in_(("", person.account)), col(Request.claimed_ms) <= now_ms - CLAIM_MS)
