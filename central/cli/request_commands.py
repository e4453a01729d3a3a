"""`request`, `receipt`, `approval`, `authority`: what citizens asked for and what is answered; what counters ask the
centre to agree to in place of a second person, by the line or by telephone; the reference authority.
"""

from __future__ import annotations

from argparse import Namespace
from operator import itemgetter
from pathlib import Path
from typing import Final

from central import audit
from central.centre import Centre
from central.cli.console import NAME, Values, line
from central.devices import registry
from central.devices.registry import name_of
from central.documents import publishing, shops
from central.projection.chain_projection import Projector, project_for
from central.requests import (
    approvals,
    due_times,
    erasure,
    evidence_files,
    officer_decision,
    queue,
    reference_authority,
    refunds,
    review,
    staff_requests,
)
from central.requests.approvals import Approval
from central.requests.approved_acts import MISSING
from central.requests.review import Decision
from central.staff.acts import Act
from central.staff.people import Person, Scope
from central.store import kept_entries
from central.store.interface import Session
from central.store.request_models import Request
from protocol.clock import show_time
from protocol.errors import Corrupt, Refused
from protocol.program import outside
from protocol.texts import say
from protocol.values import ids
from protocol.values.money import format_pt
from protocol.wire.feed_items import ApprovalAnswer
from starter.files import SECRET


def request_list(session: Session, options: Namespace) -> list[Values]:
    if options.shop:  # a list of nothing would be believed
        shops.refuse_unknown(session, options.shop)
    found = review.listed(session, options.status, options.shop, options.limit, options.authority)
    return [{**review.members(one), "at": show_time(one.wall_ms)} for one in found]


def request_show(centre: Centre, session: Session, options: Namespace, person: Person) -> Values:
    request = review.find(session, options.request)
    shown = {**review.members(request), "history": review.history(session, request)}
    shown["erased_ms"] = erasure.erased_ms(session, request)
    if options.personal:
        person.need(Act.REQUEST_OPEN, queue.scope_of(session, request))
        shown["fields"] = review.fields(centre, session, request, options.staff, options.purpose)
    return shown


def request_decide(centre: Centre, options: Namespace, person: Person) -> tuple[str, Values]:
    reasons = [line(name, text) if text.strip() else "" for name, text in (
        ("--reason-ar", options.reason_ar), ("--reason-en", options.reason_en),
    )]  # fmt: skip
    if options.status != "approved" and not all(reasons):
        raise Refused("reason_missing")
    code = line("--code", options.code, NAME) if options.code else options.status
    project_for(centre, options.request)
    with centre.store.writing() as session:
        request = review.find(session, options.request)
        word = Decision(request.seq, request.id, options.status, code, *reasons)
        seen = review.Seen(options.seen, line("--because", options.because) if options.because else "")
        first = officer_decision.decide(centre, session, person, request, word, seen)
    said = {"id": request.id, "status": options.status}
    return ("decided", said) if first is not None else ("decide_second", said | {"first": options.staff})


def request_ready(centre: Centre, options: Namespace) -> Values:
    project_for(centre, options.request)
    with centre.store.writing() as session:
        request = review.find(session, options.request)
        review.mark_ready(centre, session, request, options.staff)
    return {"id": request.id}


SUFFIX: Final = {"image/jpeg": "jpg", "application/pdf": "pdf"}


def request_papers(centre: Centre, options: Namespace) -> Values:
    """The pictures of a request, opened for one of the staff.

    Raises Refused ``file_exists``: nothing is ever overwritten; Corrupt ``personal_frame``.
    """
    folder, written = Path(options.folder), list[str]()
    project_for(centre, options.request)
    with centre.store.writing() as session:  # noted before the first file is written, whatever comes of it
        request = review.find(session, options.request)
        audit.append(session, centre.now_ms(), options.staff, "evidence.read", request.id, purpose=options.purpose)
    with centre.store.reading() as session:
        names = _paper_names(session, request)
        for upload in evidence_files.uploads_of(session, *kept_entries.key(request)):
            content = evidence_files.content(centre, session, upload)
            if content is None:
                raise Corrupt("personal_frame")
            path = folder / names.get(upload.sha256.hex(), f"{upload.sha256.hex()}.bin")
            _write_new(path, content)
            written.append(path.name)
    return {"folder": str(folder), "count": len(written)}


def _paper_names(session: Session, request: Request) -> dict[str, str]:
    """By hash: the place in the entry and the kind of file, both of our own making; a device names no file here."""
    named = kept_entries.request(session, *kept_entries.key(request)).evidence
    return {str(one.sha256): f"{place}.{SUFFIX.get(str(one.media), 'bin')}" for place, one in enumerate(named, 1)}


def _write_new(path: Path, content: bytes) -> None:
    outside.make_folder(path.parent, 0o700)
    if path.exists():
        raise Refused("file_exists", path=str(path))
    outside.write(path, content, SECRET)


