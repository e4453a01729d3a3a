"""`request`, `authority`: what citizens asked for and what is answered; fines of the reference authority."""

from __future__ import annotations

import json
import uuid
from argparse import Namespace
from pathlib import Path
from typing import Any, Final

from central import audit, staff_files
from central.cli.console import NAME, Console, line
from central.cli.opening import opened, refuse_unknown_shop
from central.documents.catalogues import Catalogues
from central.projection.chain_projection import Projector
from central.projection.projection_loop import project_for
from central.requests import (
    erasure,
    evidence_files,
    receipt_check,
    reference_authority,
    refunds,
    review,
    staff_requests,
)
from central.requests.decisions import Decision
from central.store.interface import Session
from protocol.clock import show_time
from protocol.errors import Corrupt, Refused
from protocol.journal import bodies
from protocol.journal.money_entries import RequestEntry
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
        audit.append(session, centre.now_ms(), options.staff, "fine.added", plate, amount_pt=options.amount_pt)
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
            audit.append(session, centre.now_ms(), options.staff, "record.added", about, amount_pt=options.amount_pt)
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


def requests_asked(options: Namespace, console: Console) -> None:
    """What the counters ask the staff to look at again, or to erase."""
    with opened(options) as centre, centre.store.reading() as session:
        found = staff_requests.listed(session, options.limit)
    rows = [{**one, "at": show_time(one["at_ms"])} for one in found]
    console.listed(rows, ("at", "device", "act", "request", "why"))


SUFFIX: Final = {"image/jpeg": "jpg", "application/pdf": "pdf"}


def request_papers(options: Namespace, console: Console) -> None:
    """The pictures of a request, opened for one of the staff.

    Raises Refused ``file_exists``: nothing is ever overwritten; Corrupt ``personal_frame``.
    """
    folder, written = Path(options.folder), list[str]()
    with opened(options) as centre:
        project_for(centre, options.request)
        with centre.store.writing() as session:  # noted before the first file is written, whatever comes of it
            case = review.find(session, options.request)
            audit.append(session, centre.now_ms(), options.staff, "evidence.read", case.id)
        with centre.store.reading() as session:
            names = _paper_names(session, case)
            for upload in evidence_files.uploads_of(session, case.device, case.epoch, case.seq):
                content = evidence_files.content(centre, session, upload)
                if content is None:
                    raise Corrupt("personal_frame")
                path = folder / names.get(upload.place.sha256.hex(), f"{upload.place.sha256.hex()}.bin")
                _write_new(path, content)
                written.append(path.name)
    console.done("papers_written", folder=str(folder), count=len(written))


def _paper_names(session: Session, case: review.RequestRow) -> dict[str, str]:
    """By hash: the place in the entry and the kind of file, both of our own making; a device names no file here."""
    row = session.one(
        "SELECT body FROM entry WHERE device = ? AND epoch = ? AND seq = ?", case.device, case.epoch, case.seq
    )
    named = () if row is None else RequestEntry.read(bodies.read(row[0])).evidence
    return {str(one.sha256): f"{place}.{SUFFIX.get(str(one.media), 'bin')}" for place, one in enumerate(named, 1)}


def _write_new(path: Path, content: bytes) -> None:
    staff_files.make_folder(path.parent, 0o700)
    if path.exists():
        raise Refused("file_exists", path=str(path))
    staff_files.write(path, content, staff_files.SECRET)


def refunds_listed(options: Namespace, console: Console) -> None:
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


def refund_free(options: Namespace, console: Console) -> None:
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
