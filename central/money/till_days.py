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
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import col, select

from central.store.interface import Session, insert
from central.store.model_base import table
from central.store.request_models import TillClose, TillSum
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


@dataclass(frozen=True, slots=True)
class TillDay:
    """One day of one till: the centre's sums (`known`), the till's close (`said`), and the members that differ
    (`disagreeing`).

    `said` is None until a close has come in. `epoch` is the one in which the day begins.
    """

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


# ---- in the database -------------------------------------------------------------------------------------------


def post(session: Session, device: bytes, epoch: int, found: Iterable[Posting]) -> None:
    """Add to the sums, within the transaction that moves the projection's cursor; a chain is posted in its order."""
    amounts: Counter[tuple[DayKey, str]] = Counter()
    counts: Counter[tuple[DayKey, str]] = Counter()
    firsts: dict[tuple[DayKey, str], int] = {}
    for posting in found:
        key = posting.day, posting.name
        amounts[key] += posting.amount_pt
        counts[key] += 1
        firsts.setdefault(key, posting.seq)
    if counts:
        rows = [
            {
                "device": device, "epoch": epoch, "day": day.date, "number": day.number, "name": name,
                "count": counts[day, name], "amount_pt": amounts[day, name], "first_seq": firsts[day, name],
            }
            for day, name in sorted(counts)
        ]  # fmt: skip
        session.many(_ADD, rows)


_NEW: Final = insert(TillSum)
_ADD: Final = _NEW.on_conflict_do_update(
    index_elements=table(TillSum).primary_key.columns,
    set_={
        "count": col(TillSum.count) + _NEW.excluded["count"],
        "amount_pt": col(TillSum.amount_pt) + _NEW.excluded.amount_pt,
    },
)


def keep(session: Session, device: bytes, epoch: int, seq: int, wall_ms: int, body: DayClosing) -> None:
    """A day's end as its till said it; nothing where it names no day."""
    said = {name: value for name, value in body.members().items() if name not in ("v", "notes")}
    if body.day.date:
        session.add(
            TillClose, device=device, epoch=epoch, seq=seq, day=body.day.date, number=body.day.number,
            wall_ms=wall_ms, body=json.dumps(said, ensure_ascii=True), difference_pt=body.difference_pt,
        )  # fmt: skip


def agree(session: Session, device: bytes, epoch: int, seq: int, who: str) -> None:
    """Somebody agreed afterwards to the difference of that close; the first one counts."""
    of = {"device": device, "epoch": epoch, "seq": seq, "agreed_by": ""}
    session.run(update(TillClose).filter_by(**of).values(agreed_by=who))


@dataclass(slots=True)
class _Opening:
    """A day as it is put together: where it begins (`epoch`, `seq`), its sums by name, what its close said."""

    day: DayKey
    epoch: int
    seq: int
    amounts: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    said: dict[str, Any] | None = None

    def till_day(self, grand_pt: int) -> TillDay:
        """`grand_pt` is all that was taken until then."""
        said, known = self.said, self._known() | {"grand_total_pt": grand_pt}
        differ = () if said is None else tuple(name for name in COMPARED if said.get(name) != known[name])
        return TillDay(self.day, self.epoch, known, said, differ)

    def _known(self) -> dict[str, int]:
        parts = ("opening", "government", "service", "vat", "cash", "noncash", "commission")
        moved = ("cash_in", "cash_out", "deposit", "void", "refund")
        got, counts = self.amounts, self.counts
        out = sum(got[name] for name in ("cash_out", "deposit", "void_cash", "refund_cash"))
        return {
            **{f"{name}_pt": got[name] for name in parts + moved},
            "count": counts["taken"], "sum_pt": got["taken"], "voids": counts["void"], "refunds": counts["refund"],
            "expected_pt": got["opening"] + got["cash"] + got["cash_in"] - out,
        }  # fmt: skip


def days(session: Session, device: bytes) -> list[TillDay]:
    """Every day of a till, in the order in which it opened them, whatever its clock said."""
    openings = _sums(session, device)
    _closes(session, device, openings)
    found, grand_pt = [], 0
    for one in sorted(chain.from_iterable(openings.values()), key=attrgetter("epoch", "seq")):
        grand_pt += one.amounts["taken"]
        found.append(one.till_day(grand_pt))
    return found


def _sums(session: Session, device: bytes) -> dict[DayKey, list[_Opening]]:
    """A day may go on in the next epoch. One that a later epoch opens anew is another day: that till was put back to
    before it.
    """
    parts: dict[tuple[int, DayKey], _Opening] = {}
    sums = select(TillSum).where(TillSum.device == device).order_by(col(TillSum.epoch), col(TillSum.first_seq))
    for row in session.all(sums):
        day = DayKey(row.day, row.number)
        part = parts.setdefault((row.epoch, day), _Opening(day, row.epoch, row.first_seq))
        part.amounts[row.name] += row.amount_pt
        part.counts[row.name] += row.count
    found: dict[DayKey, list[_Opening]] = {}
    for (_, day), part in parts.items():
        of = found.setdefault(day, [])
        if of and OPENING not in part.amounts:
            of[-1].amounts.update(part.amounts)
            of[-1].counts.update(part.counts)
        else:
            of.append(part)
    return found


def _closes(session: Session, device: bytes, openings: dict[DayKey, list[_Opening]]) -> None:
    """A day is closed once; what comes after does not replace it."""
    for row in session.under(TillClose, device):
        day = DayKey(row.day, row.number)
        of = openings.setdefault(day, [])
        begun = [one for one in of if one.epoch <= row.epoch] or of[:1]
        if not begun:
            begun = [_Opening(day, row.epoch, row.seq)]
            of += begun
        if begun[-1].said is None:
            agreed = {"pending": False, "agreed_by": row.agreed_by} if row.agreed_by else {}
            begun[-1].said = json.loads(row.body) | agreed
