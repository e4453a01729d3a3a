"""What the tills of the shops say of their days, and what the centre makes of the same entries. Both are shown.

Every money entry is posted under its day, which is one opening of a date (docs/adr/0013); a close is kept as its till
said it. Nothing is corrected and nobody is charged: where the two do not agree, or where nobody has closed, a person
looks. Compared when somebody asks, because an earlier epoch of the same till may come in late.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from central.store.interface import Session
from protocol.documents.settings import Commissions
from protocol.journal.business_day import DayKey
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.money_entries import (
    CashEntry,
    DayClosing,
    DayOpening,
    DaySums,
    RefundEntry,
    RequestEntry,
    VoidEntry,
)

OPENING: Final = "opening"
_CASH: Final = {"in": "cash_in", "out": "cash_out", "deposit": "deposit"}
COMPARED: Final = tuple(one.name for one in fields(DaySums))
"""Members of a close (docs/protocol.md, type 3) that the centre adds up itself."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount under one name of one day, of the entry `seq`."""

    seq: int
    day: DayKey
    name: str
    amount_pt: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Close:
    """A day's end as its till said it."""

    seq: int
    wall_ms: int
    day: DayKey
    members: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TillDay:
    """A day of one till: the sums of its entries, and its close if it has come in (`said`).

    `disagreeing` are the members in which the two differ, `known` the centre's own figures. `epoch` is where it begins.
    """

    device: bytes
    day: DayKey
    epoch: int
    known: dict[str, int]
    said: dict[str, Any] | None
    disagreeing: tuple[str, ...]


# ---- from a body to postings. Never raises: what cannot be read posts nothing ----------------------------------


def postings(seq: int, body: Body | Unknown, earned: Commissions) -> list[Posting]:
    """What the entry `seq` moves, apart from voids: those count only if they void something.

    A commission is what the settings in force `earned`, whatever the till says: it is the centre that pays it.
    """
    match body:
        case RequestEntry():
            return _under(seq, body.day, _of_request(body, earned))
        case DayOpening():
            return _under(seq, body.day, {OPENING: body.opening_pt})
        case CashEntry():
            return _under(seq, body.day, {_CASH[body.kind]: body.amount_pt})
        case RefundEntry():
            return _under(seq, body.day, _returned("refund", body))
    return []


def _under(seq: int, day: DayKey, found: Mapping[str, int]) -> list[Posting]:
    """Nothing where the entry names no day."""
    return [Posting(seq, day, name, pt) for name, pt in found.items()] if day.date else []


def _of_request(body: RequestEntry, earned: Commissions) -> dict[str, int]:
    total = body.total_pt
    service = sum(row.amount_pt for row in body.fees if row.kind == "service")
    way = "cash" if body.method == "cash" else "noncash"
    parts = {
        "government": total - service, "service": service, "vat": body.vat_pt, way: total,
        "commission": earned.of(body.service),
    }  # fmt: skip
    return {"taken": total, **{name: pt for name, pt in parts.items() if pt}}


def _returned(name: str, body: VoidEntry | RefundEntry) -> dict[str, int]:
    """Out of the drawer unless it says that it went back another way."""
    return {name: body.total_pt, **({f"{name}_cash": body.total_pt} if body.method in ("cash", "") else {})}


def returned_void(seq: int, body: VoidEntry) -> list[Posting]:
    """A void that voids something."""
    return _under(seq, body.day, _returned("void", body))


def close(seq: int, wall_ms: int, body: DayClosing) -> Close | None:
    kept = {name: value for name, value in body.members().items() if name not in ("v", "notes")}
    return Close(seq, wall_ms, body.day, kept) if body.day.date else None


# ---- in the database -------------------------------------------------------------------------------------------


def post(session: Session, device: bytes, epoch: int, found: Iterable[Posting]) -> None:
    """Add to the sums, within the transaction that moves the projection's cursor; a chain is posted in its order."""
    amounts: Counter[tuple[DayKey, str]] = Counter()
    counts: Counter[tuple[DayKey, str]] = Counter()
    firsts: dict[tuple[DayKey, str], int] = {}
    for posting in found:
        key = posting.day, posting.name
        amounts[key] += posting.amount_pt
        counts[key] += posting.count
        firsts.setdefault(key, posting.seq)
    if counts:
        session.many(
            """INSERT INTO till_sum (device, epoch, day, number, name, count, amount_pt, first_seq)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (device, epoch, day, number, name) DO UPDATE
               SET count = till_sum.count + excluded.count, amount_pt = till_sum.amount_pt + excluded.amount_pt""",
            [
                (device, epoch, *day, name, counts[day, name], amounts[day, name], firsts[day, name])
                for day, name in sorted(counts)
            ],
        )


