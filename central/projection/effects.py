"""What a stretch of a journal does at the centre, gathered first, then written in one commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import update

from central import audit
from central.centre import Centre
from central.devices.registry import Change, Till
from central.documents import operators, shops
from central.money import shop_float, till_days
from central.requests import (
    approvals,
    approved_acts,
    due_times,
    erasure,
    reference_authority,
    refunds,
    request_ids,
    review,
    shop_search,
    staff_requests,
)
from central.requests.refunds import RequestKey
from central.requests.review import Decision
from central.requests.shop_search import Key
from central.store.interface import Row, Session
from central.store.request_models import ClockJump, Request
from protocol.documents.settings import Commissions, DaySettings, Settings
from protocol.journal.entries import DocumentApplied, EntryType, Erased, FollowUpEntry
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import Header
from protocol.journal.money_entries import DayClosing, RefundEntry, RequestEntry, VoidEntry
from protocol.journal.people import Author
from protocol.journal.staff_entries import DifferenceAgreed, PinSet
from protocol.texts import Bilingual, both


@dataclass(frozen=True, slots=True)
class Work(Till):
    """A stretch of one chain that nobody has looked into yet; its entries are (seq, header, body, received_ms).

    `operators` are the ids that the shop ever had, `frames` the sealed personal frames by entry, `newest_settings` the
    last version that the shop was given; `read_settings` and `read_catalogue` are the versions that the device is known
    to have, and since when.
    """

    done: int
    settings_version: int
    entries: list[Row]
    operators: frozenset[str]
    frames: dict[int, bytes]
    newest_settings: int = 0
    read_settings: tuple[int, int] = (0, 0)
    read_catalogue: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came; `breach` is the code of the rule it breaks, or empty; `keys` are what it is found by;
    `span` is how long its `authority` says that it takes, `listed` what lists may show of its citizen.
    """

    seq: int
    wall_ms: int
    body: RequestEntry
    breach: str
    keys: tuple[Key, ...] = ()
    authority: str = ""
    span: timedelta | None = None
    listed: bytes | None = None


@dataclass(slots=True)
class Effects:
    """What a stretch of a journal does. `turns` are voids and refunds by their entry, which take their turn among the
    requests; `postings` the money of the till's days; `activated` (operator, hash of the code in hex, "" where it is
    not said) codes that are used up; `later` what is done when all that is; `for_staff` what may be written down for
    people, one row each. `outdated` is the version of settings that a request was priced by long after the device had a
    newer one, else 0.
    """

    settings_version: int
    requests: list[Arrival] = field(default_factory=list)
    turns: list[tuple[int, Change]] = field(default_factory=list)
    postings: list[till_days.Posting] = field(default_factory=list)
    activated: set[tuple[str, str]] = field(default_factory=set)
    later: list[Change] = field(default_factory=list)
    for_staff: list[Change] = field(default_factory=list)
    outdated: int = 0
    duplicates: int = 0
    """Requests under an id that was in use, known once they are written."""

    def staff_rows(self) -> int:
        """How many rows they may write for the staff, at most."""
        return len(self.for_staff) + len(self.turns) + self.duplicates


def gather(effects: Effects, work: Work, fields: Header, body: Body | Unknown, rules: Settings | None) -> None:
    """What an entry does, unless it is a request; `rules` are the shop's settings that it was written under."""
    day, earned = (DaySettings(), Commissions()) if rules is None else (rules.day, rules.commissions)
    seq = fields.seq
    effects.postings += till_days.postings(seq, body, earned)
    effects.for_staff += approvals.changes(seq, body) + approved_acts.changes(seq, body, day)
    effects.for_staff += staff_requests.changes(body)
    match body:
        case VoidEntry() if 0 < body.seq < seq and "id" not in body.bad:
            effects.turns.append((seq, partial(_void_one, effects=effects, seq=seq, body=body)))
        case RefundEntry() if not body.bad & {"device", "epoch", "seq", "id"}:
            if (of := refunds.paid_back(work, body)) is not None:
                effects.turns.append((seq, partial(_pay_back, seq=seq, of=of, body=body)))
        case DayClosing():
            at = seq, fields.wall_ms, body
            effects.later.append(lambda _, session, till: till_days.keep(session, till.device, till.epoch, *at))
        case _:
            _gather_later(effects, work, fields.wall_ms, body)


