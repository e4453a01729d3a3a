"""Until when an authority should answer: by the processing time of its service, which the citizen was told, else by the
number of days that the authority itself has given.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from sqlmodel import select

from central import audit
from central.centre import Centre
from central.store.device_models import Config
from central.store.interface import Session
from protocol.clock import CAIRO, moment

DAYS: Final = 15
"""Of an authority that has said nothing."""
MOST_DAYS: Final = 365
NEVER_MS: Final = 2**53 - 1
"""Of what was voided or paid back: nobody waits for it, and it stands behind everything."""
_NAME: Final = "due_days."


def due_ms(session: Session, authority: str, span: timedelta | None, sold_ms: int) -> int:
    """A span of whole days ends with its last day in Cairo; what is done at once is due today."""
    wanted = timedelta(days=days(session, authority)) if span is None else span
    ends = moment(sold_ms).astimezone(CAIRO) + wanted
    if not wanted.seconds:
        ends = datetime.combine(ends.date() + timedelta(days=1), time(), CAIRO)
    return int(ends.timestamp() * 1000)


def day_ends_ms(now_ms: int, after: int = 0) -> int:
    """The end of today in Cairo, or of a day `after`."""
    today = moment(now_ms).astimezone(CAIRO).date()
    return int(datetime.combine(today + timedelta(days=after + 1), time(), CAIRO).timestamp() * 1000)


def days(session: Session, authority: str) -> int:
    """The authority's own number."""
    said = session.one(select(Config.value).where(Config.name == _NAME + authority))
    return int(said) if said else DAYS


def set_days(centre: Centre, session: Session, authority: str, wanted: int, staff: str) -> None:
    """From now on; what has come already stays due when it was."""
    session.put(Config, name=_NAME + authority, value=str(wanted))
    audit.append(session, centre.now_ms(), staff, "authority.days", authority, days=wanted)
