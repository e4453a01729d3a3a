"""What a stretch of a journal does at the centre, gathered first, then written in one commit."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.documents import operators
from central.money import shop_float, till_days
from central.requests import (
    approvals,
    approved_acts,
    erasure,
    reference_authority,
    refunds,
    review,
    shop_search,
    staff_requests,
)
from central.requests.refunds import RequestKey
from central.requests.review import Decision
from central.requests.shop_search import Key
from central.store.interface import Row, Session
from protocol.journal.kj01 import EntryType
from protocol.journal.money_entries import RefundEntry, RequestEntry, VoidEntry
from protocol.values import telephone


@dataclass(frozen=True, slots=True)
class Work:
    """A stretch of one chain that nobody has looked into yet; its entries are (seq, header, body, received_ms).

    `operators` are the ids that the shop ever had, `frames` the sealed personal frames by entry, `newest_settings` the
    last version that the shop was given; `read_settings` and `read_catalogue` are the versions that the device is known
    to have, and since when.
    """

    device: bytes
    epoch: int
    done: int
    settings_version: int
    shop: str
    entries: list[Row]
    operators: frozenset[str]
    frames: dict[int, bytes]
    newest_settings: int = 0
    read_settings: tuple[int, int] = (0, 0)
    read_catalogue: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came; `breach` is the code of the rule it breaks, or empty; `keys` are what it is found by."""

    seq: int
    wall_ms: int
    body: RequestEntry
    breach: str
    keys: tuple[Key, ...] = ()


@dataclass(slots=True)
class Effects:
    """`voids` are (entry, body), `activated` (operator, hash of the code in hex, ""
    where an older device does not say it) of codes that are used up, `erased` (epoch, entry, id) of requests whose
    data the device has erased. `outdated` is the version of settings that a request was priced by long after the
    device had a newer one, 0 where none was. `refunds` are (entry, the request it pays back, of whatever till of
    the shop, body), `followed` (what, when, epoch and entry of the request, its id) what became of one at the counter;
    `postings` and `closes` are the money of the till's days, `agreed` (epoch, entry of the close, who) of differences
    that somebody agreed to afterwards; `asked`, `papers`, `askings`,
    `uses` and `acts` are for the staff.
    """

    settings_version: int
    requests: list[Arrival] = field(default_factory=list)
    voids: list[tuple[int, VoidEntry]] = field(default_factory=list)
    refunds: list[tuple[int, RequestKey, RefundEntry]] = field(default_factory=list)
    followed: list[tuple[str, int, int, int, str]] = field(default_factory=list)
    postings: list[till_days.Posting] = field(default_factory=list)
    closes: list[till_days.Close] = field(default_factory=list)
    agreed: list[tuple[int, int, str]] = field(default_factory=list)
    activated: set[tuple[str, str]] = field(default_factory=set)
    erased: list[tuple[int, int, str]] = field(default_factory=list)
    outdated: int = 0
    asked: list[staff_requests.StaffRequest] = field(default_factory=list)
    askings: list[tuple[telephone.ApprovedFacts, str]] = field(default_factory=list)
    uses: list[approvals.Use] = field(default_factory=list)
    papers: list[staff_requests.RefusedPaper] = field(default_factory=list)
    acts: list[approved_acts.ApprovedAct] = field(default_factory=list)

    def staff_rows(self) -> int:
        """How many rows they may write for the staff, at most."""
        acts = len(self.askings) + len(self.uses) + len(self.voids) + len(self.refunds)
        return acts + len(self.acts) + len(self.asked) + len(self.papers)


def apply(centre: Centre, session: Session, work: Work, effects: Effects) -> None:
    """Write `effects`; the cursor has been moved by the caller in the same transaction."""
    operators.end_activations(centre, session, work.shop, effects.activated)
    rulings = _in_turn(centre, session, work, effects)
    for what, at_ms, epoch, seq, one in effects.followed:
        _follow(session, work, what, at_ms, (epoch, seq, one))
    till_days.post(session, work.device, work.epoch, effects.postings)
    till_days.keep(session, work.device, work.epoch, effects.closes)
    for epoch, closed, who in effects.agreed:
        till_days.agree(session, work.device, epoch, closed, who)
    if effects.postings:
        shop_float.put_balance(centre, session, work.device, work.shop)
    for epoch, seq, one in effects.erased:
        erasure.done(session, work.device, epoch, seq, one, centre.now_ms())
    approved_acts.record_acts(centre, session, approved_acts.Till(work.device, work.epoch, work.shop), effects.acts)
    approvals.take(centre, session, (work.device, work.epoch, work.shop), effects.askings, effects.uses)
    staff_requests.append_requests(session, work.device, effects.asked, centre.now_ms())
    staff_requests.append_papers(session, work.device, effects.papers, centre.now_ms())
    _append_clock_jumps(session, work)
    review.publish_decisions(session, work.device, work.epoch, rulings, centre.now_ms(), audit.CENTRE)
    if effects.outdated:
        audit.append_once(
            session, centre.now_ms(), audit.CENTRE, "settings.outdated", str(uuid.UUID(bytes=work.device)),
            epoch=work.epoch, used=effects.outdated, known=work.read_settings[0],
        )  # fmt: skip


def _append_clock_jumps(session: Session, work: Work) -> None:
    """Two in a day, and a battery or a person wants looking after."""
    kind = int(EntryType.CLOCK_JUMP).to_bytes(2, "big")
    found = [(seq, at_ms) for seq, header, _, at_ms in work.entries if bytes(header[_KIND]) == kind]
    if found:
        rows = [(work.device, work.epoch, *jump) for jump in found]
        session.many("INSERT INTO clock_jump (device, epoch, seq, at_ms) VALUES (?, ?, ?, ?)", rows)


