"""What a counter asks the centre to agree to in place of a second person, and what the staff answers.

A row is made by the counter's entry, or by the telephone before that entry has come; whichever is later is compared
with the other. That an answer was used for something else than was asked, or never given, is written into the audit:
the counter checks it first, and a counter that was tampered with is found out here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from sqlmodel import col, select

from central import audit, two_person_rule
from central.centre import Centre
from central.devices import registry, tills
from central.devices.registry import Chain, Change, Till
from central.documents import feed, shops
from central.money import till_days
from central.staff.acts import Act
from central.staff.people import Person, Scope
from central.store import request_models
from central.store.interface import Session, read
from central.store.kept_entries import key
from central.store.request_models import Telephone
from protocol.errors import Refused
from protocol.journal.entries import CitizenExport, EntryType, ErasureAsked, LimitExtension
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.money_entries import VoidEntry
from protocol.journal.people import Agreement
from protocol.journal.staff_entries import ApprovalAsked, DifferenceAgreed, LimitsWidened
from protocol.texts import both
from protocol.values import telephone
from protocol.values.arabic import isolate
from protocol.values.ids import normalise_code
from protocol.values.telephone import ApprovedFacts
from protocol.wire.feed_items import ApprovalAnswer, ApprovalItem, NoticeItem, TelephoneItem

_ROW = request_models.Approval


@dataclass(frozen=True, slots=True)
class Approval:
    """An act that a counter asks the centre to agree to. `state` is asked, granted, denied or used; `way` is line or
    telephone; `op` is who asks, "" until the entry is here.
    """

    device: bytes
    epoch: int
    seq: int
    shop: str
    what: str
    of_seq: int
    amount_pt: int
    op: str = ""
    at_ms: int = 0
    state: str = "asked"
    staff: str = ""
    way: str = ""

    @property
    def id(self) -> str:
        return f"{self.device.hex()[:8]}-{self.seq}"

    @property
    def facts(self) -> ApprovedFacts:
        return ApprovedFacts(
            registry.name_of(self.device), self.epoch, self.seq, self.what, self.of_seq, self.amount_pt
        )


@dataclass(frozen=True, slots=True)
class Use:
    """An entry that acts on the centre's approval. `by` is its number, `seq` that of the entry which asked; `of` and
    `amount_pt` are None where it does not say.
    """

    by: int
    seq: int
    what: str
    of: int | None = None
    amount_pt: int | None = None
    of_epoch: int = 0


# ---- what the counter says


def changes(seq: int, body: Body | Unknown) -> list[Change]:
    """What an entry asks of the centre, and what it did because the centre agreed; nothing of one that is not whole."""
    if isinstance(body, ApprovalAsked) and not body.bad & {"of", "amount_pt"} and body.author.op is not None:
        return [partial(_keep_asked, seq=seq, body=body, op=body.author.op)]
    return [partial(_use, used=one) for one in used(seq, body)]


def used(seq: int, body: Body | Unknown) -> list[Use]:
    """What an entry did because the centre agreed to it."""
    match body:
        case VoidEntry(agreement=Agreement(approval=int(by))):
            return [Use(seq, by, "void", body.seq, body.total_pt)]
        case DifferenceAgreed(approval=int(by)):
            return [Use(seq, by, "day_close", body.of, None, body.epoch)]
        case LimitsWidened(approval=by) if "approval" not in body.bad:
            return [Use(seq, by, "limits", body.of)]
        case (
            CitizenExport(agreement=Agreement(approval=int(by)))
            | ErasureAsked(agreement=Agreement(approval=int(by)))
            | LimitExtension(agreement=Agreement(approval=int(by)))
        ):
            return [Use(seq, by, _BY_TYPE[body.entry_type])]
    return []


_BY_TYPE: Final[dict[int, str]] = {
    EntryType.EXPORT: "copy", EntryType.ERASURE: "erasure", EntryType.LIMIT_EXTENSION: "extension",
}  # fmt: skip


def put_first_chain(centre: Centre, session: Session, device: bytes) -> None:
    """Tell a device the tail of its chain, unless it has been told."""
    if session.add_new(Telephone, device=device, n=1, used=0):
        _put_chain(centre, session, device, 1)


def renew(centre: Centre, session: Session, device: bytes, staff: str) -> int:
    """Begin another chain, which the device hears of when it next has a line. Answers its number."""
    put_first_chain(centre, session, device)
    n = session.the(Telephone, device, mine=True).n + 1
    session.change(Telephone, device, n=n, used=0)
    _put_chain(centre, session, device, n)
    audit.append(session, centre.now_ms(), staff, "telephone.renewed", registry.name_of(device), n=n)
    return n


def _put_chain(centre: Centre, session: Session, device: bytes, n: int) -> None:
    tail = telephone.chain(centre.keys.codes, registry.name_of(device), n).tail
    feed.put_alone(session, device, TelephoneItem(n, tail))


def _keep_asked(centre: Centre, session: Session, till: Till, *, seq: int, body: ApprovalAsked, op: str) -> None:
    """A row from a telephone call is compared with what the entry asks for."""
    known, asked = at(session, till.device, till.epoch, seq), (body.what, body.of, body.amount_pt)
    if known is None:
        new = Approval(till.device, till.epoch, seq, till.shop, *asked, op, centre.now_ms())
        session.add(_ROW, **asdict(new))
        return
    session.change(_ROW, *key(known), op=op)
    if (known.what, known.of_seq, known.amount_pt) != asked:
        _odd(centre, session, known, "asked otherwise", what=body.what, of=body.of, amount_pt=body.amount_pt)


def _use(centre: Centre, session: Session, till: Till, *, used: Use) -> None:
    """What an entry did by an answer; a word in the audit, where no such answer was given for it."""
    found = at(session, till.device, till.epoch, used.seq)
    if found is None:
        asked = used.what, used.of or 0, used.amount_pt or 0
        found = Approval(till.device, till.epoch, used.seq, "", *asked, state="never asked")
    if found.state != "granted" or not _same(found, used):
        _odd(centre, session, found, found.state if found.state != "granted" else "another act", by=used.by)
        return
    session.change(_ROW, *key(found), state="used")
    if found.what == "day_close":
        till_days.agree(session, till.device, used.of_epoch, found.of_seq, f"{audit.CENTRE}: {found.staff}")


def _same(found: Approval, used: Use) -> bool:
    of = found.of_seq if used.of is None else used.of
    amount_pt = found.amount_pt if used.amount_pt is None else used.amount_pt
    return (found.what, found.of_seq, found.amount_pt) == (used.what, of, amount_pt)


def _odd(centre: Centre, session: Session, found: Approval, why: str, **more: object) -> None:
    audit.append(session, centre.now_ms(), audit.CENTRE, "approval.odd", found.id, why=why, **more)


# ---- what the staff answers


def listed(session: Session, state: str, shop: str, limit: int) -> list[Approval]:
    """The newest first; "" for any state, any shop."""
    wanted = {name: value for name, value in (("state", state), ("shop", shop)) if value}
    newest = (col(_ROW.at_ms).desc(), col(_ROW.device), col(_ROW.epoch).desc(), col(_ROW.seq).desc())
    rows = session.all(select(_ROW).filter_by(**wanted).order_by(*newest).limit(limit))
    return [read(Approval, row) for row in rows]


def at(session: Session, device: bytes, epoch: int, seq: int) -> Approval | None:
    row = session.get(_ROW, device, epoch, seq, mine=True)
    return read(Approval, row) if row else None


def place(session: Session, text: str) -> tuple[Chain, int]:
    """The present chain and the number of an asking, as `registry.numbered` reads it.

    Raises Refused ``no_approval``, ``which_device``.
    """
    named = registry.numbered(session, text)
    chain = None if named is None else registry.latest(session, named[0])
    if named is None or chain is None or named[2] not in (None, chain.epoch):
        raise Refused("no_approval", approval=text)
    return chain, named[1]


def find(session: Session, text: str) -> Approval:
    """What was asked under that number in the device's present epoch. Raises Refused as `place`."""
    chain, seq = place(session, text)
    found = at(session, chain.device, chain.epoch, seq)
    if found is None:
        raise Refused("no_approval", approval=text)
    return found