def _gather_later(effects: Effects, work: Work, wall_ms: int, body: Body | Unknown) -> None:
    """What moves no money."""
    match body:
        case DifferenceAgreed(author=Author(op=str(who)), approval=None) if not body.bad & {"of", "approval"}:
            close = work.epoch if "epoch" in body.bad else body.epoch, body.of
            effects.later.append(lambda _, session, till: till_days.agree(session, till.device, *close, who))
        case FollowUpEntry() if not body.bad & {"epoch", "seq", "id"} and body.kind in _FOLLOWED:
            of = body.epoch, body.seq, body.id
            effects.later.append(partial(_follow, column=_FOLLOWED[body.kind], at_ms=wall_ms, of=of))
        case Erased() if not body.bad & {"epoch", "seq", "id"}:
            effects.later.append(partial(erasure.done, of=(body.epoch, body.seq, body.id)))
        case DocumentApplied(kind="settings") if 0 < body.version <= work.newest_settings:
            effects.settings_version = body.version  # one that the shop never had changes nothing
        case PinSet(kind="activate", author=Author(op=str(who))):
            effects.activated.add((who, body.activation))


def apply(centre: Centre, session: Session, work: Work, effects: Effects) -> None:
    """Write `effects`; the cursor has been moved by the caller in the same transaction."""
    operators.end_activations(centre, session, work.shop, effects.activated)
    decisions = _in_turn(centre, session, work, effects)
    till_days.post(session, work.device, work.epoch, effects.postings)
    approvals.put_first_chain(centre, session, work.device)
    for change in effects.later + effects.for_staff:
        change(centre, session, work)
    if effects.postings:
        shop_float.put_balance(centre, session, work.device, work.shop)
    _append_clock_jumps(session, work)
    review.publish_decisions(session, work.device, work.epoch, decisions, centre.now_ms(), audit.CENTRE)
    if effects.outdated:
        audit.append_once(
            session, centre.now_ms(), audit.CENTRE, "settings.outdated", work.name,
            epoch=work.epoch, used=effects.outdated, known=work.read_settings[0],
        )  # fmt: skip


def _append_clock_jumps(session: Session, work: Work) -> None:
    """Two in a day, and a battery or a person wants looking after."""
    kind = int(EntryType.CLOCK_JUMP).to_bytes(2, "big")
    for seq, header, _, at_ms in work.entries:
        if header[_KIND] == kind:
            session.add(ClockJump, device=work.device, epoch=work.epoch, seq=seq, at_ms=at_ms)


_KIND: Final = slice(4, 6)
"""Where a header says its type."""


def _in_turn(centre: Centre, session: Session, work: Work, effects: Effects) -> list[Decision]:
    """Requests and what reverses them as the till did them: what a void has freed the next request may pay, whether
    the three came up together or one by one.
    """
    decisions: list[Decision] = []
    waiting = effects.requests
    for seq, turn in effects.turns:
        before = [arrival for arrival in waiting if arrival.seq < seq]
        decisions += _keep_requests(centre, session, work, effects, before)
        waiting = waiting[len(before) :]
        turn(centre, session, work)
    return decisions + _keep_requests(centre, session, work, effects, waiting)


