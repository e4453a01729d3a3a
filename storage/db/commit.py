"""Writing: one commit of entries and changes, by plain statements on the writer's own connection.

No ORM here: a sale is one `BEGIN IMMEDIATE`, five inserts and one sync of the disk (performance.md: SQLModel costs
twice that). Called inside a transaction that `storage.db.writer` begins and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

from kiosk.model import store_changes
from kiosk.model.evidence_file import Evidence
from kiosk.model.facts import Fact
from kiosk.model.service_request import Day, Draft, Movement, Outcome, PrintJob, Request
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol import strict_json
from protocol.errors import Corrupt, Refused
from protocol.journal import kj01
from protocol.journal.acknowledgement import Ack
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Chain
from protocol.values.arabic import search_key
from protocol.wire.enrolment import Enrolment, read_statement
from storage.db import aftercare_rows
from storage.db.entry_ids import SEQ_MASK, entry_id
from storage.db.rows import JOB_COLUMNS, MOVEMENT_KEPT, REQUEST_KEPT, columns, insert, replacing

T = TypeVar("T")
CATALOGUE: Final = "catalogue"
CURSOR: Final = ":cursor"  # a fact of the store itself

LAST: Final = """
    SELECT e.epoch, e.statement, j.seq, j.entry_hash, coalesce(j.count, 0), coalesce(j.sum_pt, 0)
    FROM (SELECT epoch, statement FROM enrolment ORDER BY epoch DESC LIMIT 1) e
    LEFT JOIN journal j ON j.id = (SELECT max(id) FROM journal WHERE id > e.epoch << 32 AND id < (e.epoch + 1) << 32)
"""
_ENTRY: Final = insert(
    "journal", "id, epoch, seq, entry_hash, header, signature, body, wall_ms, money_pt, count, sum_pt"
)
_FRAME: Final = insert("frame", "id, frame")
_REQUEST: Final = insert("request", f"id, request_id, name_key, {', '.join(REQUEST_KEPT)}")
_CLOSE: Final = """
    UPDATE day SET closed_ms = ?, closed_seq = ?, expected_pt = ?, counted_pt = ?, grand_total_pt = ?
    WHERE date = ? AND number = ? AND closed_ms IS NULL
