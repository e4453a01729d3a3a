"""What two of the staff must want: the first one's word is kept in the audit, the second one's carries it out.

A word stands for a day, for exactly what it was given for, and once.
"""

from __future__ import annotations

import json
from typing import Final

from central import audit
from central.centre import Centre
from central.store.interface import Session
from protocol.clock import DAY_MS
from protocol.errors import Refused

STANDS_MS: Final = DAY_MS


def first_approver(centre: Centre, session: Session, act: str, subject: str, what: str, staff: str) -> str | None:
    """Who gave the first word for this act, where `staff` gives the second; None: it is the first, and is kept.

    `what` tells what it is for: a digest, a reason. Raises Refused("second_person") where both were the same.
    """
    now = centre.now_ms()
    row = session.one(
        """SELECT staff, detail FROM audit WHERE act = ? AND subject = ? AND at_ms > ? AND n > coalesce(
               (SELECT max(n) FROM audit WHERE act = ? AND subject = ?), 0) ORDER BY n DESC LIMIT 1""",
        f"{act}.proposed", subject, now - STANDS_MS, act, subject,
    )  # fmt: skip
    if row is None or json.loads(row[1])["what"] != what:
        audit.append(session, now, staff, f"{act}.proposed", subject, what=what)
        return None
    if row[0] == staff:
        raise Refused("second_person", staff=staff)
    return str(row[0])