def request_erase(centre: Centre, options: Namespace) -> tuple[str, Values]:
    """The end of a citizen's data."""
    project_for(centre, options.request)  # a void that has just arrived may be the final word
    with centre.store.reading() as session:
        days = erasure.retention_days(centre, staff_requests.meant(session, options.request))
    with centre.store.writing() as session:
        meant = staff_requests.meant(session, options.request)
        first = erasure.erase_by_two(centre, session, meant, days, options.staff)
    if first is None:
        return "two_wanted", {"subject": meant.id, "first": options.staff}
    erasure.settle(centre)
    return "erased", {"id": meant.id}


def request_refunds(session: Session, limit: int) -> list[Values]:
    """What was promised to a till and is not paid yet (held), and what a person must look into (refund.…)."""
    held = [(at, "held", one, name_of(holder), {"epoch": of}) for at, holder, of, one in refunds.holds(session, limit)]
    wrong = map(itemgetter("at_ms", "act", "subject", "staff", "detail"), refunds.cases(session, limit))
    names = ("at_ms", "what", "request", "device", "detail")
    return [dict(zip(names, row, strict=True)) for row in (*held, *wrong)]


def request_free(centre: Centre, options: Namespace, person: Person) -> Values:
    """The till that holds it has not paid, and never will: another one may."""
    with centre.store.reading() as session:
        request = review.find(session, options.request)
        person.need(Act.REFUND_TASK, Scope(amount_pt=request.total_pt))
        of = refunds.RequestKey(*kept_entries.key(request), request.id)
        holder = refunds.holder(session, of)
    if holder is not None:
        Projector(centre).drain(holder)  # it may have paid a moment ago
    with centre.store.writing() as session:
        refunds.take_away(centre, session, of, options.staff)
    return {"id": request.id}


def authority_fine_add(centre: Centre, session: Session, options: Namespace) -> Values:
    labels = [options.label_ar or say("ar", "central.fine"), options.label_en or say("en", "central.fine")]
    plate = reference_authority.add_fine(session, options.plate, labels[0], labels[1], options.amount_pt)
    audit.append(session, centre.now_ms(), options.staff, "fine.added", plate, amount_pt=options.amount_pt)
    return {"plate": plate, "amount": format_pt(options.amount_pt)}


def authority_due(centre: Centre, session: Session, options: Namespace) -> Values:
    due_times.set_days(centre, session, options.authority, options.days, options.staff)
    return {"authority": options.authority, "days": options.days}


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


_ANSWERS: Final[dict[str, ApprovalAnswer]] = {"grant": "granted", "deny": "denied"}
_SHOWN: Final = ("id", "epoch", "shop", "what", "amount_pt", "op", "at_ms", "state", "staff", "way")


def approval_list(session: Session, options: Namespace) -> list[Values]:
    if options.shop:  # a list of nothing would be believed
        shops.refuse_unknown(session, options.shop)
    found = approvals.listed(session, options.status, options.shop, options.limit)
    return [{name: getattr(one, name) for name in _SHOWN} | {"of": one.of_seq} for one in found]


def approval_missing(centre: Centre, limit: int) -> list[Values]:
    """What nobody else stood behind, at the counter or here."""
    Projector(centre).drain()
    with centre.store.reading() as session:
        found = audit.listed(session, limit, [MISSING])
    return [{"at_ms": one["at_ms"], "device": one["staff"], "number": one["subject"], **one["detail"]} for one in found]


def approval_decide(centre: Centre, action: str, approval: str, staff: str) -> Values:
    project_for(centre, approval)
    with centre.store.writing() as session:
        found = approvals.find(session, approval)
        approvals.decide(centre, session, found, _ANSWERS[action], staff)
    return {"id": found.id, "what": found.what, "amount": format_pt(found.amount_pt)}


def approval_phone(centre: Centre, options: Namespace, person: Person) -> tuple[str, Values]:
    """For what has not arrived, all of it is as the counter reads it out, and its check says whether it was heard. What
    was denied is agreed to by two.
    """
    project_for(centre, options.approval)
    with centre.store.writing() as session:
        found = _as_read_out(session, options, centre.now_ms())
        told = _phoned(centre, session, found, options.check, person)
    if told is None:
        return "two_wanted", {"subject": found.id, "first": options.staff}
    said = {"id": found.id, "what": found.what, "amount": format_pt(found.amount_pt)}
    return "approval_code", said | {"code": ids.grouped_code(told[0]), "left": told[1]}


def _phoned(centre: Centre, session: Session, found: Approval, check: str, person: Person) -> tuple[str, int] | None:
    if found.state != "denied":
        return approvals.read_out(centre, session, found, check, person.account)
    person.need(Act.APPROVAL_OVERRIDE)
    return approvals.override_by_two(centre, session, found, check, person.account)


def _as_read_out(session: Session, options: Namespace, now_ms: int) -> Approval:
    chain, seq = approvals.place(session, options.approval)
    known = approvals.at(session, chain.device, chain.epoch, seq)
    if known is not None:
        return known
    if not options.what or not options.check:
        raise Refused("no_approval", approval=options.approval)
    said = options.what, options.of, options.amount_pt
    return Approval(chain.device, chain.epoch, seq, chain.shop, *said, at_ms=now_ms)


def approval_renew(centre: Centre, session: Session, device: str, staff: str) -> Values:
    found = registry.find(session, device)
    return {"device": registry.name_of(found), "n": approvals.renew(centre, session, found, staff)}
