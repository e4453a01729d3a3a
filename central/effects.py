"""What a stretch of a journal does at the centre, gathered first, then written in one commit."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from central import audit, authority, documents, erasure, outcomes, prepaid, tills, wishes
from central.centre import Centre
from central.outcomes import Ruling
from central.rules import Facts
from central.store import Row, Session
from central.wishes import Wish


@dataclass(frozen=True, slots=True)
class Work:
    """A stretch of one chain that nobody has looked into yet; its entries are (seq, header, body, received_ms).

    `operators` are the ids that the shop ever had, `frames` the sealed personal frames by entry, `newest_settings` the
    last version that the shop was given, `read_settings` the version that the device is known to have and since when.
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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came; `breach` is the code of the rule it breaks, or empty."""

    seq: int
    wall_ms: int
    facts: Facts
    breach: str


@dataclass(slots=True)
class Effects:
    """`voids` are (entry, voided entry, id of the request, body), `activated` (operator, hash of the code in hex, ""
    where an older device does not say it) of codes that are used up, `erased` (epoch, entry, id) of requests whose
    data the device has erased. `outdated` is the version of settings that a request was priced by long after the
    device had a newer one, 0 where none was. `refunds` are (entry, epoch and entry of the request, its id);
    `postings` and `closes` are the money of the till's days, `agreed` (epoch, entry of the close, who) of differences
    that somebody agreed to afterwards; `wishes` are for the staff.
    """

    settings_version: int
    requests: list[Arrival] = field(default_factory=list)
    voids: list[tuple[int, int, str, dict[str, Any]]] = field(default_factory=list)
    refunds: list[tuple[int, int, int, str]] = field(default_factory=list)
    postings: list[tills.Posting] = field(default_factory=list)
    closes: list[tills.Close] = field(default_factory=list)
    agreed: list[tuple[int, int, str]] = field(default_factory=list)
    activated: set[tuple[str, str]] = field(default_factory=set)
    erased: list[tuple[int, int, str]] = field(default_factory=list)
    outdated: int = 0
    wishes: list[Wish] = field(default_factory=list)


def apply(centre: Centre, session: Session, work: Work, effects: Effects) -> None:
    """Write `effects`; the cursor has been moved by the caller in the same transaction."""
    _end_activations(centre, session, work, effects)
    rulings = _keep_requests(centre, session, work, effects)
    for seq, voided, one, members in effects.voids:
        if _void(session, work, seq, voided, one):
            effects.postings += tills.returned_void(members)
    for seq, epoch, refunded, one in effects.refunds:
        _refund(session, work, seq, (epoch, refunded, one))
    tills.post(session, work.device, work.epoch, effects.postings)
    tills.keep(session, work.device, work.epoch, effects.closes)
    for epoch, closed, who in effects.agreed:
        tills.agree(session, work.device, epoch, closed, who)
    if effects.postings:
        prepaid.tell(centre, session, work.device, work.shop)
    for epoch, seq, one in effects.erased:
        erasure.done(session, work.device, epoch, seq, one, centre.now_ms())
    wishes.note(session, work.device, effects.wishes, centre.now_ms())
    outcomes.publish(session, work.device, work.epoch, rulings, centre.now_ms(), audit.CENTRE)
    if effects.outdated:
        audit.note_once(
            session, centre.now_ms(), audit.CENTRE, "settings.outdated", str(uuid.UUID(bytes=work.device)),
            epoch=work.epoch, used=effects.outdated, known=work.read_settings[0],
        )  # fmt: skip


def _end_activations(centre: Centre, session: Session, work: Work, effects: Effects) -> None:
    """A one-time code has been used: the next operators document no longer carries it, but says its PIN is good.

    The entry may come long after: a code that was given since is not the one that was used.
    """
    ended = 0
    for op, used in sorted(effects.activated):
        of = "FROM operator WHERE id = ? AND shop = ? AND salt IS NOT NULL"
        row = session.one(f"SELECT hash {of}{session.locking}", op, work.shop)
        if row is not None and used in ("", row[0][-documents.HASH_LEN :].hex()):
            session.run("UPDATE operator SET salt = NULL WHERE id = ? AND shop = ?", op, work.shop)
            ended += 1
    if ended:
        documents.publish_operators(centre, session, work.shop)


def _keep_requests(centre: Centre, session: Session, work: Work, effects: Effects) -> list[Ruling]:
    taken = _ids_taken(session, [arrival.facts.id for arrival in effects.requests])
    now, rulings = centre.now_ms(), []
    rows: list[tuple[Any, ...]] = []
    for arrival in effects.requests:
        facts = arrival.facts
        code = arrival.breach or ("duplicate_request" if facts.id in taken else "")
        if not code and facts.bill:
            code = authority.pay(session, work.device, facts, arrival.wall_ms)
        taken.add(facts.id)
        reasons = outcomes.reasons(code) if code else ("", "")
        rows.append((
            work.device, work.epoch, arrival.seq, facts.id, facts.visit, work.shop, facts.service,
            facts.service_version, facts.catalogue, facts.total_pt, arrival.wall_ms,
            "rejected" if code else "pending", code, *reasons, now, 0,
            "" if code else facts.bill, 0,
        ))  # fmt: skip
        if code:
            rulings.append(Ruling(arrival.seq, facts.id, "rejected", code, *reasons))
    if rows:
        session.many(f"INSERT INTO request VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608 - question marks
    return rulings


def _ids_taken(session: Session, ids: list[str]) -> set[str]:
    if not ids:
        return set()
    marks = ", ".join("?" * len(ids))
    return {row[0] for row in session.all(f"SELECT id FROM request WHERE id IN ({marks})", *ids)}  # noqa: S608 - question marks


def _void(session: Session, work: Work, seq: int, voided: int, one: str) -> bool:
    """Whether it voids anything: the first void of a request counts."""
    key = (work.device, work.epoch, voided, one)
    changed = session.run(
        "UPDATE request SET voided_by = ? WHERE device = ? AND epoch = ? AND seq = ? AND id = ? AND voided_by = 0",
        seq,
        *key,
    )
    row = session.one("SELECT bill FROM request WHERE device = ? AND epoch = ? AND seq = ? AND id = ?", *key)
    if changed and row is not None and row[0]:
        authority.reopen(session, row[0])
    return bool(changed)


def _refund(session: Session, work: Work, seq: int, of: tuple[int, int, str]) -> None:
    """What the counter gave back, of whatever epoch of this device."""
    session.run(
        "UPDATE request SET refunded_by = ? WHERE device = ? AND epoch = ? AND seq = ? AND id = ? AND refunded_by = 0",
        seq, work.device, *of,
    )  # fmt: skip
