"""What is written into the counter's database: the columns of each change (`kiosk.model.store_changes`).

By hand, each with its reason, stand only: a paper that moves on from as many states as somebody names
(`storage.db.commit`), the index of names (`storage.db.request_index`), and the triggers, in `storage/db/migrations`.
"""

from __future__ import annotations

from sqlalchemy import LargeBinary, String, and_, cast, delete, func, insert, literal, or_, select, update

from kiosk.model.evidence_file import Evidence
from kiosk.model.service_request import WAITED_FOR, Day, Decision, Draft, Movement, PrintJob, Request
from kiosk.model.store_changes import (
    CloseDay,
    NameEntry,
    OutputArrived,
    PutAck,
    PutAttempts,
    PutDocument,
    PutElsewhere,
    PutFact,
    PutPin,
)
from protocol.journal.acknowledgement import Ack
from schema.compiling import (
    add,
    as_bytes,
    by_no_index,
    entry,
    kept,
    names,
    of,
    other,
    put,
    put_unless,
    whole,
    worked_out,
)
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
    undecided,
)
from storage.db.entry_ids import SEQ_BITS

# ---- the journal, facts, documents, PINs

ADD_ENROLMENT, ADD_ENTRY, ADD_FRAME = whole(enrolment), whole(journal), whole(frame)
ADD_NAMED = add(named, NameEntry, id=entry())
PUT_ACK = put(ack, PutAck, **{name: of(f"ack.{name}") for name in names(Ack)})
PUT_FACT = put(fact, PutFact)
PUT_CURSOR = put(fact, PutFact, name=literal(":cursor"), value=as_bytes(of("after")))
DROP_CURSOR = delete(fact).where(fact.c.name == ":cursor")
# Old catalogues price old drafts and old requests; old settings and operator lists are of no further use.
DROP_OLD_DOCUMENTS = delete(document).where(
    document.c.kind == of("kind"), or_(document.c.version == of("version"), document.c.kind != "catalogue")
)
DROP_DOCUMENTS_OF_SHOP = delete(document).where(document.c.kind.in_(["settings", "operators"]))
ADD_DOCUMENT = add(document, PutDocument, n=other(func.coalesce(func.max(document.c.n), 0) + 1))
PUT_PIN, PUT_ATTEMPTS = put(pin, PutPin), put(attempts, PutAttempts)
FORGET_PINS = update(pin).values(verifier="")

# ---- what is sold, and what is half typed

ADD_REQUEST = add(request, Request, id=entry(), request_id=of("id"), name_key=worked_out("name_key"))
_newly_listed = request.c.id > select(request_index.c.upto).scalar_subquery(), request.c.id <= worked_out("upto")
LIST_REQUESTS = update(request).values(listed=1).where(*_newly_listed)
_pending = func.coalesce(decision.c.status, "pending") == "pending"
_undecided = select(request.c.id).outerjoin_from(request, decision, decision.c.id == request.c.id)
ADD_UNDECIDED = insert(undecided).from_select(["id"], _undecided.where(*_newly_listed, _pending))
MOVE_INDEX = update(request_index).values(upto=worked_out("upto"))
# A form that was sold is none to go on with: its cash would be taken twice.
PUT_DRAFT = put_unless(request.c.request_id == worked_out("request_id"), draft, Draft, raw=worked_out("raw"))
DROP_DRAFT = delete(draft).where(draft.c.id == of("draft_id"))
DROP_OLD_DRAFTS = delete(draft).where(draft.c.updated_ms < of("before_ms"))
DROP_DRAFTS = delete(draft)
ADD_JOB = add(
    print_job, PrintJob, job_id=of("id"), entry=entry(), copy_number=of("copy"), state=of("state.value"),
    receipt=worked_out("receipt"),
)  # fmt: skip
# What is still to come out waits; it goes the next time. By the index of entries, past all receipts: not of states.
DROP_LOOSE = delete(print_job).where(
    print_job.c.entry.in_(select(enrolment.c.epoch.bitwise_lshift(SEQ_BITS))),
    print_job.c.created_ms < of("before_ms"),
    by_no_index(print_job.c.state).not_in([state.value for state in WAITED_FOR]),
)

# ---- days, and the money that moves in them without a sale

