"""`approval`: what counters ask the centre to agree to in place of a second person, by the line or by telephone."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from central import audit
from central.centre import Centre
from central.cli.console import Values
from central.cli.grammar import LIMIT, opens, reads, writes
from central.devices import registry
from central.documents import shops
from central.projection.chain_projection import Projector, project_for
from central.requests import (
    approvals,
)
from central.requests.approvals import Approval
from central.requests.approved_acts import MISSING
from central.staff.acts import Act
from central.staff.people import Person
from central.store.interface import Session
from protocol.errors import Refused
from protocol.program.command_line import option
from protocol.program.terminal import whole
from protocol.values import ids
from protocol.values.money import MAX_PT, format_pt
from protocol.values.telephone import WHATS
from protocol.wire.feed_items import ApprovalAnswer

_ANSWERS: Final[dict[str, ApprovalAnswer]] = {"grant": "granted", "deny": "denied"}
_SHOWN: Final = ("id", "epoch", "shop", "what", "amount_pt", "op", "at_ms", "state", "staff", "way")


@reads(
    "approval list", Act.APPROVAL_ANSWER, "id shop what of amount at state staff",
    option("--status", choices=("asked", "granted", "denied", "used"), default=""), "--shop", LIMIT,
)  # fmt: skip
def approval_list(session: Session, options: Namespace) -> list[Values]:
    if options.shop:  # a list of nothing would be believed
        shops.refuse_unknown(session, options.shop)
    found = approvals.listed(session, options.status, options.shop, options.limit)
    return [{name: getattr(one, name) for name in _SHOWN} | {"of": one.of_seq} for one in found]


@opens("approval missing", Act.APPROVAL_ANSWER, "at shop number what amount_pt", LIMIT)
def approval_missing(centre: Centre, limit: int) -> list[Values]:
    """What nobody else agreed to, at the counter or here."""
    Projector(centre).drain()
    with centre.store.reading() as session:
        found = audit.listed(session, limit, [MISSING])
    return [{"at_ms": one["at_ms"], "device": one["staff"], "number": one["subject"], **one["detail"]} for one in found]


@opens("approval deny", Act.APPROVAL_ANSWER, "approval_denied", "approval")
@opens("approval grant", Act.APPROVAL_ANSWER, "approval_granted", "approval")
def approval_decide(centre: Centre, action: str, approval: str, staff: str) -> Values:
    project_for(centre, approval)
    with centre.store.writing() as session:
        found = approvals.find(session, approval)
        approvals.decide(centre, session, found, _ANSWERS[action], staff)
    return {"id": found.id, "what": found.what, "amount": format_pt(found.amount_pt)}


@opens(
    "approval phone", Act.APPROVAL_ANSWER, "approval_code", "approval", option("--what", choices=WHATS, default=""),
    option("--of", type=whole(0, 2**53 - 1), default=0), option("--amount-pt", type=whole(-MAX_PT, MAX_PT), default=0),
    "--check",
)  # fmt: skip
def approval_phone(centre: Centre, options: Namespace, person: Person) -> tuple[str, Values]:
    """For what has not arrived, all of it is as the counter reads it out. Its check says whether it was heard. What was
    denied is agreed to by two.
    """
    project_for(centre, options.approval)
    with centre.store.writing() as session:
        found = _as_read_out(session, options, centre.now_ms())
        told = approvals.by_telephone(centre, session, found, options.check, person)
    if told is None:
        return "two_wanted", {"subject": found.id, "first": options.staff}
    said = {"id": found.id, "what": found.what, "amount": format_pt(found.amount_pt)}
    return "approval_code", said | {"code": ids.grouped_code(told[0]), "left": told[1]}


def _as_read_out(session: Session, options: Namespace, now_ms: int) -> Approval:
    chain, seq = approvals.place(session, options.approval)
    known = approvals.at(session, chain.device, chain.epoch, seq)
    if known is not None:
        return known
    if not options.what or not options.check:
        raise Refused("no_approval", approval=options.approval)
    said = options.what, options.of, options.amount_pt
    return Approval(chain.device, chain.epoch, seq, chain.shop, *said, at_ms=now_ms)


@writes("approval renew", Act.APPROVAL_ANSWER, "telephone_renewed", "device")
def approval_renew(centre: Centre, session: Session, device: str, staff: str) -> Values:
    found = registry.find(session, device)
    return {"device": registry.name_of(found), "n": approvals.renew(centre, session, found, staff)}
