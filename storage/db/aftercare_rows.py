"""Writing what becomes of a request after its sale: the centre's word, what came for it, its evidence, its erasure.

Called by `storage.db.commit` inside its transaction. Raises as `ports.Store.commit` does.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any, Final

from kiosk.model import store_changes
from kiosk.model.evidence_file import Evidence
from kiosk.model.service_request import WAITED_FOR, Movement, Outcome, PrintState
from protocol.errors import Refused
from storage.db.entry_ids import SEQ_BITS, entry_id
from storage.db.rows import columns, insert

_DONE: Final = ", ".join(f"'{state.value}'" for state in PrintState if state not in WAITED_FOR)

_OUTCOME: Final = """
    REPLACE INTO outcome (id, status, code, reason_ar, reason_en, at_ms, seen, told) VALUES (?, ?, ?, ?, ?, ?, 0, 0)
"""
_OUTPUT: Final = """
    INSERT OR IGNORE INTO output (id, arrived_ms, arrived_by, handed_ms, handed_by, handed_to)
    VALUES (?, ?, ?, NULL, '', '')
"""
# A row of evidence holds the one key to its file: whoever deletes it has destroyed that, whenever it is removed.
_PUT_EVIDENCE: Final = insert("evidence", columns(Evidence, request="request_id"))
_SET_EVIDENCE: Final = """
    UPDATE evidence SET state = ? WHERE sha256 = ? AND request_id = (SELECT request_id FROM request WHERE id = ?)