_KIND: Final = slice(4, 6)
"""Where a header says its type."""
_COLUMNS: Final = (
    "device, epoch, seq, id, visit, shop, service, service_version, catalogue, total_pt, wall_ms, status, code,"
    " reason_ar, reason_en, at_ms, voided_by, bill, date, float_pt"
)


def _in_turn(centre: Centre, session: Session, work: Work, effects: Effects) -> list[Decision]:
    """Requests and what reverses them as the till did them: what a void has freed the next request may pay, whether
    the three came up together or one by one.
    """
    acts: list[tuple[int, Callable[[], None]]] = []
    acts += [(one[0], partial(_void_one, centre, session, work, effects, one)) for one in effects.voids]
    acts += [(one[0], partial(_pay_back, centre, session, work, one)) for one in effects.refunds]
    rulings: list[Decision] = []
    waiting = effects.requests
    for seq, act in sorted(acts, key=itemgetter(0)):
        before = [arrival for arrival in waiting if arrival.seq < seq]
        rulings += _keep_requests(centre, session, work, before)
        waiting = waiting[len(before) :]
        act()
    return rulings + _keep_requests(centre, session, work, waiting)


def _keep_requests(centre: Centre, session: Session, work: Work, arrivals: list[Arrival]) -> list[Decision]:
    taken = _ids_taken(session, [arrival.body.id for arrival in arrivals])
    now, rulings = centre.now_ms(), []
    rows: list[tuple[Any, ...]] = []
    for arrival in arrivals:
        body = arrival.body
        code = arrival.breach or ("duplicate_request" if body.id in taken else "")
        if not code and body.bill:
            code = reference_authority.pay(session, work.device, body.service, body.bill, arrival.wall_ms)
        taken.add(body.id)
        reasons = review.reasons(code) if code else ("", "")
        rows.append((
            work.device, work.epoch, arrival.seq, body.id, body.visit, work.shop, body.service,
            body.service_version, body.catalogue, body.total_pt, arrival.wall_ms,
            "rejected" if code else "pending", code, *reasons, now, 0,
            body.bill.reference if body.bill and not code else "", body.day.date, 0 if code else body.total_pt,
        ))  # fmt: skip
        if code:
            rulings.append(Decision(arrival.seq, body.id, "rejected", code, *reasons))
    if rows:
        session.many(f"INSERT INTO request ({_COLUMNS}) VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608 - question marks
        keys = [(arrival.seq, key) for arrival in arrivals for key in arrival.keys]
        shop_search.keep_keys(session, work.device, work.epoch, keys)
        shop_float.add(session, work.device, work.epoch, sum(row[-1] for row in rows))
        refunds.catch_up(centre, session, work.device, work.epoch, rows[0][2], rows[-1][2])
    return rulings


def _ids_taken(session: Session, ids: list[str]) -> set[str]:
    if not ids:
        return set()
    marks = ", ".join("?" * len(ids))
    return {row[0] for row in session.all(f"SELECT id FROM request WHERE id IN ({marks})", *ids)}  # noqa: S608 - question marks


def _void_one(centre: Centre, session: Session, work: Work, effects: Effects, one: tuple[int, VoidEntry]) -> None:
    """The first that reverses a request counts, every other is a case."""
    seq, body = one
    of, payer = RequestKey(work.device, work.epoch, body.seq, body.id), (work.device, work.epoch, seq)
    if refunds.void(centre, session, payer, of, body.total_pt):
        effects.postings += till_days.returned_void(seq, body)


def _pay_back(centre: Centre, session: Session, work: Work, one: tuple[int, RequestKey, RefundEntry]) -> None:
    """As above, of a refund."""
    seq, of, body = one
    ended = refunds.settle(centre, session, (work.device, work.epoch, seq), work.shop, of, body.total_pt)
    if ended and carried(session, work, seq, of, body):
        shop_float.use(session, of.key, 0)


def carried(session: Session, work: Work, seq: int, of: RequestKey, body: RefundEntry) -> bool:
    """Whether the fee went to another request of the same till, which cost the same: then the float was used once.

    The two are one commit of the till, so that request stands right before the refund `seq`: named by another refund
    too, paid in cash long before, or rejected as it came, it takes over nothing.
    """
    if not body.by or of.device != work.device:
        return False
    row = session.one(
        """SELECT o.total_pt FROM request n JOIN request o ON o.total_pt = n.total_pt
           WHERE n.device = ? AND n.epoch = ? AND n.seq = ? AND n.id = ? AND n.id <> o.id AND n.float_pt > 0
           AND o.device = ? AND o.epoch = ? AND o.seq = ?""",
        work.device, work.epoch, seq - 1, body.by, *of.key,
    )  # fmt: skip
    return row is not None and row[0] == body.total_pt


_FOLLOWED: Final = {"told": "told_ms", "arrived": "arrived_ms", "handed": "handed_ms"}


def _follow(session: Session, work: Work, what: str, at_ms: int, of: tuple[int, int, str]) -> None:
    """The other tills of the shop are told what has become of a request; a word that is said again is the newer one."""
    column = _FOLLOWED.get(what)
    if column is not None:
        session.run(
            f"UPDATE request SET {column} = ? WHERE device = ? AND epoch = ? AND seq = ? AND id = ?",  # noqa: S608 - one of three
            at_ms, work.device, *of,
        )  # fmt: skip
