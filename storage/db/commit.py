"""Writing: one commit of entries and changes, on the writer's own connection.

A sale is one `BEGIN IMMEDIATE`, five inserts and one sync of the disk. Called inside a transaction that
`storage.db.writer` begins and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from kiosk.model import store_changes
from kiosk.model.evidence_file import Evidence
from kiosk.model.facts import Fact
from kiosk.model.service_request import Day, Decision, Draft, Movement, PrintJob, Request
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol import strict_json
from protocol.errors import Corrupt, Refused
from protocol.journal import kj01
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Chain
from protocol.values.arabic import search_key
from protocol.wire.enrolment import Enrolment, read_statement
from storage.db import compiled
from storage.db.entry_ids import SEQ_MASK, entry_id
from storage.db.write import Write

T = TypeVar("T")

# By hand, for what it must not do: it reads two rows from the ends of two indexes, however many entries there are.
LAST: Final = """
    SELECT e.epoch, e.statement, j.seq, j.entry_hash, coalesce(j.count, 0), coalesce(j.sum_pt, 0)
    FROM (SELECT epoch, statement FROM enrolment ORDER BY epoch DESC LIMIT 1) e
    LEFT JOIN journal j ON j.id = (SELECT max(id) FROM journal WHERE id > e.epoch << 32 AND id < (e.epoch + 1) << 32)
