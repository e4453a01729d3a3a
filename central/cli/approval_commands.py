"""`approval`: what counters ask the centre to agree to in place of a second person, by the line or by telephone."""

from __future__ import annotations

import json
from argparse import Namespace

from central.centre import Centre
from central.cli.console import Values
from central.devices import registry
from central.documents import shops
from central.projection.chain_projection import Projector
from central.projection.projection_loop import project_for
from central.requests import approvals, approved_acts
from central.requests.approvals import Approval
from central.store.interface import Session
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.values import ids
from protocol.values.money import format_pt
from protocol.wire.feed_items import ApprovalAnswer


def approval_list(_centre: Centre, session: Session, options: Namespace) -> list[Values]:
    if options.shop:  # a list of nothing would be believed
        shops.refuse_unknown(session, options.shop)
    return [
        {
            "id": one.id, "epoch": one.epoch, "shop": one.shop, "what": one.what, "of": one.of,
            "amount_pt": one.amount_pt, "amount": format_pt(one.amount_pt), "op": one.op, "at_ms": one.at_ms,
            "at": show_time(one.at_ms), "state": one.state, "staff": one.staff, "way": one.way,
        }
        for one in approvals.listed(session, options.status, options.shop, options.limit)
    ]  # fmt: skip


def approval_missing(centre: Centre, options: Namespace) -> list[Values]:
    """What nobody else stood behind, at the counter or here."""
    Projector(centre).drain()
    with centre.store.reading() as session:
        found = approved_acts.missing(session, options.limit)
    return [
        {"at": show_time(at), "at_ms": at, "device": device, "number": number, **json.loads(detail)}
        for at, device, number, detail in found
    ]


def approval_grant(centre: Centre, options: Namespace) -> Values:
    return _decide(centre, options, "granted")


def approval_deny(centre: Centre, options: Namespace) -> Values:
    return _decide(centre, options, "denied")


def _decide(centre: Centre, options: Namespace, state: ApprovalAnswer) -> Values:
    project_for(centre, options.approval)
    with centre.store.writing() as session:
        found = approvals.find(session, options.approval)
        approvals.decide(centre, session, found, state, options.staff)
    return {"id": found.id, "what": found.what, "amount": format_pt(found.amount_pt)}


def approval_phone(centre: Centre, options: Namespace) -> Values:
    """For what has not arrived, all of it is as the counter reads it out, and its check says whether it was heard."""
    project_for(centre, options.approval)
    with centre.store.writing() as session:
        found = _as_read_out(session, options, centre.now_ms())
        code, left = approvals.read_out(centre, session, found, options.check, options.staff)
    return {
        "id": found.id, "code": ids.grouped_code(code), "what": found.what, "amount": format_pt(found.amount_pt),
        "left": left,
    }  # fmt: skip


def _as_read_out(session: Session, options: Namespace, now_ms: int) -> Approval:
    chain, seq = approvals.place(session, options.approval)
    known = approvals.at(session, chain.device, chain.epoch, seq)
    if known is not None:
        return known
    if not options.what or not options.check:
        raise Refused("no_approval", approval=options.approval)
    return Approval(
        chain.device, chain.epoch, seq, chain.shop, options.what, options.of, options.amount_pt, "", now_ms, "asked",
        "", "",
    )  # fmt: skip


def approval_renew(centre: Centre, session: Session, options: Namespace) -> Values:
    device = registry.find(session, options.device)
    return {"device": registry.name_of(device), "n": approvals.renew(centre, session, device, options.staff)}
