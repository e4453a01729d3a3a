"""What waits for an authority: in which order, for whom, in whose hand."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import tuple_

from central.documents import publishing
from central.requests import due_times, queue, review
from central.requests.queue import Queue
from central.requests.review import Decision
from central.staff.acts import Act, Role
from central.staff.people import Grant, Person
from central.store.request_models import Request
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values.receipt_number import receipt_number
from tests.harness.centre_sales import birth, sell, void
from tests.harness.own_centre import SHOP, OwnCentre, apply_settings

CIVIL = "civil-status"
DEVICE = bytes(range(16))


def officer(name: str = "amal", role: Role = Role.OFFICER, **bounds: Any) -> Person:
    authorities, services, governorates = (bounds.get(one, ()) for one in ("authorities", "services", "governorates"))
    return Person(name, Bilingual(name, name), bytes(32), (Grant(1, role, authorities, services, governorates),))


def sold(office: OwnCentre) -> Request:
    """One request through all of it, as it then stands."""
    office.publish_catalogue()
    device = office.enrol()
    apply_settings(device)
    members = birth()
    sell(device, members)
    office.arrive(device)
    return office.read(review.find, str(members["id"]))


def lay(office: OwnCentre, *due_ms: int, **columns: Any) -> None:
    """Requests that are due then, one entry after the other."""
    with office.store.writing() as session:
        at = session.one("SELECT coalesce(max(seq), 0) FROM request WHERE device = ?", DEVICE)
        first = (at[0] if at else 0) + 1
        session.add_all(Request, [_row(first + place, due, columns) for place, due in enumerate(due_ms)])


def _row(seq: int, due_ms: int, columns: dict[str, Any]) -> dict[str, Any]:
    row = {
        "device": DEVICE, "epoch": 1, "seq": seq, "id": f"r{seq}", "visit": "v", "shop": SHOP, "service": "birth-cert",
        "service_version": 1, "catalogue": 1, "total_pt": 100, "wall_ms": 1, "status": "pending", "code": "",
        "reason_ar": "", "reason_en": "", "at_ms": 0, "voided_by": 0, "bill": "", "authority": CIVIL,
    }  # fmt: skip
    return {**row, "due_ms": due_ms, **columns}


def ids(page: queue.QueuePage) -> list[str]:
    return [one.id for one in page.rows]


# ---- lists


def test_a_request_knows_its_authority_and_when_it_is_due(office: OwnCentre) -> None:
    request = sold(office)
    assert (request.authority, request.due_ms) == (CIVIL, due_times.day_ends_ms(request.wall_ms))
    (row,) = office.act(queue.page, officer(), Queue(CIVIL)).rows
    assert (row.id, row.number) == (request.id, receipt_number(1, request.epoch, request.seq))
    assert (row.claimed_by, row.seen) == ("", 0)


def test_pages_follow_each_other_in_the_order_of_what_is_due(office: OwnCentre) -> None:
    lay(office, 50, 10, 30, 30, 20)
    seen, after = [], ""
    while True:
        page = office.act(queue.page, officer(), Queue(CIVIL), after, 2)
        seen += ids(page)
        after = page.after
        if not after:
            break
        lay(office, 5)  # what comes in before the page does not move it
    assert seen == ["r2", "r5", "r3", "r4", "r1"]


@pytest.mark.parametrize(
    "cursor",
    ["x", "1.2.3", "1.00.1.1", f"-1.{'00' * 16}.1.1", f"١.{'00' * 16}.1.1", f"{2**70}.{'00' * 16}.1.1", "1.2.3.4.5"],
)
def test_a_page_that_nobody_gave_out_is_refused(small: OwnCentre, cursor: str) -> None:
    with pytest.raises(Refused, match="bad_cursor"):
        small.act(queue.page, officer(), Queue(CIVIL), cursor)


def test_a_list_holds_what_is_his_and_what_is_anothers_looks_like_nothing(office: OwnCentre) -> None:
    lay(office, 10)
    lay(office, 20, service="passport")
    lay(office, 30, authority="traffic")
    lay(office, 40, shop="ALX-1")
    assert ids(office.act(queue.page, officer(), Queue(CIVIL))) == ["r1", "r2", "r4"]
    assert ids(office.act(queue.page, officer(services=("passport",)), Queue(CIVIL))) == ["r2"]
    office.act(publishing.publish_settings, SHOP, {"shop": {"governorate": "Giza"}})
    assert ids(office.act(queue.page, officer(governorates=("GIZ",)), Queue(CIVIL))) == ["r1", "r2"]
    assert ids(office.act(queue.page, officer(authorities=(CIVIL,)), Queue(CIVIL, service="passport"))) == ["r2"]
    assert ids(office.act(queue.page, officer(), Queue(CIVIL, shop="ALX-1"))) == ["r4"]
    for person in (officer(authorities=("traffic",)), officer(role=Role.ADMINISTRATOR)):
        with pytest.raises(Refused, match="not_allowed"):
            office.act(queue.page, person, Queue(CIVIL))


def test_a_request_is_listed_where_its_shop_is(office: OwnCentre) -> None:
    assert sold(office).governorate == "CAI"
    office.act(publishing.publish_settings, SHOP, {"shop": {"governorate": "Giza"}})
    device = office.enrol()
    apply_settings(device, 2)
    sell(device, birth())
    office.arrive(device)
    assert len(ids(office.act(queue.page, officer(governorates=("GIZ",)), Queue(CIVIL)))) == 2
    assert ids(office.act(queue.page, officer(governorates=("CAI",)), Queue(CIVIL))) == []


def test_another_authoritys_request_answers_as_one_that_is_not_there(office: OwnCentre) -> None:
    request = sold(office)
    told = []
    for text in (request.id, "0192f0c1-0000-7000-8000-000000000000"):
        with pytest.raises(Refused, match="no_request") as refused, office.store.reading() as session:
            queue.find(session, officer(authorities=("traffic",)), Act.REQUEST_OPEN, text)
        told.append((refused.value.code, dict(refused.value.values, request="")))
    assert told[0] == told[1]
    with office.store.reading() as session:
        assert queue.find(session, officer(authorities=(CIVIL,)), Act.REQUEST_OPEN, request.id).id == request.id


def test_what_was_voided_waits_for_nobody(office: OwnCentre) -> None:
    office.publish_catalogue()
    device = office.enrol()
    apply_settings(device)
    members = birth()
    void(device, sell(device, members), str(members["id"]))
    office.arrive(device)
    assert office.act(queue.page, officer(), Queue(CIVIL)).rows == []


def test_they_are_counted_by_when_they_are_due_and_never_beyond_a_thousand(office: OwnCentre) -> None:
    now = office.clock.ms
    today, soon = due_times.day_ends_ms(now), due_times.day_ends_ms(now, queue.SOON_DAYS)
    lay(office, *[now - 1] * 1_100, now, today, today + 1, soon, soon + 1, soon + DAY_MS)
    lay(office, soon + 1, claimed_by="amal", claimed_ms=now)
    assert office.act(queue.counts, officer(), Queue(CIVIL)) == queue.Counts(1_001, 2, 2, 3, 1)


def test_every_list_is_read_off_its_index(office: OwnCentre) -> None:
    """Not one statement looks at more of the table than it shows."""
    lay(office, *range(3_000))
    lay(office, *range(3_000), authority="traffic")
    last = office.act(queue.page, officer(), Queue(CIVIL), "", 200)
    statements = [
        queue._found(office.centre, officer(), Queue(CIVIL)).order_by(*queue._ORDER).limit(51),
        queue._found(office.centre, officer(), Queue(CIVIL))
        .where(tuple_(*queue._ORDER) > tuple_(*queue._read_cursor(last.after)))
        .order_by(*queue._ORDER)
        .limit(51),
    ]
    with office.store.writing() as session:
        if session._connection.dialect.name == "postgresql":
            session.run("ANALYZE request")
        for one in statements:
            plan = str(_plan(session, one))
            assert re.search("request_due", plan), plan
            assert not re.search(r"SCAN request(?! USING)|Seq Scan on request|USE TEMP B-TREE|Sort", plan), plan


def _plan(session: Any, statement: Any) -> list[Any]:
    dialect = session._connection.dialect
    how = "EXPLAIN" if dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    values = [compiled.params[name] for name in compiled.positiontup] if compiled.positiontup else compiled.params
    return list(
        session._connection.exec_driver_sql(f"{how} {compiled}", tuple(values) if isinstance(values, list) else values)
    )


# ---- in whose hand


def test_a_claim_keeps_others_away_until_five_minutes_are_over(office: OwnCentre) -> None:
    request = sold(office)
    amal, badr = officer("amal"), officer("badr")
    office.act(queue.claim, amal, request)
    claimed_ms = office.clock.ms
    with pytest.raises(Refused, match="claimed") as refused:
        office.act(queue.claim, badr, request)
    assert refused.value.values["by"] == "amal"
    assert office.act(queue.next_of, badr, Queue(CIVIL)) is None
    mine = office.act(queue.next_of, amal, Queue(CIVIL))
    assert mine is not None
    assert (mine.claimed_by, mine.claimed_ms) == ("amal", claimed_ms)
    office.clock.ms += queue.CLAIM_MS - 1
    office.act(queue.claim, amal, request)
    office.clock.ms += queue.CLAIM_MS - 1
    assert [one.id for one in office.act(queue.page, amal, Queue(CIVIL, mine=True)).rows] == [request.id]
    office.clock.ms += 1
    assert office.act(queue.page, amal, Queue(CIVIL, mine=True)).rows == []
    office.act(queue.claim, badr, request)
    with pytest.raises(Refused, match="claimed"):
        office.act(queue.claim, amal, request)


def test_ones_own_is_given_back_and_anothers_is_not(office: OwnCentre) -> None:
    request = sold(office)
    office.act(queue.claim, officer("amal"), request)
    for person, holder in ((officer("badr"), "amal"), (officer("amal"), "")):
        with office.store.writing() as session:
            queue.release(session, person, request)
        assert office.row("SELECT claimed_by FROM request").claimed_by == holder


def test_a_supervisor_gives_it_to_somebody_else(office: OwnCentre) -> None:
    request = sold(office)
    office.act(queue.claim, officer("amal"), request)
    with pytest.raises(Refused, match="not_allowed"):
        office.act(queue.take_over, officer("badr"), request, "badr")
    supervisor = officer("mona", Role.SUPERVISOR)
    office.act(queue.take_over, supervisor, office.read(review.find, request.id), "badr")
    (row,) = office.act(queue.page, supervisor, Queue(CIVIL)).rows
    assert row.claimed_by == "badr"
    assert office.rows("SELECT staff, subject FROM audit WHERE act = 'request.reassigned'") == [("mona", request.id)]


def test_a_decision_ends_the_claim(office: OwnCentre) -> None:
    request = sold(office)
    office.act(queue.claim, officer(), request)
    decision = Decision(request.seq, request.id, "approved", "approved", Bilingual("", ""))
    office.act(review.decide, request, decision, "amal")
    row = office.row("SELECT claimed_by, claimed_ms, decisions FROM request")
    assert tuple(row) == ("", 0, 1)


# ---- due times


@pytest.mark.parametrize(("span_hours", "after_days"), [(0, 0), (24 * 15, 15)])
def test_a_span_of_days_ends_with_its_day_in_cairo(small: OwnCentre, span_hours: int, after_days: int) -> None:
    with small.store.reading() as session:
        due_ms = due_times.due_ms(session, CIVIL, timedelta(hours=span_hours), small.clock.ms)
    assert due_ms == due_times.day_ends_ms(small.clock.ms, after_days)


def test_hours_are_counted_and_an_authority_without_a_time_gives_its_own(small: OwnCentre) -> None:
    with small.store.writing() as session:
        assert due_times.due_ms(session, CIVIL, timedelta(hours=2), 1_000) == 1_000 + 2 * HOUR_MS
        assert due_times.due_ms(session, CIVIL, None, 0) == due_times.day_ends_ms(0, due_times.DAYS)
        due_times.set_days(small.centre, session, CIVIL, 3, "mona")
        assert due_times.due_ms(session, CIVIL, None, 0) == due_times.day_ends_ms(0, 3)
        assert due_times.days(session, "traffic") == due_times.DAYS