"""


def last(connection: Any) -> tuple[Chain, int, int]:
    """Where the journal stands, and its cumulative count and sum. Raises Refused("not_enrolled")."""
    return standing(connection.execute(LAST).fetchone())


def fact(connection: Any, wanted: Fact[T]) -> T | None:
    row = connection.execute(compiled.FACT, (wanted.name,)).fetchone()
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
    row = connection.execute(compiled.RECORDED, (request_id,)).fetchone()
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
        connection.execute(compiled.ADD_ENTRY.sql, (
            number, chain.epoch, chain.seq, chain.hash, record.header, record.signature, record.body,
            fields.wall_ms, entry.money_pt, count, sum_pt,
        ))  # fmt: skip
        if entry.frame is not None:
            connection.execute(compiled.ADD_FRAME.sql, (number, entry.frame))


def _add_request(connection: Any, r: Request) -> None:
    compiled.ADD_REQUEST(connection, r, search_key(r.name))


def _add_print_job(connection: Any, j: PrintJob) -> None:
    compiled.ADD_JOB(connection, j, j.content.pack())


def _set_paper(connection: Any, change: store_changes.SetPaper) -> None:
    marks = ", ".join("?" * len(change.before))  # as many as there are: text of its own for each number of them
    connection.execute(
        f"UPDATE print_job SET state = ? WHERE job_id = ? AND state IN ({marks})",  # noqa: S608 - only question marks
        (change.after.value, change.job_id, *(state.value for state in change.before)),
    )


def _open_day(connection: Any, d: Day) -> None:
    for key in connection.execute(compiled.DAY_IN_THE_WAY, d.key):
        raise Refused("day_exists", date=DayKey(*key).label)
    compiled.ADD_DAY(connection, d)


def _close_day(connection: Any, change: store_changes.CloseDay) -> None:
    if compiled.CLOSE_DAY(connection, change) != 1:
        raise Refused("day_not_open", date=change.day.label)


def _add_movement(connection: Any, m: Movement) -> None:
    of = entry_id(m.of_epoch, m.of_seq) if m.of_seq and not m.of_device else None
    if of is not None:
        _refuse_reversed(connection, of, m.of_seq)
    compiled.ADD_MOVEMENT(connection, m, of)
    if m.of_device:
        _pay_for(connection, m)


def _refuse_reversed(connection: Any, of: int, seq: int) -> None:
    """Raises Refused: already_reversed, refund_held, refund_done."""
    if connection.execute(compiled.REVERSED, (of,)).fetchone():
        raise Refused("already_reversed", seq=seq)
    for state, till in connection.execute(compiled.PAYING_ELSEWHERE, (of,)):
        raise Refused("refund_held" if state == "held" else "refund_done", by=till)


def _pay_for(connection: Any, m: Movement) -> None:
    """A refund of what another till has sold: once. Raises Refused("already_reversed")."""
    of = paid_for(m.of_device, m.of_epoch, m.of_seq)
    if connection.execute(compiled.PAID_FOR, (of,)).fetchone():
        raise Refused("already_reversed", seq=m.of_seq)
    connection.execute(compiled.ADD_PAID_FOR.sql, (entry_id(m.epoch, m.seq), of))


def paid_for(device: str, epoch: int, seq: int) -> str:
    """What names the request of another till."""
    return f"{device}/{epoch}/{seq}"


def _put_draft(connection: Any, d: Draft) -> None:
    compiled.PUT_DRAFT(connection, d, strict_json.dumps_readable(d.raw).decode(), d.id)


def _put_document(connection: Any, change: store_changes.PutDocument) -> None:
    compiled.DROP_OLD_DOCUMENTS(connection, change)
    compiled.ADD_DOCUMENT(connection, change)


def _put_elsewhere(connection: Any, change: store_changes.PutElsewhere) -> None:
    """Another till of the shop pays it back; what it has done, nothing takes back. Its task here is done with it."""
    if change.state == "free":
        compiled.DROP_ELSEWHERE(connection, change)
        return
    compiled.PUT_ELSEWHERE(connection, change)
    if change.state == "refunded":
        compiled.SEE_DECISION(connection, change)


def _arrive(connection: Any, change: store_changes.OutputArrived) -> None:
    if compiled.ADD_OUTPUT(connection, change) != 1:
        raise Refused("already_arrived")


def _hand(connection: Any, change: store_changes.HandedOver) -> None:
    if compiled.HAND_OVER(connection, change) != 1:
        raise Refused("not_to_hand")


_ERASING: Final = (
    compiled.NOTE_ERASED, compiled.ERASE_FRAME, compiled.ERASE_NAMED, compiled.ERASE_EVIDENCE, compiled.ERASE_REQUEST,
    compiled.ERASE_OUTPUT, compiled.ERASE_PAPERS, compiled.ERASE_RECEIPT,
)  # fmt: skip


def erase(connection: Any, change: store_changes.Erase) -> None:
    for part in _ERASING:
        part(connection, change)


_WRITERS: Final[Mapping[type, Write | Callable[[Any, Any], None]]] = {
    Request: _add_request,
    PrintJob: _add_print_job,
    store_changes.SetPaper: _set_paper,
    store_changes.DropLoosePapers: compiled.DROP_LOOSE,
    Day: _open_day,
    store_changes.CloseDay: _close_day,
    Movement: _add_movement,
    Draft: _put_draft,
    store_changes.DropDraft: compiled.DROP_DRAFT,
    store_changes.DropOldDrafts: compiled.DROP_OLD_DRAFTS,
    store_changes.PutDocument: _put_document,
    store_changes.PutPin: compiled.PUT_PIN,
    store_changes.PutAttempts: compiled.PUT_ATTEMPTS,
    store_changes.PutFact: compiled.PUT_FACT,
    store_changes.PutAck: compiled.PUT_ACK,
    store_changes.PutCursor: compiled.PUT_CURSOR,
    Decision: compiled.PUT_DECISION,
    store_changes.SeenDecision: compiled.SEE_DECISION,
    store_changes.DecisionReady: compiled.READY_DECISION,
    store_changes.CitizenInformed: compiled.TELL_DECISION,
    store_changes.PutElsewhere: _put_elsewhere,
    store_changes.OutputArrived: _arrive,
    store_changes.HandedOver: _hand,
    store_changes.NameEntry: compiled.ADD_NAMED,
    store_changes.Erase: erase,
    Evidence: compiled.ADD_EVIDENCE,
    store_changes.DropEvidence: compiled.DROP_EVIDENCE,
    store_changes.SetEvidence: compiled.SET_EVIDENCE,
    store_changes.UnstoreEvidence: compiled.UNSTORE_EVIDENCE,
}


def _refuse_other(said: RestoredStore | None, latest: int, before: Any, device: bytes) -> None:
    """What was put back from a backup goes on under its own device only: else its unsent rest would be nobody's."""
    if said is not None and said.epoch == latest and read_statement(before[0]).device != device:
        raise Refused("enrolment_other_device", till=read_statement(before[0]).till)


def put_enrolment(connection: Any, enrolment: Enrolment) -> None:
    """Begin an epoch: its feed is read from the start, and of another shop nothing rules in it.

    Raises Refused("epoch_used") for one that is not newer than all this store has known.
    """
    statement = read_statement(enrolment.statement)
    epoch = statement.epoch
    (latest,) = connection.execute(compiled.EPOCH).fetchone()
    said = fact(connection, RESTORED)
    known = max(latest, said.seen if said else latest)  # a later one may have been lost with its disk
    if epoch <= known:
        raise Refused("epoch_used", found=epoch, latest=known)
    before = connection.execute(compiled.STATEMENT, (latest,)).fetchone()
    _refuse_other(said, latest, before, statement.device)
    if before is not None and read_statement(before[0]).shop != statement.shop:
        connection.execute(compiled.DROP_DOCUMENTS_OF_SHOP.sql)
    connection.execute(compiled.DROP_CURSOR.sql)
    row = (epoch, enrolment.statement, enrolment.root_public, enrolment.keyset)
    connection.execute(compiled.ADD_ENROLMENT.sql, row)
