"""`request`, `receipt`, `authority`: what citizens asked for and what is answered; the reference authority."""

from __future__ import annotations

import json
import uuid
from argparse import Namespace
from pathlib import Path
from typing import Final

from central import audit, staff_files
from central.centre import Centre
from central.cli.console import NAME, Values, line
from central.documents import publishing, shops
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
from central.requests.review import Decision, RequestRow
from central.requests.staff_requests import Refusal
from central.store import kept_entries
from central.store.interface import Session
from central.store.sqlite_store import SqliteStore
from protocol.clock import show_time
from protocol.errors import Corrupt, Refused
from protocol.texts import say
from protocol.values.money import format_pt


def request_list(_centre: Centre, session: Session, options: Namespace) -> list[Values]:
    if options.shop:  # a list of nothing would be believed
        shops.refuse_unknown(session, options.shop)
    found = review.listed(session, options.status, options.shop, options.limit)
    return [{**c.members(), "at": show_time(c.wall_ms), "total": format_pt(c.total_pt)} for c in found]


def request_show(centre: Centre, session: Session, options: Namespace) -> Values:
    request = review.find(session, options.request)
    shown = {**request.members(), "history": review.history(session, request)}
    shown["erased_ms"] = erasure.erased_ms(session, request)
    if options.personal:
        shown["fields"] = review.fields(centre, session, request, options.staff)
    return shown


def request_decide(centre: Centre, options: Namespace) -> Values:
    reasons = [line(name, text) if text.strip() else "" for name, text in (
        ("--reason-ar", options.reason_ar), ("--reason-en", options.reason_en),
    )]  # fmt: skip
    if options.status != "approved" and not all(reasons):
        raise Refused("reason_missing")
    code = line("--code", options.code, NAME) if options.code else options.status
    project_for(centre, options.request)
    with centre.store.writing() as session:
        request = review.find(session, options.request)
        ruling = Decision(request.seq, request.id, options.status, code, *reasons)
        seen = review.Seen(options.expect, line("--because", options.because) if options.because else "")
        review.decide(centre, session, request, ruling, options.staff, seen)
    return {"id": request.id, "status": options.status}


def request_asked(_centre: Centre, session: Session, options: Namespace) -> list[Values]:
    """What the counters ask the staff to look at again, or to erase."""
    return [{**one, "at": show_time(one["at_ms"])} for one in staff_requests.listed(session, options.limit)]


SUFFIX: Final = {"image/jpeg": "jpg", "application/pdf": "pdf"}


def request_papers(centre: Centre, options: Namespace) -> Values:
    """The pictures of a request, opened for one of the staff.

    Raises Refused ``file_exists``: nothing is ever overwritten; Corrupt ``personal_frame``.
    """
    folder, written = Path(options.folder), list[str]()
    project_for(centre, options.request)
    with centre.store.writing() as session:  # noted before the first file is written, whatever comes of it
        request = review.find(session, options.request)
        audit.append(session, centre.now_ms(), options.staff, "evidence.read", request.id)
    with centre.store.reading() as session:
        names = _paper_names(session, request)
        for upload in evidence_files.uploads_of(session, *request.key):
            content = evidence_files.content(centre, session, upload)
            if content is None:
                raise Corrupt("personal_frame")
            path = folder / names.get(upload.place.sha256.hex(), f"{upload.place.sha256.hex()}.bin")
            _write_new(path, content)
            written.append(path.name)
    return {"folder": str(folder), "count": len(written)}


def _paper_names(session: Session, request: RequestRow) -> dict[str, str]:
    """By hash: the place in the entry and the kind of file, both of our own making; a device names no file here."""
    named = kept_entries.request(session, *request.key).evidence
    return {str(one.sha256): f"{place}.{SUFFIX.get(str(one.media), 'bin')}" for place, one in enumerate(named, 1)}


def _write_new(path: Path, content: bytes) -> None:
    staff_files.make_folder(path.parent, 0o700)
    if path.exists():
        raise Refused("file_exists", path=str(path))
    staff_files.write(path, content, staff_files.SECRET)


def request_erase(centre: Centre, options: Namespace) -> Values:
    """The end of a citizen's data."""
    project_for(centre, options.request)  # a void that has just arrived may be the final word
    with centre.store.reading() as session:
        days = erasure.retention_days(centre, _meant(session, options.request))
    with centre.store.writing() as session:
        meant = _meant(session, options.request)
        if isinstance(meant, Refusal):
            erasure.erase_refusal(centre, session, meant, days, options.staff)
        else:
            erasure.erase(centre, session, meant, days, options.staff)
    if isinstance(centre.store, SqliteStore):
        centre.store.checkpoint()
    return {"id": meant.number if isinstance(meant, Refusal) else meant.id}


