"""What the counter's database is asked.

By hand, each with its reason, stand only: where the journal ends (`storage.db.journal_reader`), what the search box
asks (`storage.db.search`), what is asked of as many states as somebody names (`storage.db.reading`), what is asked
across two databases (`storage.backup.stores_put_aside`), and the version of the form, which is Alembic's.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, union_all

from kiosk.model.evidence_file import Evidence
from kiosk.model.service_request import Day, Draft, Movement, Request
from kiosk.ports.store import Attempts, Pin
from protocol.journal.acknowledgement import Ack
from protocol.wire.enrolment import Enrolment
from protocol.wire.statuses import CAME_BACK
from schema.compiling import ONE, Columns, by_no_index, of, other, read
from schema.models import (
    ack,
    attempts,
    day,
    decision,
    document,
    draft,
    elsewhere,
    enrolment,
    evidence,
    fact,
    frame,
    journal,
    movement,
    named,
    output,
    paid_for,
    pin,
    print_job,
    request,
    request_index,
)
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK

_coalesce = func.coalesce


def _epoch(number: ColumnElement[int]) -> ColumnElement[int]:
    return number.bitwise_rshift(SEQ_BITS)


def _seq(number: ColumnElement[int]) -> ColumnElement[int]:
    return number.bitwise_and(SEQ_MASK)


def _acked(number: ColumnElement[int]) -> ColumnElement[int]:
    """How far the centre has said to have the epoch of an entry."""
    return _coalesce(other(ack.c.hwm, ack.c.epoch == _epoch(number)), 0)


# ---- the journal

_epoch_now = select(func.max(enrolment.c.epoch)).scalar_subquery()
_epoch_asked = _coalesce(of("epoch"), _epoch_now)
_entry_now = _epoch_now.bitwise_lshift(SEQ_BITS) + of("seq")
_entry_asked = _epoch_asked.bitwise_lshift(SEQ_BITS) + of("seq")
_record = journal.c.header, journal.c.signature, journal.c.body
_between = journal.c.id > of("after"), journal.c.id < of("before")

EPOCH = select(_coalesce(func.max(enrolment.c.epoch), -1))
_epochs = select(enrolment.c.epoch, enrolment.c.statement)
EPOCHS = _epochs.order_by(enrolment.c.epoch)
EPOCH_LAST = _epochs.order_by(enrolment.c.epoch.desc()).limit(1)
ENROLMENT = read(Enrolment, enrolment).order_by(enrolment.c.epoch.desc()).limit(1)
STATEMENT = select(enrolment.c.statement).where(enrolment.c.epoch == _epoch_asked)
ENTRY = select(journal.c.entry_hash, journal.c.count, journal.c.sum_pt).where(journal.c.id == of("number"))
ENTRY_BEFORE = select(func.max(journal.c.id)).where(journal.c.id < of("number"))
_entries = select(*_record, journal.c.entry_hash, journal.c.count, journal.c.sum_pt, journal.c.money_pt)
ENTRIES = _entries.where(*_between).order_by(journal.c.id).limit(of("count"))
_items = select(*_record, frame.c.frame).outerjoin_from(journal, frame, frame.c.id == journal.c.id)
ITEMS = _items.where(*_between).order_by(journal.c.id).limit(of("count"))
HASH_AT = select(journal.c.entry_hash).where(journal.c.id == _entry_asked)
SUM_AT = select(journal.c.sum_pt).where(journal.c.id == _entry_now)
MONEY_TAKEN = select(ONE).where(journal.c.epoch == _epoch_now, journal.c.money_pt.is_not(None)).limit(1)
UNSENT = select(func.count()).select_from(journal).where(_seq(journal.c.id) > _acked(journal.c.id))
ACK = read(Ack, ack).add_columns(ack.c.wire).where(ack.c.epoch == _epoch_asked)
FRAME = select(frame.c.frame).where(frame.c.id == of("number"))
NAMED = select(named.c.id).where(named.c.national_id == of("national_id")).order_by(named.c.id)

# ---- facts, documents, PINs

FACT = select(fact.c.value).where(fact.c.name == of("name"))
FACTS = select(fact.c.name, fact.c.value)
CURSOR = select(fact.c.value).where(fact.c.name == ":cursor")  # a fact of the store itself
_documents = select(document.c.envelope).where(document.c.kind == of("kind"))
_of_version = document.c.version == _coalesce(of("version"), document.c.version)
DOCUMENT = _documents.where(_of_version).order_by(document.c.n.desc()).limit(1)
PIN = read(Pin, pin).where(pin.c.operator == of("operator"))
ATTEMPTS = read(Attempts, attempts).where(attempts.c.operator == of("operator"))

# ---- requests; joined in is what has become of one: sent by the mark, the decision, the state of the paper

_r, _d = request.alias("r"), decision.alias("d")
_papers = print_job.c.entry == _r.c.id - _r.c.line + 1  # those of a visit are its first request's
_first_paper = select(print_job.c.state).where(_papers, print_job.c.copy_number == 0)
_copies = select(func.count()).select_from(print_job).where(_papers, print_job.c.copy_number > 0)
_arrived, _paying = output.c.id == _r.c.id, elsewhere.c.id == _r.c.id
_requests = read(
    Request, _r, id=_r.c.request_id, epoch=_epoch(_r.c.id), seq=_seq(_r.c.id),
    entry_hash=other(journal.c.entry_hash, journal.c.id == _r.c.id), sent=_seq(_r.c.id) <= _acked(_r.c.id),
    decision=_d.c.status, paper=_first_paper.order_by(print_job.c.n.desc()).limit(1).scalar_subquery(),
    copies=_copies.scalar_subquery(), reversed=_coalesce(other(movement.c.kind, movement.c.of_entry == _r.c.id), ""),
    seen=_coalesce(_d.c.seen, 0), told=_coalesce(_d.c.told, 0), ready_ms=_coalesce(_d.c.ready_ms, 0),
    arrived_ms=other(output.c.arrived_ms, _arrived), handed_ms=other(output.c.handed_ms, _arrived),
    handed_to=_coalesce(other(output.c.handed_to, _arrived), ""),
    elsewhere=_coalesce(other(elsewhere.c.state, _paying), ""),
    elsewhere_by=_coalesce(other(elsewhere.c.till, _paying), 0),
).outerjoin_from(_r, _d, _d.c.id == _r.c.id)  # fmt: skip
_requests = _requests.add_columns(_d.c.code, _d.c.reason_ar, _d.c.reason_en, _d.c.at_ms)
INDEX_UPTO = select(request_index.c.upto)
_index_upto = INDEX_UPTO.scalar_subquery()
# By the citizen, of whom there are few requests, as far as that index goes; the newest one by one.
_citizen = select(request.c.id).where(request.c.national_id == of("national_id"))
_of_citizen = union_all(_citizen.where(request.c.listed == 1), _citizen.where(request.c.id > _index_upto))
_same = by_no_index(_r.c.service_id) == of("service_id"), by_no_index(_r.c.date) == of("date")

REQUEST_COLUMNS = Columns(_requests)
REQUEST = _requests.where(_r.c.request_id == of("request_id"))
REQUEST_AT = _requests.where(_r.c.id == _entry_now)
SAME_DAY = _requests.where(_r.c.id.in_(_of_citizen), *_same).order_by(_r.c.id.desc())
RECORDED = select(request.c.id).where(request.c.request_id == of("request_id"))
_unsent = func.sum(_seq(request.c.id) > _acked(request.c.id))
_sums = select(func.count(), _coalesce(func.sum(request.c.total_pt), 0), _coalesce(_unsent, 0))
TOTALS = _sums.where(request.c.date == of("date"), request.c.day_number == of("number"))
# A season by its dates; by the index of the services every request would be read, 14 s in a million.
_service = by_no_index(request.c.service_id)
_between = (request.c.date >= of("since"), request.c.date < of("before"))
_used = select(request.c.service_id).where(*_between).group_by(_service)
USED = _used.order_by(func.count().desc(), request.c.service_id)
_unlisted = select(request.c.id, request.c.name_key).where(request.c.id > _index_upto)
UNLISTED = _unlisted.order_by(request.c.id).limit(of("count"))

# The tray. What was voided or refunded asks nobody for anything any more, whatever the centre says of it later. By its
# own index: the others hold what was dealt with long ago, too.
_stands = ~exists(ONE).where(movement.c.of_entry == _d.c.id)
_in_tray = select(func.count()).select_from(_d).where(_d.c.seen == 0, _d.c.status.in_(CAME_BACK), _stands)
REJECTED_COUNT = _in_tray.with_hint(_d, "INDEXED BY ix_decision_tray")

# ---- forms, half typed

_drafts = read(Draft, draft).where(draft.c.operator == of("operator"))
DRAFTS = _drafts.order_by(draft.c.updated_ms.desc(), draft.c.id.desc())
DRAFT_OPERATORS = select(draft.c.operator).distinct()

# ---- papers

_jobs = select(*(column for column in print_job.c if column is not print_job.c.n))
JOB_COLUMNS = Columns(_jobs)
JOB = _jobs.where(print_job.c.job_id == of("job_id"))
JOBS_OF_ENTRY = _jobs.where(print_job.c.entry == of("entry")).order_by(print_job.c.n)

# ---- days, and the money that moves in them without a sale

_days = read(Day, day)
_the_day = day.c.date == of("date"), day.c.number == of("number")
_newest = day.c.date.desc(), day.c.number.desc()
DAY = _days.where(*_the_day)
DAY_OPEN = _days.where(day.c.closed_ms.is_(None)).limit(1)
DAYS = _days.order_by(*_newest).limit(of("limit"))
# The grand total only grows, whatever the computer's clock said at the time: it tells which close was the last.
_last = day.c.grand_total_pt.desc(), day.c.closed_ms.desc(), *_newest
DAY_LAST_CLOSED = _days.where(day.c.closed_ms.is_not(None)).order_by(*_last).limit(1)
DAY_IN_THE_WAY = select(day.c.date, day.c.number).where(or_(day.c.closed_ms.is_(None), and_(*_the_day)))
OPENINGS = select(_coalesce(func.max(day.c.number), 0)).where(day.c.date == of("date"))

_movements = read(
    Movement, movement, epoch=_epoch(movement.c.id), seq=_seq(movement.c.id),
    of_epoch=_coalesce(_epoch(movement.c.of_entry), 0), of_seq=_coalesce(_seq(movement.c.of_entry), 0),
    of_device=_coalesce(other(paid_for.c.of_request, paid_for.c.id == movement.c.id), ""),
)  # fmt: skip
_in_day = movement.c.date == of("date"), movement.c.day_number == of("number")
MOVEMENTS = _movements.where(*_in_day).order_by(movement.c.id)
REVERSAL = _movements.where(movement.c.of_entry == of("of_entry"))
REVERSAL_FOR = _movements.where(movement.c.id == other(paid_for.c.id, paid_for.c.of_request == of("of_request")))
REVERSED = select(ONE).select_from(movement).where(movement.c.of_entry == of("of_entry"))
PAYING_ELSEWHERE = select(elsewhere.c.state, elsewhere.c.till).where(elsewhere.c.id == of("of_entry"))
PAID_FOR = select(ONE).select_from(paid_for).where(paid_for.c.of_request == of("of_request"))

# ---- pictures of papers

_e = evidence.alias("e")
_pictures = read(Evidence, _e, request=_e.c.request_id)
_with_entry = _pictures.with_only_columns(_r.c.id, *_pictures.selected_columns)
_recorded = _with_entry.join_from(_e, _r, _r.c.request_id == _e.c.request_id)
_in_state = _recorded.where(_e.c.state == of("state"), _seq(_r.c.id) <= _acked(_r.c.id))
EVIDENCE = _pictures.where(_e.c.request_id == of("request_id")).order_by(_e.c.n)
EVIDENCE_IN_STATE = _in_state.order_by(_r.c.id, _e.c.n).limit(of("limit"))
EVIDENCE_NEWEST_HELD = _recorded.where(_e.c.state != "").order_by(_r.c.id.desc(), _e.c.n.desc()).limit(1)
EVIDENCE_ASTRAY = _pictures.where(
    _e.c.taken_ms < of("before_ms"),
    ~exists(ONE).where(request.c.request_id == _e.c.request_id),
    ~exists(ONE).where(draft.c.id == _e.c.request_id),
).order_by(_e.c.n)
EVIDENCE_FILES = select(evidence.c.file).order_by(evidence.c.file)
EVIDENCE_KEYS = select(evidence.c.file, evidence.c.key, evidence.c.sha256)
