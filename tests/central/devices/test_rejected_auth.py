"""What is not believed is counted, in memory and then in the database; never who it was."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any

import pytest

from central import rejected_auth
from central.rejected_auth import QUIET_MS, RejectedAuth
from protocol.errors import Unavailable
from tests.harness.own_centre import START_MS, OwnCentre

DEVICE, OTHER = bytes([1]) * 16, bytes([2]) * 16


def lately(office: OwnCentre, now_ms: int = START_MS) -> list[tuple[object, ...]]:
    return list(map(tuple, office.read(rejected_auth.lately, now_ms)))


def totals(office: OwnCentre) -> dict[str, int]:
    with office.store.reading() as session:
        return {why: count for why, count in rejected_auth.totals(session).items() if count}


def test_counts_add_up_over_time_and_over_centres(office: OwnCentre) -> None:
    one, two = RejectedAuth(), RejectedAuth()
    for centre, at_ms in ((one, START_MS), (one, START_MS + 5), (two, START_MS + 7)):
        centre.count("signature", DEVICE, at_ms)
        centre.keep(office.store)
    assert lately(office) == [("signature", DEVICE, 3, 3, START_MS, START_MS + 7)]
    one.keep(office.store)
    assert totals(office) == {"signature": 3}, "nothing is counted twice"


def test_after_a_quiet_day_it_begins_anew(office: OwnCentre) -> None:
    tally, later = RejectedAuth(), START_MS + QUIET_MS
    tally.count("signature", DEVICE, START_MS)
    tally.keep(office.store)
    tally.count("signature", DEVICE, later)
    tally.count("signature", DEVICE, later + 3)
    tally.keep(office.store)
    assert lately(office, later) == [("signature", DEVICE, 3, 2, later, later + 3)]
    assert lately(office, later + 3 + QUIET_MS) == []


def test_strangers_share_one_row_however_many_they_are(office: OwnCentre) -> None:
    tally = RejectedAuth()
    for n in range(50):
        tally.count("unknown", b"", START_MS + n)
    tally.count("clock", OTHER, START_MS)
    tally.keep(office.store)
    assert office.row("SELECT count(*) FROM rejected_auth") == (2,)
    assert totals(office) == {"unknown": 50, "clock": 1}
    assert [device for _, device, *_ in lately(office)] == [OTHER]


def test_what_cannot_be_written_is_not_forgotten(office: OwnCentre) -> None:
    class Away:
        def writing(self) -> Any:
            raise Unavailable("database_away", reason="")

    tally = RejectedAuth()
    tally.count("signature", DEVICE, START_MS)
    with pytest.raises(Unavailable):
        tally.keep(Away())  # type: ignore[arg-type]  # half a store
    tally.keep(office.store)
    assert totals(office) == {"signature": 1}


def test_what_comes_while_it_is_written_is_counted_next_time(office: OwnCentre) -> None:
    tally = RejectedAuth()

    class Slow:
        @contextmanager
        def writing(self) -> Any:
            tally.count("signature", DEVICE, START_MS + 9)
            with office.store.writing() as session:
                yield session

    tally.count("signature", DEVICE, START_MS)
    tally.keep(Slow())  # type: ignore[arg-type]  # half a store
    assert totals(office) == {"signature": 1}
    tally.keep(office.store)
    assert lately(office) == [("signature", DEVICE, 2, 2, START_MS, START_MS + 9)]
