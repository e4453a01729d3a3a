"""`request`, `receipt`, `approval`, `authority`: what citizens asked for and what is answered; what counters ask the
centre to agree to in place of a second person, by the line or by telephone; the reference authority.
"""

from __future__ import annotations

import re
from argparse import Namespace
from operator import itemgetter
from pathlib import Path
from typing import Final

from central import audit
from central.centre import Centre
from central.cli.console import Values, line
from central.cli.grammar import AMOUNT_PT, LIMIT, PIASTRES, PURPOSE, file_option, opens, reads, writes
from central.devices.registry import name_of
from central.documents import publishing, shops
from central.projection.chain_projection import Projector, project_for
from central.requests import (
    due_times,
    erasure,
    evidence_files,
    officer_decision,
    queue,
    receipt_check,
    reference_authority,
    refunds,
    review,
    staff_requests,
)
from central.requests.due_times import MOST_DAYS
from central.requests.review import Decision
from central.staff.acts import Act
from central.staff.people import Person, Scope
from central.store import kept_entries
from central.store.interface import Session
from central.store.request_models import Request
from protocol.clock import show_time
from protocol.errors import Corrupt, Refused
from protocol.program import outside
from protocol.program.command_line import option
from protocol.program.terminal import whole
from protocol.texts import Bilingual, say
from protocol.values.money import format_pt
from protocol.wire.statuses import STATUSES
from starter.files import SECRET

MOST_CODE: Final = 40
_CODE: Final = re.compile(rf"[A-Za-z0-9_.-]{{1,{MOST_CODE}}}", re.ASCII)


@reads(
    "request list", Act.REQUEST_LIST, "id shop service total at status code",
    option("--status", choices=STATUSES, default=""), "--shop", "--authority", LIMIT,
)  # fmt: skip
def request_list(session: Session, options: Namespace) -> list[Values]:
    if options.shop:  # a list of nothing would be believed
        shops.refuse_unknown(session, options.shop)
    found = review.listed(session, options.status, options.shop, options.limit, options.authority)
    return [{**review.members(one), "at": show_time(one.wall_ms)} for one in found]


@writes("request show", Act.REQUEST_LIST, "", "request", "--personal?", PURPOSE)
def request_show(centre: Centre, session: Session, options: Namespace, person: Person) -> Values:
    request = review.find(session, options.request)
    opened: bool = options.personal
    if opened:
        person.need(Act.REQUEST_OPEN, queue.scope_of(request))
    shown = {**review.members(request, opened=opened), "history": review.history(session, request, opened=opened)}
    shown["erased_ms"] = erasure.erased_ms(session, request)
    if opened:
        shown["fields"] = review.fields(centre, session, request, options.staff, options.purpose)
    return shown


@opens(
    "request decide", Act.REQUEST_DECIDE, "decided", "request", option("status", choices=STATUSES), "--code",
    "--reason-ar", "--reason-en", option("--seen", type=whole(0, 2**53 - 1), default=0),
    option("--because", default="", metavar="WHY"),
)  # fmt: skip
def request_decide(centre: Centre, options: Namespace, person: Person) -> tuple[str, Values]:
    given = {"--reason-ar": options.reason_ar, "--reason-en": options.reason_en}
    reason = Bilingual(*(line(name, text) if text.strip() else "" for name, text in given.items()))
    if options.status != "approved" and not (reason.ar and reason.en):
        raise Refused("reason_missing")
    code = _code(options.code) if options.code else options.status
    project_for(centre, options.request)
    with centre.store.writing() as session:
        request = review.find(session, options.request)
        decision = Decision(request.seq, request.id, options.status, code, reason)
        seen = review.Seen(options.seen, line("--because", options.because) if options.because else "")
        first = officer_decision.decide(centre, session, person, request, decision, seen)
    said = {"id": request.id, "status": options.status}
    return ("decided", said) if first is not None else ("decide_proposed", said | {"first": options.staff})


def _code(text: str) -> str:
    """A reason's code: it is shown unopened and outlives the citizen's data, so it holds no words of anybody's own.

    Raises Refused ``decision_code``, ``names_citizen``.
    """
    if _CODE.fullmatch(text) is None:
        raise Refused("decision_code", most=MOST_CODE)
    return line("--code", text)


