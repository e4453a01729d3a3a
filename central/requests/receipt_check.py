"""Is this paper genuine? What the public page may say of a receipt: service, amount, time, shop, state; nobody's name.

One press at the counter makes one receipt for all requests of a visit; its number and code are those of the first.
Who asks must hold the paper: what its QR has, or shop, number and code. A well-formed question that finds nothing is
remembered: the shop may be without a line, or the paper false; asked twice, somebody should look.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import delete, literal_column
from sqlmodel import col, select

from central.centre import Centre
from central.devices import tills
from central.devices.registry import NUMBER_BYTES
from central.documents import publishing, shops
from central.store.device_models import Chain, Entry
from central.store.interface import Row, Session
from central.store.model_base import same_entry
from central.store.request_models import MissedReceipt, Request
from protocol.clock import HOUR_MS
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Header, read_body
from protocol.journal.money_entries import RequestEntry
from protocol.journal.receipt_code import CODE_BYTES
from protocol.strict_json import BadJson
from protocol.texts import Bilingual
from protocol.values import ids
from protocol.values.arabic import clean, fold_digits_only
from protocol.values.receipt_number import read_number, receipt_number

State = Literal["arrived", "pending", "approved", "rejected", "sent_back", "void", "refunded"]
MAX_LINES: Final = 50
CODE_LETTERS: Final = 16
ONCE_MS: Final = 24 * HOUR_MS
CASE_MS: Final = 30 * ONCE_MS
MOST_CASES: Final = 1_000
"""Strangers make them: a list has an end."""
_OFTEN: Final = col(MissedReceipt.asked) > literal_column("1")
"""In the words of the partial index: a value that is bound would not be looked up there."""
MAX_CODE: Final = 100
"""What people may type around the letters: dashes, spaces, marks of direction."""
_DEVICE: Final = re.compile(r"[0-9a-f]{8}")
_SEQ: Final = re.compile(r"[1-9][0-9]{0,11}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_SHOP: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_SERVICE: Final = re.compile(r"[a-z0-9-]{1,40}")
NAMELESS: Final = "–"
_ENTRIES: Final = select(Entry, Request.status, Request.voided_by, Request.refunded_by).join(
    Request, same_entry(Request, Entry), isouter=True
)
_OF_PAPER: Final = _ENTRIES.join(Chain, (col(Chain.device) == Entry.device) & (col(Chain.epoch) == Entry.epoch))
"""By way of the chains, of which a device has few: entries are then found by their whole key."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the QR has: the device's first eight digits, the entry's number, the first bytes of its hash."""

    device8: str
    seq: int
    proof: bytes


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed off it: the shop's code, the receipt's number, the verification code."""

    shop: str
    till: int
    epoch: int
    seq: int
    proof: bytes

    @property
    def number(self) -> str:
        return receipt_number(self.till, self.epoch, self.seq)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One request of the visit. `service` is its title in both languages, else its bare name, else a dash."""

    service: Bilingual
    amount_pt: int
    state: State


@dataclass(frozen=True, slots=True)
class Shown:
    """What the centre says of a genuine receipt; `shop`, that of the sale, in both languages."""

    number: str
    shop: Bilingual
    wall_ms: int
    lines: tuple[ShownLine, ...]

    @property
    def total_pt(self) -> int:
        return sum(line.amount_pt for line in self.lines)

    @property
    def mixed(self) -> bool:
        """Whether the lines stand differently, so that each must say how it stands."""
        return len({line.state for line in self.lines}) > 1

    @property
    def state(self) -> State:
        """The one state of all lines, else that a decision is still to come."""
        return "pending" if self.mixed else self.lines[0].state


def read_scanned(device8: str, seq: str, entry_hash: str) -> Scanned | None:
    """What the QR has, or None where it cannot stand on a receipt of ours."""
    fits = _DEVICE.fullmatch(device8) and _SEQ.fullmatch(seq) and _HASH.fullmatch(entry_hash)
    return Scanned(device8, int(seq), bytes.fromhex(entry_hash)) if fits else None


def read_typed(shop: str, number: str, code: str) -> Typed | None:
    """What somebody typed, or None where it cannot stand on a receipt of ours."""
    shop, paper = fold_digits_only(clean(shop)), read_number(number)
    if paper is None or _SHOP.fullmatch(shop) is None or len(code) > MAX_CODE:
        return None
    try:
        return Typed(shop, *paper, ids.crockford_decode(ids.check_code(code, CODE_LETTERS)))
    except Refused:
        return None


def mistyped(code: str) -> bool:
    """Whether `code` is as long as a code, and its check character says that one of its letters is wrong."""
    try:
        ids.check_code(code[: MAX_CODE + 1], CODE_LETTERS)
    except Refused as error:
        return error.code != "code_length"
    return False


def find(centre: Centre, paper: Scanned | Typed) -> Shown | None:
    """The receipt whose hash begins with the proof on the paper; None, and a miss remembered, where there is none.

    Of a till that its shop never had no paper can come: that is no miss.
    """
    asked = _as_scanned(centre, paper) if isinstance(paper, Typed) else paper
    shown = None if asked is None else _find(centre, asked)
    if shown is not None and isinstance(paper, Typed) and shown.number != paper.number:
        return None  # its code is of another epoch's entry than its number
    if asked is not None and shown is None:
        with centre.store.writing() as session:
            _miss(session, asked, centre.now_ms())
    return shown


