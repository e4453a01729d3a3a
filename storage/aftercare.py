"""Writing what becomes of a request after its sale: the centre's word on it, what came for it, and its erasure.

Called by `storage.commit` inside its transaction. Raises as `ports.Store.commit` does.
"""

from __future__ import annotations

from typing import Any

from kiosk import commits
from kiosk.errors import Refused
from storage import evidence
from storage.numbers import entry_id


def put_outcome(connection: Any, change: commits.PutOutcome) -> None:
    o = change.outcome
    row = (entry_id(o.epoch, o.seq), o.status, o.code, o.reason_ar, o.reason_en, o.at_ms)
    # A new epoch reads the feed from its beginning: what was dealt with does not come back into the tray.
    same = "SELECT 1 FROM outcome WHERE (id, status, code, reason_ar, reason_en, at_ms) = (?, ?, ?, ?, ?, ?)"
    if connection.execute(same, row).fetchone() is None:
        connection.execute("REPLACE INTO outcome VALUES (?, ?, ?, ?, ?, ?, 0, 0)", row)


def see_outcome(connection: Any, change: commits.SeenOutcome) -> None:
    connection.execute("UPDATE outcome SET seen = 1 WHERE id = ?", (entry_id(change.epoch, change.seq),))


def tell(connection: Any, change: commits.Told) -> None:
    connection.execute("UPDATE outcome SET told = 1 WHERE id = ?", (entry_id(change.epoch, change.seq),))


def arrive(connection: Any, change: commits.Arrived) -> None:
    row = (entry_id(change.epoch, change.seq), change.at_ms, change.operator)
    done = connection.execute("INSERT OR IGNORE INTO output VALUES (?, ?, ?, NULL, '', '')", row)
    if done.rowcount != 1:
        raise Refused("already_arrived")


def hand(connection: Any, change: commits.HandedOver) -> None:
    row = (change.at_ms, change.operator, change.to, entry_id(change.epoch, change.seq))
    sql = "UPDATE output SET handed_ms = ?, handed_by = ?, handed_to = ? WHERE id = ? AND handed_ms IS NULL"
    if connection.execute(sql, row).rowcount != 1:
        raise Refused("not_to_hand")


def erase(connection: Any, change: commits.Erase) -> None:
    number = (entry_id(change.epoch, change.seq),)
    connection.execute("DELETE FROM frame WHERE id = ?", number)
    evidence.erase(connection, number[0])
    connection.execute(
        "UPDATE request SET name = '', national_id = '', mobile = '', name_key = '' WHERE id = ?", number
    )
    connection.execute("UPDATE output SET handed_to = '' WHERE id = ?", number)
    # A receipt keeps its lines and its number. Any other paper about the request may name the citizen anywhere.
    connection.execute(
        "DELETE FROM print_job WHERE entry = ? AND json_type(CAST(receipt AS TEXT), '$.entry_hash') IS NULL", number
    )
    connection.execute(  # a visit's paper is its first request's, and names the same citizen for all of them
        "UPDATE print_job SET receipt = CAST(json_replace(CAST(receipt AS TEXT), '$.name', '', '$.national_id', '')"
        " AS BLOB) WHERE entry = (SELECT id - line + 1 FROM request WHERE id = ?)",
        number,
    )