@opens("request ready", Act.REQUEST_DECIDE, "request_ready", "request")
def request_ready(centre: Centre, options: Namespace) -> Values:
    project_for(centre, options.request)
    with centre.store.writing() as session:
        request = review.find(session, options.request)
        review.mark_ready(centre, session, request, options.staff)
    return {"id": request.id}


SUFFIX: Final = {"image/jpeg": "jpg", "application/pdf": "pdf"}


@opens("request papers", Act.REQUEST_OPEN, "papers_written", "request", file_option("folder"), PURPOSE)
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


@opens("request erase", Act.REQUEST_ERASE, "erased", "request")
def request_erase(centre: Centre, options: Namespace) -> tuple[str, Values]:
    """The end of a citizen's data."""
    project_for(centre, options.request)  # a void that has just arrived may be the final decision
    with centre.store.reading() as session:
        days = erasure.retention_days(centre, staff_requests.meant(session, options.request))
    with centre.store.writing() as session:
        meant = staff_requests.meant(session, options.request)
        first = erasure.erase_by_two(centre, session, meant, days, options.staff)
    if first is None:
        return "two_wanted", {"subject": meant.id, "first": options.staff}
    erasure.settle(centre)
    return "erased", {"id": meant.id}


@reads("request refunds", Act.REFUND_TASK, "at what request device detail", LIMIT)
def request_refunds(session: Session, limit: int) -> list[Values]:
    """What was promised to a till and is not paid yet (held), and what a person must look into (refund.…)."""
    held = [(at, "held", one, name_of(holder), {"epoch": of}) for at, holder, of, one in refunds.holds(session, limit)]
    wrong = map(itemgetter("at_ms", "act", "subject", "staff", "detail"), refunds.cases(session, limit))
    names = ("at_ms", "what", "request", "device", "detail")
    return [dict(zip(names, row, strict=True)) for row in (*held, *wrong)]


@opens("request free", Act.REFUND_TASK, "refund_freed", "request")
def request_free(centre: Centre, options: Namespace, person: Person) -> Values:
    """The till that holds it has not paid, and never will: another one may."""
    with centre.store.reading() as session:
        request = review.find(session, options.request)
        person.need(Act.REFUND_TASK, Scope(amount_pt=request.total_pt))
        of = refunds.RequestKey.of(request)
        holder = refunds.holder(session, of)
    if holder is not None:
        Projector(centre).drain(holder)  # it may have paid a moment ago
    with centre.store.writing() as session:
        refunds.take_away(centre, session, of, options.staff)
    return {"id": request.id}


@writes("authority fine add", Act.CENTRE_RUN, "fine_added", "--plate!", AMOUNT_PT, "--label-ar", "--label-en")
def authority_fine_add(centre: Centre, session: Session, options: Namespace) -> Values:
    labels = [options.label_ar or say("ar", "central.fine"), options.label_en or say("en", "central.fine")]
    plate = reference_authority.add_fine(session, options.plate, labels[0], labels[1], options.amount_pt)
    audit.append(session, centre.now_ms(), options.staff, "fine.added", plate, amount_pt=options.amount_pt)
    return {"plate": plate, "amount": format_pt(options.amount_pt)}


@writes(
    "authority due", Act.REQUEST_REASSIGN, "authority_due", "authority",
    option("days", type=whole(0, MOST_DAYS), metavar="DAYS"),
)  # fmt: skip
def authority_due(centre: Centre, session: Session, options: Namespace) -> Values:
    due_times.set_days(centre, session, options.authority, options.days, options.staff)
    return {"authority": options.authority, "days": options.days}


@opens(
    "authority record add", Act.CENTRE_RUN, "record_added", "service",
    option("--field", action="append", default=[], metavar="NAME=VALUE"),
    option("--amount-pt", type=PIASTRES, default=0), "--label-ar!", "--label-en!",
)  # fmt: skip
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


reads("request erased", Act.REQUEST_LIST, "id seq staff at done", LIMIT)(erasure.register)

reads("request asked", Act.REQUEST_LIST, "at device act request why", LIMIT)(staff_requests.listed)

reads("receipt missed", Act.SUPPORT_SEE, "device seq code asked first last")(receipt_check.cases)

reads("authority fine list", Act.CENTRE_RUN, "plate label_ar label_en amount_pt bill", option("--plate", default=None))(
    reference_authority.fines
)