def _as_scanned(centre: Centre, typed: Typed) -> Scanned | None:
    with centre.store.reading() as session:
        device = tills.device_of(session, typed.shop, typed.till)
    return None if device is None else Scanned(device.hex()[: 2 * NUMBER_BYTES], typed.seq, typed.proof)


def _find(centre: Centre, asked: Scanned) -> Shown | None:
    with centre.store.reading() as session:
        first = _first(session, asked)
        if first is None:
            return None
        rows = _visit(session, first)
        shop = session.the(Chain, first.device, first.epoch).shop
        name = shops.names(session, shop)
        number = tills.receipt(session, shop, first.device, first.epoch, first.seq)
    wall_ms = Header.unpack(first.header).wall_ms
    return Shown(number, name, wall_ms, tuple(_line(centre, row) for row in rows))


def _first(session: Session, asked: Scanned) -> Row | None:
    """The entry that the paper names, if its hash agrees and it is a request; a device may have several epochs."""
    prefix = bytes.fromhex(asked.device8)
    named = col(Chain.device).between(prefix + bytes(12), prefix + b"\xff" * 12)
    for row in session.all(_OF_PAPER.where(named, Entry.seq == asked.seq)):
        agrees = hmac.compare_digest(row.hash[: len(asked.proof)], asked.proof)
        if agrees and len(asked.proof) >= CODE_BYTES and _request(row) is not None:
            return row
    return None


def _visit(session: Session, first: Row) -> list[Row]:
    """The entries of the same visit: they follow each other, and only the first one's number is on the paper."""
    body = _request(first)
    count = body.lines if body is not None and 1 < body.lines <= MAX_LINES else 1
    of = _ENTRIES.where(Entry.device == first.device, Entry.epoch == first.epoch)
    following = of.where(col(Entry.seq).between(first.seq, first.seq + count - 1)).order_by(col(Entry.seq))
    found = [(row, _request(row)) for row in session.all(following)]
    return [row for row, one in found if body is not None and one is not None and one.visit == body.visit]


def _request(row: Row) -> RequestEntry | None:
    """The body of a request; None for an entry of another kind."""
    if Header.unpack(row.header).entry_type != EntryType.REQUEST:
        return None
    try:
        return RequestEntry.read(read_body(row.body))
    except BadJson:
        return None


def _line(centre: Centre, row: Row) -> ShownLine:
    body = _request(row) or RequestEntry.read({})
    return ShownLine(_title(centre, body), body.total_pt, _state(row))


def _title(centre: Centre, body: RequestEntry) -> Bilingual:
    """The service's name at the time of the sale: from the catalogue that the entry names."""
    name = body.service
    service = publishing.service_sold(centre, body.catalogue, name)
    if service is not None:
        return service.title
    # The centre's page says nothing in words that a device could choose freely.
    return Bilingual.same(name if _SERVICE.fullmatch(name) else NAMELESS)


def _state(row: Row) -> State:
    if row.voided_by or row.refunded_by:
        return "void" if row.voided_by else "refunded"
    states: dict[str | None, State] = {"approved": "approved", "rejected": "rejected", "sent_back": "sent_back"}
    return states.get(row.status, "arrived" if row.status is None else "pending")


def _miss(session: Session, asked: Scanned, now_ms: int) -> None:
    """Remember the question. The code is kept as asked: with it the receipt can be found when the shop is back."""
    key: dict[str, str | int] = {"device8": asked.device8, "seq": asked.seq, "code": asked.proof[:CODE_BYTES].hex()}
    if not session.add_new(MissedReceipt, **key, asked=1, first_ms=now_ms, last_ms=now_ms, state="open"):
        session.change(MissedReceipt, *key.values(), asked=col(MissedReceipt.asked) + 1, last_ms=now_ms)


def purge_missed(centre: Centre) -> int:
    """Forget what was asked in vain: once, after a day, for nobody asked again; else after a month."""
    now = centre.now_ms()
    with centre.store.writing() as session:
        once = (col(MissedReceipt.asked) == 1) & (col(MissedReceipt.last_ms) < now - ONCE_MS)
        return session.run(delete(MissedReceipt).where(once | (col(MissedReceipt.last_ms) < now - CASE_MS)))


def cases(session: Session, limit: int = MOST_CASES, of: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Receipts (of the devices whose names begin as `of`) that citizens asked for more than once and that have not
    arrived: a silent shop, or false paper. The latest first.

    Device, entry, code in hex, how often it was asked for, the first time and the last.
    """
    often = select(MissedReceipt).where(_OFTEN)
    often = often if of is None else often.where(col(MissedReceipt.device8).in_(of))
    names = ("seq", "code", "asked", "first_ms", "last_ms")
    return [
        {"device": row.device8} | {name: getattr(row, name) for name in names}
        for row in session.all(often.order_by(col(MissedReceipt.last_ms).desc()).limit(limit))
    ]
