"""`request refunds`, `request free`: what tills of one shop pay back for each other, and where that went wrong."""

from __future__ import annotations

import json
import uuid
from argparse import Namespace

from central.cli.console import Console
from central.cli.opening import opened
from central.projection.chain_projection import Projector
from central.requests import refunds, review
from protocol.clock import show_time


def listed(options: Namespace, console: Console) -> None:
    """What was promised to a till and is not paid yet (held), and what a person must look into (refund.…)."""
    with opened(options) as centre, centre.store.reading() as session:
        open_ones, wrong = refunds.holds(session, options.limit), refunds.cases(session, options.limit)
    rows = [
        {"at": show_time(at), "at_ms": at, "what": "held", "request": one, "device": str(uuid.UUID(bytes=holder)),
         "detail": {"epoch": epoch}}
        for at, holder, epoch, one in open_ones
    ]  # fmt: skip
    rows += [
        {"at": show_time(at), "at_ms": at, "what": act, "request": one, "device": device, "detail": json.loads(detail)}
        for at, device, act, one, detail in wrong
    ]
    console.listed(rows, ("at", "what", "request", "device", "detail"))


def free(options: Namespace, console: Console) -> None:
    """The till that holds it has not paid, and never will: another one may."""
    with opened(options) as centre:
        with centre.store.reading() as session:
            case = review.find(session, options.request)
            of = refunds.RequestKey(case.device, case.epoch, case.seq, case.id)
            holder = refunds.holder(session, of)
        if holder is not None:
            Projector(centre).drain(holder)  # it may have paid a moment ago
        with centre.store.writing() as session:
            refunds.take_away(centre, session, of, options.staff)
    console.done("refund_freed", id=case.id)
