"""What the tills of the shops say of their days, and what the centre makes of the same entries. Both are shown.

Every money entry is posted under its day; a close is kept as its till said it. Nothing is corrected and nobody is
charged: where the two do not agree, or where nobody has closed, a person looks. Compared when somebody asks, because
an earlier epoch of the same till may come in late.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from central.store import Session
from kiosk.journal import EntryType
from kiosk.money import MAX_PT
from kiosk.settings import Commissions

DAY_CHARS: Final = 10
_CASH: Final = {"in": "cash_in", "out": "cash_out", "deposit": "deposit"}
COMPARED: Final = (
    "opening_pt", "count", "sum_pt", "government_pt", "service_pt", "vat_pt", "cash_pt", "noncash_pt", "commission_pt",
    "cash_in_pt", "cash_out_pt", "deposit_pt", "void_pt", "refund_pt", "voids", "refunds", "expected_pt",
    "grand_total_pt",
)  # fmt: skip
"""Members of a close (docs/protocol.md, type 3) that the centre adds up itself."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount under one name of one day."""

    day: str
    name: str
    amount_pt: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Close:
    """A day's end as its till said it."""

    seq: int
    wall_ms: int
    day: str
    members: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TillDay:
    """A day of one till: the sums of its entries, and its close if it has come in (`said`).

    `disagreeing` are the members in which the two differ, `known` the centre's own figures.
    """

    device: bytes
    day: str
    known: dict[str, int]
    said: dict[str, Any] | None
    disagreeing: tuple[str, ...]


# ---- from a body to postings. Never raises: what cannot be read posts nothing ----------------------------------


def postings(kind: int, members: Mapping[str, Any], earned: Commissions) -> list[Posting]:
    """What an entry of that type moves, apart from voids: those count only if they void something.

    A commission is what the settings in force `earned`, whatever the till says: it is the centre that pays it.
    """
    day = _day(members)
    if not day:
        return []
    if kind == EntryType.REQUEST:
        return _of_request(day, members, earned)
    if kind == EntryType.DAY_OPEN:
        return [Posting(day, "opening", _pt(members, "opening_pt"))]
    if kind == EntryType.CASH:
        name = _CASH.get(str(members.get("kind")))
        return [Posting(day, name, _pt(members, "amount_pt"))] if name else []
    return returned("refund", day, members) if kind == EntryType.REFUND else []


def _of_request(day: str, members: Mapping[str, Any], earned: Commissions) -> list[Posting]:
    fees = members.get("fees")
    lines = [line for line in fees if isinstance(line, dict)] if isinstance(fees, list) else []
    total = _pt(members, "total_pt")
    service = sum(_pt(line, "amount_pt") for line in lines if line.get("kind") == "service")
    way = "cash" if members.get("method") == "cash" else "noncash"
    parts = {
        "government": total - service, "service": service, "vat": _pt(members, "vat_pt"), way: total,
        "commission": earned.of(str(members.get("service"))),
    }  # fmt: skip
    return [Posting(day, "taken", total), *(Posting(day, name, pt) for name, pt in parts.items() if pt)]


def returned(name: str, day: str, members: Mapping[str, Any]) -> list[Posting]:
    """A void or a refund; out of the drawer unless it went back another way."""
    amount = _pt(members, "total_pt")
    found = [Posting(day, name, amount)]
    return [*found, Posting(day, f"{name}_cash", amount)] if members.get("method", "cash") == "cash" else found


def returned_void(members: Mapping[str, Any]) -> list[Posting]:
    """A void that voids something."""
    day = _day(members)
    return returned("void", day, members) if day else []


def close(seq: int, wall_ms: int, members: dict[str, Any]) -> Close | None:
    day = _day(members)
    kept = {name: members[name] for name in members if name not in ("salt", "v", "notes")}
    return Close(seq, wall_ms, day, kept) if day else None


def _day(members: Mapping[str, Any]) -> str:
    """The date of an entry; "" where it has none that a database takes and people can read."""
    day = members.get("date")
    return day if isinstance(day, str) and len(day) == DAY_CHARS and day.isascii() and day.isprintable() else ""


def _pt(members: Mapping[str, Any], name: str) -> int:
    value = members.get(name)
    return value if type(value) is int and 0 <= value <= MAX_PT else 0


# ---- in the database -------------------------------------------------------------------------------------------


def post(session: Session, device: bytes, epoch: int, found: Iterable[Posting]) -> None:
    """Add to the sums, within the transaction that moves the projection's cursor."""
    amounts: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for posting in found:
        amounts[posting.day, posting.name] += posting.amount_pt
        counts[posting.day, posting.name] += posting.count
    if counts:
        session.many(
            """INSERT INTO till_sum (device, epoch, day, name, count, amount_pt) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (device, epoch, day, name) DO UPDATE
               SET count = till_sum.count + excluded.count, amount_pt = till_sum.amount_pt + excluded.amount_pt""",
            [(device, epoch, *key, counts[key], amounts[key]) for key in sorted(counts)],
        )


def keep(session: Session, device: bytes, epoch: int, closes: Iterable[Close]) -> None:
    rows = [(device, epoch, c.seq, c.day, c.wall_ms, json.dumps(c.members, ensure_ascii=True)) for c in closes]
    if rows:
        session.many("INSERT INTO till_close (device, epoch, seq, day, wall_ms, body) VALUES (?, ?, ?, ?, ?, ?)", rows)


def agree(session: Session, device: bytes, epoch: int, seq: int, who: str) -> None:
    """Somebody agreed afterwards to the difference of that close; the first one counts."""
    session.run(
        "UPDATE till_close SET agreed_by = ? WHERE device = ? AND epoch = ? AND seq = ? AND agreed_by = ''",
        who, device, epoch, seq,
    )  # fmt: skip


def days(session: Session, device: bytes) -> list[TillDay]:
    """Every day of a till, the oldest first."""
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for day, name, count, amount in session.all(
        "SELECT day, name, sum(count), sum(amount_pt) FROM till_sum WHERE device = ? GROUP BY day, name", device
    ):
        sums.setdefault(day, {})[name] = (int(count), int(amount))
    said: dict[str, dict[str, Any]] = {}
    for day, body, who in session.all(
        "SELECT day, body, agreed_by FROM till_close WHERE device = ? ORDER BY epoch, seq", device
    ):
        told = json.loads(body) | ({"pending": False, "agreed_by": who} if who else {})
        said.setdefault(day, told)  # a day is closed once; what comes after does not replace it
    found, grand = [], 0
    for day in sorted(sums.keys() | said.keys()):
        grand += _amount(sums.get(day, {}), "taken")
        found.append(_till_day(device, day, _known(sums.get(day, {}), grand), said.get(day)))
    return found


def _till_day(device: bytes, day: str, known: dict[str, int], said: dict[str, Any] | None) -> TillDay:
    differ = () if said is None else tuple(name for name in COMPARED if said.get(name) != known[name])
    return TillDay(device, day, known, said, differ)


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
