"""`request`, `authority`: what citizens asked for and what is answered; fines of the reference authority."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from central import audit
from central.cli.console import Console
from central.cli.opening import opened, refuse_unknown_shop
from central.cli.project_first import project_for
from central.cli.typed_text import NAME, line
from central.documents.catalogues import Catalogues
from central.requests import erasure, receipt_check, reference_authority, review
from central.requests.decisions import Decision
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.texts import say
from protocol.values.money import format_pt


def request_list(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        refuse_unknown_shop(session, options.shop)
        found = review.listed(session, options.status, options.shop, options.limit)
    rows = [{**c.members(), "at": show_time(c.wall_ms), "total": format_pt(c.total_pt)} for c in found]
    console.listed(rows, ("id", "shop", "service", "total", "at", "status", "code"))


def request_show(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        case = review.find(session, options.request)
        shown: dict[str, Any] = {
            **case.members(), "history": review.history(session, case), "erased_ms": erasure.erased_ms(session, case)
        }  # fmt: skip
        if options.personal:
            shown["fields"] = review.fields(centre, session, case, options.staff)
    console.shown(shown)


def request_decide(options: Namespace, console: Console) -> None:
    reasons = [line(name, text) if text.strip() else "" for name, text in (
        ("--reason-ar", options.reason_ar), ("--reason-en", options.reason_en),
    )]  # fmt: skip
    if options.status != "approved" and not all(reasons):
        raise Refused("reason_missing")
    code = line("--code", options.code, NAME) if options.code else options.status
    with opened(options) as centre:
        project_for(centre, options.request)
        with centre.store.writing() as session:
            case = review.find(session, options.request)
            ruling = Decision(case.seq, case.id, options.status, code, *reasons)
            seen = review.Seen(options.expect, line("--because", options.because) if options.because else "")
            review.decide(centre, session, case, ruling, options.staff, seen)
    console.done("decided", id=case.id, status=options.status)


def fine_add(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        labels = [options.label_ar or say("ar", "central.fine"), options.label_en or say("en", "central.fine")]
        plate = reference_authority.add_fine(session, options.plate, labels[0], labels[1], options.amount_pt)
        audit.note(session, centre.now_ms(), options.staff, "fine.added", plate, amount_pt=options.amount_pt)
    console.done("fine_added", plate=plate, amount=format_pt(options.amount_pt))


def record_add(options: Namespace, console: Console) -> None:
    """Something owed, or a fact, for what a service is asked about: the plate, else the answers its form requires."""
    fields = dict(field.partition("=")[::2] for field in options.field)
    with opened(options) as centre:
        newest = Catalogues(centre).newest()
        if newest is None:
            raise Refused("service_unknown", service=options.service)
        service = newest.service(options.service)
        known = set(service.form.schema["properties"])
        if (
            not set(fields) <= known
            or not set(reference_authority.asked_of(service)) <= set(fields)
            or "" in fields.values()
        ):
            raise Refused("record_fields", service=service.id, wanted=", ".join(reference_authority.asked_of(service)))
        about = reference_authority.subject(service, fields)
        with centre.store.writing() as session:
            reference_authority.add_record(session, about, options.label_ar, options.label_en, options.amount_pt)
            audit.note(session, centre.now_ms(), options.staff, "record.added", about, amount_pt=options.amount_pt)
    console.done("record_added", about=about)


def fine_list(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        rows = reference_authority.fines(session, options.plate)
    columns = ("plate", "label_ar", "label_en", "amount_pt", "bill")
    console.listed([dict(zip(columns, row, strict=True)) for row in rows], columns)


def receipt_missed(options: Namespace, console: Console) -> None:
    """Receipts that citizens asked for more than once and that have not arrived: a silent shop, or false paper."""
    with opened(options) as centre, centre.store.reading() as session:
        rows = receipt_check.cases(session)
    listing = [
        {"device": device, "seq": seq, "code": code, "asked": asked, "first": show_time(first), "last": show_time(last)}
        for device, seq, code, asked, first, last in rows
    ]
    console.listed(listing, ("device", "seq", "code", "asked", "first", "last"))