def decide(centre: Centre, session: Session, found: Approval, state: ApprovalAnswer, staff: str) -> None:
    """Answer by the line: granted or denied, which the device's feed and its board of notices say.

    Raises Refused ``approval_decided``.
    """
    if found.state != "asked":
        raise Refused("approval_decided", state=found.state)
    _settle(centre, session, found, state, staff, "line")
    now = centre.now_ms()
    of = isolate(tills.receipt(session, found.shop, found.device, found.epoch, found.of_seq or found.seq))
    text = both(f"central.approval.{state}", what=both(f"approval.{found.what}"), of=of)
    answer = ApprovalItem(found.epoch, found.seq, state, staff, now)
    feed.put(session, found.device, answer, NoticeItem(text, now))


def by_telephone(
    centre: Centre, session: Session, found: Approval, check: str, person: Person
) -> tuple[str, int] | None:  # fmt: skip
    """A code to read out for this act, and how many are left. `check` is what the counter has read out. What was denied
    takes two of those who may override in its governorate: None after the proposal.

    Raises Refused ``check_differs``, ``not_allowed``, ``second_person``, ``approval_decided``, ``codes_used``.
    """
    if normalise_code(check) != found.facts.check():
        raise Refused("check_differs")
    if found.state != "denied":
        return _read_out(centre, session, found, person.account)
    person.need(Act.APPROVAL_OVERRIDE, Scope(governorate=shops.governorate(session, found.shop)))
    return override_by_two(centre, session, found, person.account)