def _keep_requests(
    centre: Centre, session: Session, work: Work, effects: Effects, arrivals: list[Arrival]
) -> list[Decision]:  # fmt: skip
    """A till's own id twice is rejected. Of two tills one lies and nobody knows which: both requests wait for staff."""
    holders = request_ids.holders(session, [arrival.body.id for arrival in arrivals])
    now, decisions = centre.now_ms(), []
    rows: list[dict[str, Any]] = []
    area = shops.governorate_held(session, work.shop) if arrivals else ""
    for arrival in arrivals:
        body = arrival.body
        key, holder = (work.device, work.epoch, arrival.seq), holders.get(body.id)
        own = request_ids.name(centre, key, body.id, holders)
        code = arrival.breach or ("duplicate_request" if holder == work.device else "")
        if not code and body.bill:
            code = reference_authority.pay(session, work.device, body.service, body.bill, arrival.wall_ms)
        if holder is not None:
            effects.duplicates += 1
            refunds.append_duplicate(centre, session, key, own, holder)
        holders.setdefault(own, work.device)
        reason = both(f"central.decision.{code}") if code else Bilingual.same("")
        decision = Decision(arrival.seq, own, "rejected" if code else "pending", code, reason)
        rows.append({
            "device": work.device, "epoch": work.epoch, "seq": arrival.seq, "id": own, "said_id": body.id,
            "visit": body.visit,
            "shop": work.shop, "service": body.service, "service_version": body.service_version,
            "catalogue": body.catalogue, "total_pt": body.total_pt, "wall_ms": arrival.wall_ms, **decision.columns(),
            "at_ms": now, "voided_by": 0, "bill": body.bill.reference if body.bill and not code else "",
            "date": body.day.date, "float_pt": 0 if code else body.total_pt,
            "authority": arrival.authority, "listed": arrival.listed, "papers": _pictures(body),
            "governorate": area,
            "due_ms": due_times.due_ms(session, arrival.authority, arrival.span, arrival.wall_ms),
        })  # fmt: skip
        decisions += [decision] if code else []
    if rows:
        session.add_all(Request, rows)
        keys = [(arrival.seq, key) for arrival in arrivals for key in arrival.keys]
        shop_search.keep_keys(session, work.device, work.epoch, keys)
        shop_float.add(session, work.device, work.epoch, sum(row["float_pt"] for row in rows))
        refunds.catch_up(centre, session, work.device, work.epoch, arrivals[0].seq, arrivals[-1].seq)
    return decisions


def _pictures(body: RequestEntry) -> int:
    """How many it names, each of which comes by itself."""
    return 0 if "evidence" in body.bad else sum(one.sha256 is not None for one in body.evidence)


def _void_one(centre: Centre, session: Session, till: Till, *, effects: Effects, seq: int, body: VoidEntry) -> None:
    """The first that reverses a request counts, every other is a case."""
    of, payer = RequestKey(till.device, till.epoch, body.seq, body.id), (till.device, till.epoch, seq)
    if refunds.void(centre, session, payer, of, body.total_pt):
        effects.postings += till_days.returned_void(seq, body)


def _pay_back(centre: Centre, session: Session, till: Till, *, seq: int, of: RequestKey, body: RefundEntry) -> None:
    """As above, of a refund."""
    ended = refunds.settle(centre, session, (till.device, till.epoch, seq), till.shop, of, body.total_pt)
    if ended and is_fee_transfer(session, till, seq, of, body):
        shop_float.use(session, of.key, 0)


def is_fee_transfer(session: Session, till: Till, seq: int, of: RequestKey, body: RefundEntry) -> bool:
    """Whether the fee went to another request of the same till, which cost the same: then the float was used once.

    The two are one commit of the till, so that request stands right before the refund `seq`: named by another refund
    too, paid in cash long before, or rejected as it came, it takes over nothing.
    """
    if not body.by or of.device != till.device:
        return False
    new, old = session.get(Request, till.device, till.epoch, seq - 1), session.get(Request, *of.key)
    if new is None or old is None or new.said_id != body.by or new.id == old.id or not new.float_pt:
        return False
    return old.total_pt == new.total_pt == body.total_pt


_FOLLOWED: Final = {"told": "told_ms", "arrived": "arrived_ms", "handed": "handed_ms"}


def _follow(_: Centre, session: Session, till: Till, *, column: str, at_ms: int, of: tuple[int, int, str]) -> None:
    """The other tills of the shop are told what has become of a request; what is said again is the newer one."""
    epoch, seq, one = of
    told = update(Request).filter_by(device=till.device, epoch=epoch, seq=seq, said_id=one)
    session.run(told.values({column: at_ms}))