def keep(session: Session, device: bytes, epoch: int, closes: Iterable[Close]) -> None:
    rows = [(device, epoch, c.seq, *c.day, c.wall_ms, json.dumps(c.members, ensure_ascii=True)) for c in closes]
    if rows:
        session.many(
            "INSERT INTO till_close (device, epoch, seq, day, number, wall_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )


def agree(session: Session, device: bytes, epoch: int, seq: int, who: str) -> None:
    """Somebody agreed afterwards to the difference of that close; the first one counts."""
    session.run(
        "UPDATE till_close SET agreed_by = ? WHERE device = ? AND epoch = ? AND seq = ? AND agreed_by = ''",
        who, device, epoch, seq,
    )  # fmt: skip


@dataclass(slots=True)
class _Opening:
    """A day as it is put together: where it begins (`epoch`, `seq`), its sums by name, what its close said."""

    day: DayKey
    epoch: int
    seq: int
    sums: dict[str, tuple[int, int]] = field(default_factory=dict)
    said: dict[str, Any] | None = None

    def add(self, sums: Mapping[str, tuple[int, int]]) -> None:
        for name, (count, amount) in sums.items():
            before = self.sums.get(name, (0, 0))
            self.sums[name] = (before[0] + count, before[1] + amount)


def days(session: Session, device: bytes) -> list[TillDay]:
    """Every day of a till, in the order in which it opened them, whatever its clock said."""
    openings = _sums(session, device)
    _closes(session, device, openings)
    found, grand = [], 0
    for one in sorted((one for of in openings.values() for one in of), key=lambda one: (one.epoch, one.seq)):
        grand += _amount(one.sums, "taken")
        found.append(_till_day(device, one, _known(one.sums, grand)))
    return found


def _sums(session: Session, device: bytes) -> dict[DayKey, list[_Opening]]:
    """A day may go on in the next epoch. One that a later epoch opens anew is another day: that till was put back to
    before it.
    """
    parts: dict[tuple[int, DayKey], _Opening] = {}
    for epoch, date, number, name, count, amount, first in session.all(
        """SELECT epoch, day, number, name, count, amount_pt, first_seq FROM till_sum WHERE device = ?
           ORDER BY epoch, first_seq""",
        device,
    ):
        day = DayKey(date, int(number))
        part = parts.setdefault((epoch, day), _Opening(day, int(epoch), int(first)))
        part.add({name: (int(count), int(amount))})
    found: dict[DayKey, list[_Opening]] = {}
    for (_, day), part in parts.items():
        of = found.setdefault(day, [])
        if of and OPENING not in part.sums:
            of[-1].add(part.sums)
        else:
            of.append(part)
    return found


def _closes(session: Session, device: bytes, openings: dict[DayKey, list[_Opening]]) -> None:
    """A day is closed once; what comes after does not replace it."""
    for epoch, seq, date, number, body, who in session.all(
        "SELECT epoch, seq, day, number, body, agreed_by FROM till_close WHERE device = ? ORDER BY epoch, seq", device
    ):
        day = DayKey(date, int(number))
        of = openings.setdefault(day, [])
        begun = [one for one in of if one.epoch <= epoch] or of[:1]
        if not begun:
            begun = [_Opening(day, int(epoch), int(seq))]
            of += begun
        if begun[-1].said is None:
            begun[-1].said = json.loads(body) | ({"pending": False, "agreed_by": who} if who else {})


def _till_day(device: bytes, one: _Opening, known: dict[str, int]) -> TillDay:
    said = one.said
    differ = () if said is None else tuple(name for name in COMPARED if said.get(name) != known[name])
    return TillDay(device, one.day, one.epoch, known, said, differ)


def _amount(sums: Mapping[str, tuple[int, int]], name: str) -> int:
    return sums.get(name, (0, 0))[1]


def _known(sums: Mapping[str, tuple[int, int]], grand: int) -> dict[str, int]:
    parts = ("government", "service", "vat", "cash", "noncash", "commission")
    moved = ("cash_in", "cash_out", "deposit", "void", "refund")
    found = {f"{name}_pt": _amount(sums, name) for name in ("opening", *parts, *moved)}
    out = sum(_amount(sums, name) for name in ("cash_out", "deposit", "void_cash", "refund_cash"))
    return {
        **found, "count": sums.get("taken", (0, 0))[0], "sum_pt": _amount(sums, "taken"),
        "voids": sums.get("void", (0, 0))[0], "refunds": sums.get("refund", (0, 0))[0], "grand_total_pt": grand,
        "expected_pt": found["opening_pt"] + found["cash_pt"] + found["cash_in_pt"] - out,
    }  # fmt: skip
