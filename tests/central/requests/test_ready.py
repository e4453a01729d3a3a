"""What was approved can be collected: its counter hears of it once."""

from __future__ import annotations

import pytest

from central.requests import review
from central.requests.review import Decision, Seen
from central.store.request_models import Request
from protocol.errors import Refused
from protocol.texts import Bilingual
from tests.central.requests.test_queue import sold
from tests.harness.own_centre import OwnCentre


def say(office: OwnCentre, request: Request, status: str, seen: Seen = review.FIRST) -> Request:
    office.act(
        review.decide, request, Decision(request.seq, request.id, status, status, Bilingual("س", "r")), "amal", seen
    )
    return office.read(review.find, request.id)


def told(office: OwnCentre) -> list[tuple[object, ...]]:
    return [tuple(row) for row in office.rows("SELECT kind FROM feed_item WHERE kind = 'progress'")]


def test_the_counter_hears_once_that_it_can_be_collected(office: OwnCentre) -> None:
    request = say(office, sold(office), "approved")
    for _ in range(2):
        office.act(review.mark_ready, request, "amal")
    assert told(office) == [("progress",)]
    body = office.row("SELECT body FROM feed_item WHERE kind = 'progress'").body
    assert f'"id":"{request.id}"' in body
    assert '"state":"ready"' in body
    assert office.read(review.find, request.id).ready_ms == office.clock.ms
    assert office.rows("SELECT staff, subject FROM audit WHERE act = 'request.ready'") == [("amal", request.id)]


@pytest.mark.parametrize("status", ["", "rejected", "sent_back"])
def test_what_is_not_approved_cannot_be_collected(small: OwnCentre, status: str) -> None:
    request = sold(small)
    request = say(small, request, status) if status else request
    with pytest.raises(Refused, match="not_approved"):
        small.act(review.mark_ready, request, "amal")
    assert told(small) == []


@pytest.mark.parametrize("column", ["voided_by", "refunded_by"])
def test_what_was_given_back_cannot_be_collected(small: OwnCentre, column: str) -> None:
    request = say(small, sold(small), "approved")
    small.run(f"UPDATE request SET {column} = 9")
    with pytest.raises(Refused, match=column.removesuffix("_by")):
        small.act(review.mark_ready, request, "amal")


def test_another_decision_ends_it(small: OwnCentre) -> None:
    request = say(small, sold(small), "approved")
    small.act(review.mark_ready, request, "amal")
    assert say(small, request, "rejected", Seen(1, "taken for another")).ready_ms == 0
