"""The fee of a request that came back, carried to the one that is typed again in its place (docs/adr/0014).

The old one is paid back and the new one paid in one commit, by the same way and the same amount: every book, paper and
sum counts a refund and a sale, and no cash moves. Where the amounts differ nothing is carried: the new fee is taken
whole, and the old one stays a task until it is given back.
"""

from __future__ import annotations

from kiosk.core.journal_writer import Writing
from kiosk.model.service_request import Movement, Request
from kiosk.model.store_changes import AddMovement, Change, SeenOutcome
from kiosk.ports.requests import RequestReader
from kiosk.staff.sign_in import Login
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import RefundEntry
from protocol.texts import say
from protocol.wire.statuses import CAME_BACK


def carried(requests: RequestReader, corrects: str, total_pt: int) -> Request | None:
    """The request `corrects`, if its fee can be carried to one that costs `total_pt`."""
    old = requests.get(corrects) if corrects else None
    if old is None or old.outcome is None or old.outcome.status not in CAME_BACK:
        return None
    return None if old.reversed or old.elsewhere or old.total_pt != total_pt or not total_pt else old


def writing(old: Request, login: Login, day: DayKey, by: str) -> Writing:
    """The entry that pays `old` back to the request `by`."""
    body = RefundEntry(
        author=login.author, id=old.id, epoch=old.epoch, seq=old.seq, total_pt=old.total_pt, method=old.method,
        day=day, reason=reason(), by=by,
    )  # fmt: skip
    return Writing(body, money_pt=-old.total_pt)


def reason() -> str:
    return say("ar", "carried.reason")


def changes(old: Request, login: Login, day: DayKey, record: Record) -> list[Change]:
    """What goes with that entry: the movement, and the task that is done."""
    fields = record.fields
    moved = Movement(
        "refund", fields.epoch, fields.seq, day.date, fields.wall_ms, login.operator.id, old.total_pt, reason(),
        old.method == "cash", of_epoch=old.epoch, of_seq=old.seq, day_number=day.number,
    )  # fmt: skip
    return [AddMovement(moved), SeenOutcome(old.epoch, old.seq)]