def _meant(session: Session, text: str) -> RequestRow | Refusal:
    """A request, else what could not be taken, by the number on its paper. Raises Refused ``no_request``."""
    try:
        return review.find(session, text)
    except Refused:
        found = staff_requests.find_refusal(session, text)
        if found is None:
            raise
        return found


def request_erased(_centre: Centre, session: Session, options: Namespace) -> list[Values]:
    """Whose data was erased."""
    return [
        {
            "id": one or f"{device.hex()[:8]}-{seq}", "device": str(uuid.UUID(bytes=device)), "epoch": epoch,
            "seq": seq, "staff": staff, "at_ms": at_ms, "at": show_time(at_ms), "done_ms": done_ms,
            "done": show_time(done_ms) if done_ms else "-",
        }
        for one, device, epoch, seq, staff, at_ms, done_ms in erasure.register(session, options.limit)
    ]  # fmt: skip


def request_refunds(_centre: Centre, session: Session, options: Namespace) -> list[Values]:
    """What was promised to a till and is not paid yet (held), and what a person must look into (refund.…)."""
    held = [
        (at, "held", one, str(uuid.UUID(bytes=holder)), {"epoch": epoch})
        for at, holder, epoch, one in refunds.holds(session, options.limit)
    ]
    wrong = [
        (at, act, one, device, json.loads(detail))
        for at, device, act, one, detail in refunds.cases(session, options.limit)
    ]
    return [
        {"at": show_time(at), "at_ms": at, "what": what, "request": one, "device": device, "detail": detail}
        for at, what, one, device, detail in held + wrong
    ]


def request_free(centre: Centre, options: Namespace) -> Values:
    """The till that holds it has not paid, and never will: another one may."""
    with centre.store.reading() as session:
        request = review.find(session, options.request)
        of = refunds.RequestKey(*request.key, request.id)
        holder = refunds.holder(session, of)
    if holder is not None:
        Projector(centre).drain(holder)  # it may have paid a moment ago
    with centre.store.writing() as session:
        refunds.take_away(centre, session, of, options.staff)
    return {"id": request.id}


def receipt_missed(_centre: Centre, session: Session, _options: Namespace) -> list[Values]:
    """Receipts that citizens asked for more than once and that have not arrived: a silent shop, or false paper."""
    return [
        {"device": device, "seq": seq, "code": code, "asked": asked, "first": show_time(first), "last": show_time(last)}
        for device, seq, code, asked, first, last in receipt_check.cases(session)
    ]


def authority_fine_add(centre: Centre, session: Session, options: Namespace) -> Values:
    labels = [options.label_ar or say("ar", "central.fine"), options.label_en or say("en", "central.fine")]
    plate = reference_authority.add_fine(session, options.plate, labels[0], labels[1], options.amount_pt)
    audit.append(session, centre.now_ms(), options.staff, "fine.added", plate, amount_pt=options.amount_pt)
    return {"plate": plate, "amount": format_pt(options.amount_pt)}


def authority_record_add(centre: Centre, options: Namespace) -> Values:
    """Something owed, or a fact, for what a service is asked about: the plate, else the answers its form requires."""
    fields = dict(field.partition("=")[::2] for field in options.field)
    newest = publishing.newest_catalogue(centre)
    if newest is None:
        raise Refused("service_unknown", service=options.service)
    service = newest.service(options.service)
    known, wanted = set(service.form.schema["properties"]), reference_authority.asked_of(service)
    if not set(wanted) <= set(fields) <= known or "" in fields.values():
        raise Refused("record_fields", service=service.id, wanted=", ".join(wanted))
    about = reference_authority.subject(service, fields)
    with centre.store.writing() as session:
        reference_authority.add_record(session, about, options.label_ar, options.label_en, options.amount_pt)
        audit.append(session, centre.now_ms(), options.staff, "record.added", about, amount_pt=options.amount_pt)
    return {"about": about}


def authority_fine_list(_centre: Centre, session: Session, options: Namespace) -> list[Values]:
    columns = ("plate", "label_ar", "label_en", "amount_pt", "bill")
    return [dict(zip(columns, row, strict=True)) for row in reference_authority.fines(session, options.plate)]