def _read_out(centre: Centre, session: Session, found: Approval, staff: str) -> tuple[str, int]:
    if found.state == "used":
        raise Refused("approval_decided", state=found.state)
    put_first_chain(centre, session, found.device)
    told = session.the(Telephone, found.device, mine=True)
    used = told.used
    if used >= telephone.LENGTH:
        raise Refused("codes_used", device=registry.name_of(found.device)[:8])
    chain = telephone.chain(centre.keys.codes, registry.name_of(found.device), told.n)
    session.change(Telephone, found.device, used=used + 1)
    _settle(centre, session, found, "granted", staff, "telephone")
    return telephone.code(centre.keys.codes, chain, used, found.facts), telephone.LENGTH - used - 1


def override_by_two(centre: Centre, session: Session, found: Approval, staff: str) -> tuple[str, int] | None:
    """A code over a denial, once two of the staff want it; None after the proposal, before which the check was heard.

    Raises Refused ``second_person``, ``proposal_over``, ``approval_decided``, ``codes_used``.
    """
    said = {"epoch": found.epoch, "what": found.what, "of": found.of_seq, "amount_pt": found.amount_pt}
    if two_person_rule.given(centre, session, "approval.overridden", found.id, said, staff) is None:
        return None
    return _read_out(centre, session, found, staff)


def _settle(centre: Centre, session: Session, found: Approval, state: str, staff: str, way: str) -> None:
    now = centre.now_ms()
    if at(session, found.device, found.epoch, found.seq) is None:
        session.add(_ROW, **asdict(found))
    session.change(_ROW, *key(found), state=state, staff=staff, way=way)
    audit.append(
        session, now, staff, f"approval.{state}", found.id, epoch=found.epoch, what=found.what, of=found.of_seq,
        amount_pt=found.amount_pt, way=way,
    )  # fmt: skip
