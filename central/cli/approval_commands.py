"""`approval`: what counters ask the centre to agree to in place of a second person, by the line or by telephone."""

from __future__ import annotations

import json
import uuid
from argparse import Namespace

from central.cli.console import Console
from central.cli.opening import opened, refuse_unknown_shop
from central.devices import registry
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


def listed(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        refuse_unknown_shop(session, options.shop)
        found = approvals.listed(session, options.status, options.shop, options.limit)
    rows = [
        {
            "id": one.id, "epoch": one.epoch, "shop": one.shop, "what": one.what, "of": one.of,
            "amount_pt": one.amount_pt, "amount": format_pt(one.amount_pt), "op": one.op, "at_ms": one.at_ms,
            "at": show_time(one.at_ms), "state": one.state, "staff": one.staff, "way": one.way,
        }
        for one in found
    ]  # fmt: skip
    console.listed(rows, ("id", "shop", "what", "of", "amount", "at", "state", "staff"))


def missing(options: Namespace, console: Console) -> None:
    """What nobody else stood behind, at the counter or here."""
    with opened(options) as centre:
        Projector(centre).drain()
        with centre.store.reading() as session:
            found = approved_acts.missing(session, options.limit)
    rows = [
        {"at": show_time(at), "at_ms": at, "device": device, "number": number, **json.loads(detail)}
        for at, device, number, detail in found
    ]
    console.listed(rows, ("at", "shop", "number", "what", "amount_pt"))


def grant(options: Namespace, console: Console) -> None:
    _decide(options, console, "granted")


def deny(options: Namespace, console: Console) -> None:
    _decide(options, console, "denied")


def _decide(options: Namespace, console: Console, state: ApprovalAnswer) -> None:
    with opened(options) as centre:
        project_for(centre, options.approval)
        with centre.store.writing() as session:
            found = approvals.find(session, options.approval)
            approvals.decide(centre, session, found, state, options.staff)
    console.done(f"approval_{state}", id=found.id, what=found.what, amount=format_pt(found.amount_pt))


def phone(options: Namespace, console: Console) -> None:
    """For what has not arrived, all of it is as the counter reads it out, and its check says whether it was heard."""
    with opened(options) as centre:
        project_for(centre, options.approval)
        with centre.store.writing() as session:
            found = _told(session, options, centre.now_ms())
            code, left = approvals.read_out(centre, session, found, options.check, options.staff)
    console.done(
        "approval_code", id=found.id, code=ids.grouped_code(code), what=found.what, amount=format_pt(found.amount_pt),
        left=left,
    )  # fmt: skip


def _told(session: Session, options: Namespace, now_ms: int) -> Approval:
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


def renew(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        device = registry.find(session, options.device)
        n = approvals.renew(centre, session, device, options.staff)
    console.done("telephone_renewed", device=str(uuid.UUID(bytes=device)), n=n)