"""
_MOVEMENT: Final = insert("movement", f"id, of_entry, {', '.join(MOVEMENT_KEPT)}")
# A form that was sold is none to go on with: its cash would be taken twice.
_DRAFT: Final = f"""
    REPLACE INTO draft ({columns(Draft)})
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS (SELECT 1 FROM request WHERE request_id = ?1)
"""  # noqa: S608 - constants
_ACK: Final = insert("ack", f"{columns(Ack)}, wire", "REPLACE INTO")
_JOB: Final = insert("print_job", JOB_COLUMNS)
_kept_of_request: Final = attrgetter(*REQUEST_KEPT)
_kept_of_movement: Final = attrgetter(*MOVEMENT_KEPT)


def last(connection: Any) -> tuple[Chain, int, int]:
    """Where the journal stands, and its cumulative count and sum. Raises Refused("not_enrolled")."""
    return standing(connection.execute(LAST).fetchone())


def fact(connection: Any, wanted: Fact[T]) -> T | None:
    row = connection.execute("SELECT value FROM fact WHERE name = ?", (wanted.name,)).fetchone()
    return wanted.read(row[0]) if row else None


def standing(row: Any) -> tuple[Chain, int, int]:
    """The one row of `LAST`, as `last` gives it."""
    if row is None:
        raise Refused("not_enrolled")
    epoch, statement, seq, entry_hash, count, sum_pt = row
    return Chain(_device(statement), epoch, seq or 0, entry_hash or kj01.genesis(statement)), count, sum_pt


@lru_cache(maxsize=4)
def _device(statement: bytes) -> bytes:
    """Asked at every sale, and always of the same statement."""
    return read_statement(statement).device


def apply(
    connection: Any,
    entries: Sequence[store_changes.JournalAppend],
    changes: Sequence[store_changes.Change],
    after: Chain | None,
) -> None:
    """All of a commit but its BEGIN and COMMIT. Raises as `ports.Store.commit` does."""
    for change in changes:  # first of all: a press that comes twice is told so wherever the journal stands
        if isinstance(change, Request):
            _unrecorded(connection, change.id)
    if entries:
        _append(connection, entries, after)
    for change in changes:
        _WRITERS[type(change)](connection, change)


def _unrecorded(connection: Any, request_id: str) -> None:
    row = connection.execute("SELECT id FROM request WHERE request_id = ?", (request_id,)).fetchone()
    if row is not None:
        raise Refused("already_recorded", seq=row[0] & SEQ_MASK)


def _append(connection: Any, entries: Sequence[store_changes.JournalAppend], after: Chain | None) -> None:
    chain, count, sum_pt = last(connection)
    if after != chain:
        raise Corrupt("journal_moved", found=chain.seq, want=after.seq if after else None)
    for entry in entries:
        record = entry.record
        chain = kj01.check_link(record, chain)
        if entry.money_pt is not None:
            count, sum_pt = count + 1, sum_pt + entry.money_pt
        number, fields = entry_id(chain.epoch, chain.seq), record.fields
        connection.execute(_ENTRY, (
            number, chain.epoch, chain.seq, chain.hash, record.header, record.signature, record.body,
            fields.wall_ms, entry.money_pt, count, sum_pt,
        ))  # fmt: skip
        if entry.frame is not None:
            connection.execute(_FRAME, (number, entry.frame))


def _add_request(connection: Any, r: Request) -> None:
    connection.execute(_REQUEST, (entry_id(r.epoch, r.seq), r.id, search_key(r.name), *_kept_of_request(r)))


def _add_print_job(connection: Any, j: PrintJob) -> None:
    row = (j.id, entry_id(j.epoch, j.seq), j.copy, j.content.pack(), j.state.value, j.created_ms)
    connection.execute(_JOB, row)


def _set_paper(connection: Any, change: store_changes.SetPaper) -> None:
    marks = ", ".join("?" * len(change.before))
    connection.execute(
        f"UPDATE print_job SET state = ? WHERE job_id = ? AND state IN ({marks})",  # noqa: S608 - only question marks
        (change.after.value, change.job_id, *(state.value for state in change.before)),
    )


def _open_day(connection: Any, d: Day) -> None:
    taken = "SELECT date, number FROM day WHERE closed_ms IS NULL OR (date, number) = (?, ?)"
    for key in connection.execute(taken, d.key):
        raise Refused("day_exists", date=DayKey(*key).label)
    row = (*d.key, d.operator, d.opening_pt, d.opened_ms, d.opened_seq)
    connection.execute(
        "INSERT INTO day (date, number, operator, opening_pt, opened_ms, opened_seq) VALUES (?, ?, ?, ?, ?, ?)", row
    )


def _close_day(connection: Any, change: store_changes.CloseDay) -> None:
    c = change
    row = (c.closed_ms, c.closed_seq, c.expected_pt, c.counted_pt, c.grand_total_pt, *c.day)
    done = connection.execute(_CLOSE, row)
    if done.rowcount != 1:
        raise Refused("day_not_open", date=change.day.label)


def _add_movement(connection: Any, m: Movement) -> None:
    of = entry_id(m.of_epoch, m.of_seq) if m.of_seq and not m.of_device else None
    if of is not None:
        aftercare_rows.refuse_reversed(connection, of, m.of_seq)
    connection.execute(_MOVEMENT, (entry_id(m.epoch, m.seq), of, *_kept_of_movement(m)))
    if m.of_device:
        aftercare_rows.pay_for(connection, m)


def _put_draft(connection: Any, d: Draft) -> None:
    raw = strict_json.dumps_readable(d.raw).decode()
    row = (d.id, d.operator, d.service_id, d.service_version, raw, d.updated_ms, d.catalogue, d.visit, d.corrects)
    connection.execute(_DRAFT, row)


def _drop_draft(connection: Any, change: store_changes.DropDraft) -> None:
    connection.execute("DELETE FROM draft WHERE id = ?", (change.draft_id,))


def _drop_old_drafts(connection: Any, change: store_changes.DropOldDrafts) -> None:
    connection.execute("DELETE FROM draft WHERE updated_ms < ?", (change.before_ms,))


def _put_document(connection: Any, change: store_changes.PutDocument) -> None:
    # Old catalogues price old drafts and old requests; old settings and operator lists are of no further use.
    keep_others = change.kind == CATALOGUE
    connection.execute(
        "DELETE FROM document WHERE kind = ?1 AND (version = ?2 OR NOT ?3)", (change.kind, change.version, keep_others)
    )
    connection.execute(
        "INSERT INTO document (n, kind, version, envelope)"
        " VALUES ((SELECT coalesce(max(n), 0) + 1 FROM document), ?, ?, ?)",
        (change.kind, change.version, change.envelope),
    )


def _put_ack(connection: Any, change: store_changes.PutAck) -> None:
    a = change.ack
    connection.execute(_ACK, (a.device, a.epoch, a.hwm, a.entry_hash, a.server_ms, change.wire))


def _put_cursor(connection: Any, change: store_changes.PutCursor) -> None:
    put_fact(connection, store_changes.PutFact(CURSOR, str(change.after).encode()))


put_fact: Final = replacing("fact", store_changes.PutFact)


_WRITERS: Final[Mapping[type, Callable[[Any, Any], None]]] = {
    Request: _add_request,
    PrintJob: _add_print_job,
    store_changes.SetPaper: _set_paper,
    Day: _open_day,
    store_changes.CloseDay: _close_day,
    Movement: _add_movement,
    Draft: _put_draft,
    store_changes.DropDraft: _drop_draft,
    store_changes.DropOldDrafts: _drop_old_drafts,
    store_changes.PutDocument: _put_document,
    store_changes.PutPin: replacing("pin", store_changes.PutPin),
    store_changes.PutAttempts: replacing("attempts", store_changes.PutAttempts),
    store_changes.PutAck: _put_ack,
    store_changes.PutCursor: _put_cursor,
    Outcome: aftercare_rows.put_outcome,
    store_changes.SeenOutcome: aftercare_rows.see_outcome,
    store_changes.PutElsewhere: aftercare_rows.put_elsewhere,
    store_changes.CitizenInformed: aftercare_rows.inform,
    store_changes.OutputArrived: aftercare_rows.arrive,
    store_changes.HandedOver: aftercare_rows.hand,
    store_changes.Erase: aftercare_rows.erase,
    store_changes.NameEntry: aftercare_rows.name_entry,
    store_changes.DropLoosePapers: aftercare_rows.drop_loose,
    store_changes.PutFact: put_fact,
    Evidence: aftercare_rows.put_evidence,
    store_changes.DropEvidence: aftercare_rows.drop_evidence,
    store_changes.SetEvidence: aftercare_rows.settle_evidence,
    store_changes.UnstoreEvidence: aftercare_rows.forget_stored,
}


def _refuse_other(said: RestoredStore | None, latest: int, before: Any, device: bytes) -> None:
    """What was put back from a backup goes on under its own device only: else its unsent rest would be nobody's."""
    if said is not None and said.epoch == latest and read_statement(before[0]).device != device:
        raise Refused("enrolment_other_device", device=read_statement(before[0]).device_text[:8])


def put_enrolment(connection: Any, enrolment: Enrolment) -> None:
    """Begin an epoch: its feed is read from the start, and of another shop nothing rules in it.

    Raises Refused("epoch_used") for one that is not newer than all this store has known.
    """
    statement = read_statement(enrolment.statement)
    epoch = statement.epoch
    (latest,) = connection.execute("SELECT coalesce(max(epoch), -1) FROM enrolment").fetchone()
    said = fact(connection, RESTORED)
    known = max(latest, said.seen if said else latest)  # a later one may have been lost with its disk
    if epoch <= known:
        raise Refused("epoch_used", found=epoch, latest=known)
    before = connection.execute("SELECT statement FROM enrolment WHERE epoch = ?", (latest,)).fetchone()
    _refuse_other(said, latest, before, statement.device)
    if before is not None and read_statement(before[0]).shop != statement.shop:
        connection.execute("DELETE FROM document WHERE kind IN ('settings', 'operators')")
    connection.execute("DELETE FROM fact WHERE name = ?", (CURSOR,))
    row = (epoch, enrolment.statement, enrolment.root_public, enrolment.keyset)
    connection.execute("INSERT INTO enrolment (epoch, statement, root_public, keyset) VALUES (?, ?, ?, ?)", row)