ADD_DAY = add(day, Day)
_closing = update(day).values({name: of(name) for name in names(CloseDay) if name != "day"})
_the_day = day.c.date == of("day.date"), day.c.number == of("day.number")
CLOSE_DAY = _closing.where(*_the_day, day.c.closed_ms.is_(None))
ADD_MOVEMENT = add(movement, Movement, id=entry(), of_entry=worked_out("of_entry"))
ADD_PAID_FOR = whole(paid_for)

# ---- what becomes of a request: the decision, what came for it, who else pays it back

_new = {"seen": literal(0), "told": literal(0), "ready_ms": literal(0)}
_said = {name: value for name, value in kept(decision, Decision, id=entry(), **_new).items() if name not in _new}
# A new epoch reads the feed from its beginning: what was dealt with does not come back into the tray.
_said_already = and_(*(decision.c[name] == value for name, value in _said.items()))
PUT_DECISION = put_unless(_said_already, decision, Decision, id=entry(), **_new)
SEE_DECISION = update(decision).values(seen=1).where(decision.c.id == entry())
TELL_DECISION = update(decision).values(told=1).where(decision.c.id == entry())
_readied = update(decision).values(ready_ms=of("at_ms"), told=0)
READY_DECISION = _readied.where(decision.c.id == entry(), decision.c.ready_ms < of("at_ms"))
_paid_back = and_(elsewhere.c.id == entry(), elsewhere.c.state == "refunded")
PUT_ELSEWHERE = put_unless(_paid_back, elsewhere, PutElsewhere, id=entry())
DROP_ELSEWHERE = delete(elsewhere).where(elsewhere.c.id == entry(), elsewhere.c.state == "held")
ADD_OUTPUT = add(
    output, OutputArrived, "OR IGNORE", id=entry(), arrived_ms=of("at_ms"), arrived_by=of("operator"), handed_by="",
    handed_to="",
)  # fmt: skip
_handing = update(output).values(handed_ms=of("at_ms"), handed_by=of("operator"), handed_to=of("to"))
HAND_OVER = _handing.where(output.c.id == entry(), output.c.handed_ms.is_(None))

# ---- pictures of papers; a row holds the one key to its file: whoever deletes it has destroyed that

_of_entry = evidence.c.request_id == other(request.c.request_id, request.c.id == entry())
ADD_EVIDENCE = add(evidence, Evidence, request_id=of("request"))
SET_EVIDENCE = update(evidence).values(state=of("state")).where(evidence.c.sha256 == of("sha256"), _of_entry)
UNSTORE_EVIDENCE = update(evidence).values(state="").where(evidence.c.state != "")
_the_file = evidence.c.file == func.coalesce(of("file"), evidence.c.file)
DROP_EVIDENCE = delete(evidence).where(evidence.c.request_id == of("request"), _the_file)
DROP_EVIDENCE_OF_DRAFTS = delete(evidence).where(evidence.c.request_id.in_(select(draft.c.id)))

# ---- a citizen is erased

# A backup from before it still names the citizen: it goes once a newer one stands (storage.backup.backup_files).
_last_entry = select(literal(":erased"), as_bytes(func.coalesce(func.max(journal.c.id), 0)))
NOTE_ERASED = insert(fact).prefix_with("OR REPLACE").from_select(["name", "value"], _last_entry)
ERASE_FRAME = delete(frame).where(frame.c.id == entry())
ERASE_NAMED = delete(named).where(named.c.id == entry())
# With the citizen's data goes what shows their papers.
ERASE_EVIDENCE = delete(evidence).where(_of_entry)
ERASE_REQUEST = update(request).values(name="", national_id="", mobile="", name_key="").where(request.c.id == entry())
ERASE_OUTPUT = update(output).values(handed_to="").where(output.c.id == entry())
# A receipt keeps its lines and its number. Any other paper about the request may name the citizen anywhere.
_paper = cast(print_job.c.receipt, String)
ERASE_PAPERS = delete(print_job).where(print_job.c.entry == entry(), func.json_type(_paper, "$.served").is_(None))
# A visit's paper is its first request's, and names the same citizen for all of them.
_nameless = cast(func.json_replace(_paper, "$.name", "", "$.national_id", ""), LargeBinary)
_of_visit = print_job.c.entry == other(request.c.id - request.c.line + 1, request.c.id == entry())
ERASE_RECEIPT = update(print_job).values(receipt=_nameless).where(_of_visit)
