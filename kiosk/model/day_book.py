"""One day at the till, as its rows say: every total is the sum of lines that can be opened and printed.

Nothing is added up anywhere else: screen, X and Z report, close and the centre's comparison take their totals from
here. Money: integer piastres, always positive; the name of a total says which way it went.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from kiosk.model.service_request import Day, Movement, MovementKind, Request
from protocol.journal.money_entries import DaySums, Notes

RequestTotal = Literal["taken", "government", "service", "vat", "cash", "noncash", "commission"]
TotalName = RequestTotal | MovementKind
REQUEST_TOTALS: Final[tuple[RequestTotal, ...]] = get_args(RequestTotal)
MOVEMENT_TOTALS: Final[tuple[MovementKind, ...]] = get_args(MovementKind)
FACES_PT: Final = (20_000, 10_000, 5_000, 2_000, 1_000, 500, 100, 50, 25)
"""The notes and coins of the pound that are counted at a close, the largest first."""

_PARTS: Final[Mapping[str, Callable[[Request], int]]] = {
    "taken": lambda r: r.total_pt,
    "government": lambda r: r.total_pt - r.service_pt,
    "service": lambda r: r.service_pt,
    "vat": lambda r: r.vat_pt,
    "cash": lambda r: r.total_pt if r.method == "cash" else 0,
    "noncash": lambda r: 0 if r.method == "cash" else r.total_pt,
    "commission": lambda r: r.commission_pt,
}


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line behind a total: a request (`service_id`, its `id`) or a movement (`reason`, `party`)."""

    at_ms: int
    epoch: int
    seq: int
    operator: str
    amount_pt: int
    request_id: str = ""
    service_id: str = ""
    catalogue: int = 0
    reason: str = ""
    party: str = ""
    reference: str = ""
    reversed: str = ""


@dataclass(frozen=True, slots=True)
class DayBook:
    """A day with everything that happened in it, oldest first. `before_pt` is the grand total of the days before."""

    day: Day
    requests: tuple[Request, ...]
    movements: tuple[Movement, ...]
    before_pt: int

    def lines(self, name: TotalName) -> list[BookLine]:
        """What `total_pt(name)` is the sum of. A request of no fee stands under ``taken`` alone."""
        part = _PARTS.get(name)
        if part is None:
            return [_moved(m) for m in self.movements if m.kind == name]
        asked = [(r, part(r)) for r in self.requests]
        return [_asked(r, pt) for r, pt in asked if pt or name == "taken"]

    def total_pt(self, name: TotalName) -> int:
        return sum(line.amount_pt for line in self.lines(name))

    def count(self, name: TotalName) -> int:
        return len(self.lines(name))

    def returned_pt(self, kind: Literal["void", "refund"], *, cash: bool) -> int:
        """Of voids or refunds, what left the drawer, or went back the way it had come."""
        return sum(m.amount_pt for m in self.movements if m.kind == kind and m.cash is cash)

    @property
    def expected_pt(self) -> int:
        """What should lie in the drawer."""
        back = self.returned_pt("void", cash=True) + self.returned_pt("refund", cash=True)
        return (
            self.day.opening_pt + self.total_pt("cash") + self.total_pt("cash_in")
            - self.total_pt("cash_out") - self.total_pt("deposit") - back
        )  # fmt: skip

    @property
    def grand_total_pt(self) -> int:
        """All fees this till has ever taken, this day with them."""
        return self.before_pt + self.total_pt("taken")

    @property
    def unsent(self) -> int:
        return sum(not r.sent for r in self.requests)

    def by_operator(self) -> dict[str, tuple[int, int]]:
        """Requests and fees taken of each operator, in the order of their first request."""
        found: dict[str, tuple[int, int]] = {}
        for r in self.requests:
            count, pt = found.get(r.operator, (0, 0))
            found[r.operator] = (count + 1, pt + r.total_pt)
        return found

    def sums(self) -> DaySums:
        """As a close says them."""
        parts = {f"{name}_pt": self.total_pt(name) for name in (*REQUEST_TOTALS[1:], *MOVEMENT_TOTALS)}
        return DaySums(
            opening_pt=self.day.opening_pt, count=len(self.requests), sum_pt=self.total_pt("taken"), **parts,
            voids=self.count("void"), refunds=self.count("refund"), grand_total_pt=self.grand_total_pt,
            expected_pt=self.expected_pt,
        )  # fmt: skip


def _asked(r: Request, amount_pt: int) -> BookLine:
    return BookLine(
        r.created_ms, r.epoch, r.seq, r.operator, amount_pt, r.id, r.service_id, r.catalogue, reference=r.reference,
        reversed=r.reversed,
    )  # fmt: skip


def _moved(m: Movement) -> BookLine:
    return BookLine(
        m.at_ms, m.epoch, m.seq, m.operator, m.amount_pt, reason=m.reason, party=m.party, reference=m.reference
    )


@dataclass(frozen=True, slots=True)
class Count:
    """Counted cash: how many of each face, or one sum where notes are not counted apart (`faces` empty)."""

    faces: tuple[tuple[int, int], ...]
    total_pt: int

    def notes(self) -> tuple[Notes, ...]:
        """As an entry says them."""
        return tuple(Notes(face, count) for face, count in self.faces)


def count_faces(counts: Mapping[int, int]) -> Count:
    """The count of `counts` (face in piastres → how many), the largest face first, those of none left out.

    Raises ValueError for a face that does not exist, or less than none of one.
    """
    if any(face not in FACES_PT or count < 0 for face, count in counts.items()):
        raise ValueError("faces")
    faces = tuple((face, counts[face]) for face in FACES_PT if counts.get(face))
    return Count(faces, sum(face * count for face, count in faces))


def count_sum(total_pt: int) -> Count:
    return Count((), total_pt)


def in_faces(amount_pt: int) -> tuple[tuple[int, int], ...]:
    """The fewest notes and coins that make up the amount, the largest first; none where a piastre would be left."""
    faces, rest = [], amount_pt
    for face in FACES_PT:
        count, rest = divmod(rest, face)
        if count:
            faces.append((face, count))
    return () if rest else tuple(faces)


def book(day: Day, requests: Iterable[Request], movements: Sequence[Movement], before_pt: int) -> DayBook:
    """`requests` in any order."""
    ordered = sorted(requests, key=lambda r: (r.epoch, r.seq))
    return DayBook(day, tuple(ordered), tuple(movements), before_pt)