"""


def put_outcome(connection: Any, o: Outcome) -> None:
    row = (entry_id(o.epoch, o.seq), o.status, o.code, o.reason_ar, o.reason_en, o.at_ms)
    # A new epoch reads the feed from its beginning: what was dealt with does not come back into the tray.
    same = "SELECT 1 FROM outcome WHERE (id, status, code, reason_ar, reason_en, at_ms) = (?, ?, ?, ?, ?, ?)"
    if connection.execute(same, row).fetchone() is None:
        connection.execute(_OUTCOME, row)


def see_outcome(connection: Any, change: store_changes.SeenOutcome) -> None:
    connection.execute("UPDATE outcome SET seen = 1 WHERE id = ?", (entry_id(change.epoch, change.seq),))


def put_elsewhere(connection: Any, change: store_changes.PutElsewhere) -> None:
    """Another till of the shop pays it back; what it has done, nothing takes back. Its task here is done with it."""
    number = entry_id(change.epoch, change.seq)
    if change.state == "free":
        connection.execute("DELETE FROM elsewhere WHERE id = ? AND state = 'held'", (number,))
        return
    row = (number, change.state, change.device, change.at_ms)
    connection.execute(
        "REPLACE INTO elsewhere (id, state, device, at_ms) SELECT ?1, ?2, ?3, ?4"
        " WHERE NOT EXISTS (SELECT 1 FROM elsewhere WHERE id = ?1 AND state = 'refunded')",
        row,
    )
    if change.state == "refunded":
        connection.execute("UPDATE outcome SET seen = 1 WHERE id = ?", (number,))


def refuse_reversed(connection: Any, of: int, seq: int) -> None:
    """Raises Refused: already_reversed, refund_held, refund_done."""
    if connection.execute("SELECT 1 FROM movement WHERE of_entry = ?", (of,)).fetchone():
        raise Refused("already_reversed", seq=seq)
    row = connection.execute("SELECT state, device FROM elsewhere WHERE id = ?", (of,)).fetchone()
    if row is not None:
        raise Refused("refund_held" if row[0] == "held" else "refund_done", by=row[1][:8])


def pay_for(connection: Any, moved: Movement) -> None:
    """A refund of what another till has sold: once. Raises Refused("already_reversed")."""
    row = (entry_id(moved.epoch, moved.seq), paid_for(moved.of_device, moved.of_epoch, moved.of_seq))
    if connection.execute("SELECT 1 FROM paid_for WHERE of_request = ?", row[1:]).fetchone():
        raise Refused("already_reversed", seq=moved.of_seq)
    connection.execute("INSERT INTO paid_for (id, of_request) VALUES (?, ?)", row)


def paid_for(device: str, epoch: int, seq: int) -> str:
    """What names the request of another till."""
    return f"{device}/{epoch}/{seq}"


def inform(connection: Any, change: store_changes.CitizenInformed) -> None:
    connection.execute("UPDATE outcome SET told = 1 WHERE id = ?", (entry_id(change.epoch, change.seq),))


def arrive(connection: Any, change: store_changes.OutputArrived) -> None:
    row = (entry_id(change.epoch, change.seq), change.at_ms, change.operator)
    done = connection.execute(_OUTPUT, row)
    if done.rowcount != 1:
        raise Refused("already_arrived")


def hand(connection: Any, change: store_changes.HandedOver) -> None:
    row = (change.at_ms, change.operator, change.to, entry_id(change.epoch, change.seq))
    sql = "UPDATE output SET handed_ms = ?, handed_by = ?, handed_to = ? WHERE id = ? AND handed_ms IS NULL"
    if connection.execute(sql, row).rowcount != 1:
        raise Refused("not_to_hand")


def name_entry(connection: Any, change: store_changes.NameEntry) -> None:
    row = (entry_id(change.epoch, change.seq), change.national_id)
    connection.execute("INSERT INTO named (id, national_id) VALUES (?, ?)", row)


def drop_loose(connection: Any, change: store_changes.DropLoosePapers) -> None:
    """What is still to come out waits; it goes the next time. The plus: by the index of entries, past all receipts."""
    connection.execute(
        f"DELETE FROM print_job WHERE entry IN (SELECT epoch << {SEQ_BITS} FROM enrolment)"  # noqa: S608 - constants
        f" AND created_ms < ? AND +state IN ({_DONE})",
        (change.before_ms,),
    )


def put_evidence(connection: Any, change: Evidence) -> None:
    connection.execute(_PUT_EVIDENCE, astuple(change))


def drop_evidence(connection: Any, change: store_changes.DropEvidence) -> None:
    connection.execute(
        "DELETE FROM evidence WHERE request_id = ?1 AND file = coalesce(?2, file)", (change.request, change.file)
    )


def settle_evidence(connection: Any, change: store_changes.SetEvidence) -> None:
    connection.execute(_SET_EVIDENCE, (change.state, change.sha256, entry_id(change.epoch, change.seq)))


def forget_stored(connection: Any, _change: store_changes.UnstoreEvidence) -> None:
    connection.execute("UPDATE evidence SET state = '' WHERE state <> ''")


def erase(connection: Any, change: store_changes.Erase) -> None:
    number = (entry_id(change.epoch, change.seq),)
    # A backup from before this entry still names the citizen: it goes once a newer one stands
    # (storage/backup/backup_files.py).
    connection.execute(
        "REPLACE INTO fact (name, value)"
        " SELECT ':erased', CAST(CAST(coalesce(max(id), 0) AS TEXT) AS BLOB) FROM journal"
    )
    connection.execute("DELETE FROM frame WHERE id = ?", number)
    connection.execute("DELETE FROM named WHERE id = ?", number)
    # With the citizen's data goes what shows their papers.
    connection.execute("DELETE FROM evidence WHERE request_id = (SELECT request_id FROM request WHERE id = ?)", number)
    connection.execute(
        "UPDATE request SET name = '', national_id = '', mobile = '', name_key = '' WHERE id = ?", number
    )
    connection.execute("UPDATE output SET handed_to = '' WHERE id = ?", number)
    # A receipt keeps its lines and its number. Any other paper about the request may name the citizen anywhere.
    connection.execute(
        "DELETE FROM print_job WHERE entry = ? AND json_type(CAST(receipt AS TEXT), '$.served') IS NULL", number
    )
    connection.execute(  # a visit's paper is its first request's, and names the same citizen for all of them
        "UPDATE print_job SET receipt = CAST(json_replace(CAST(receipt AS TEXT), '$.name', '', '$.national_id', '')"
        " AS BLOB) WHERE entry = (SELECT id - line + 1 FROM request WHERE id = ?)",
        number,
    )
