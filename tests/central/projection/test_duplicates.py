"""Requests under an id that is in use: none is lost, each is found, decided and told of alone. On either database."""

from __future__ import annotations

from typing import Any

import pytest

from central.fleet import alerts
from central.requests import erasure, refunds, request_ids, review
from central.requests.review import Decision
from central.staff.acts import Role
from central.store.request_models import Request
from protocol.journal.kj01 import Record
from protocol.texts import Bilingual
from tests.central.projection.test_projection import case, decisions
from tests.harness.centre_sales import birth, sell, void
from tests.harness.console_desk import Desk
from tests.harness.own_centre import OwnCentre, apply_settings
from tests.harness.wire_device import Device


@pytest.fixture
def tills(office: OwnCentre) -> tuple[Device, Device]:
    office.publish_catalogue()
    made = office.enrol(), office.enrol()
    for one in made:
        apply_settings(one)
    return made


def approve(office: OwnCentre, found: Request) -> None:
    decision = Decision(found.seq, found.id, "approved", "approved", Bilingual.same(""))
    office.act(review.decide, found, decision, "amal")


@pytest.mark.parametrize("copier_first", [True, False])
def test_an_id_of_another_till_harms_neither_request(
    office: OwnCentre, tills: tuple[Device, Device], *, copier_first: bool
) -> None:
    honest, copier = tills
    members = birth()
    sold = {one.name: sell(one, members) for one in tills}
    for one in (copier, honest) if copier_first else (honest, copier):
        office.arrive(one)
    found = [case(office, one) for one in sold.values()]
    assert [one.status for one in found] == ["pending", "pending"]
    assert len({one.id for one in found}) == 2
    for request in found:
        assert office.read(review.find, request.id).device == request.device
    approve(office, found[0])
    [told] = decisions(office, honest)
    assert (told["id"], told["status"], decisions(office, copier)) == (members["id"], "approved", [])
    assert case(office, sold[copier.name]).status == "pending"


def test_it_is_a_case_and_an_alert_that_name_the_tills(office: OwnCentre, tills: tuple[Device, Device]) -> None:
    first, second = tills
    members, sold = birth(), list[Record]()
    for one in tills:
        sold.append(sell(one, members))
        office.arrive(one)
    [row] = office.read(refunds.cases, 10)
    assert (row["act"], row["staff"], row["detail"]["sold_by"]) == ("request.id_twice", second.name, first.name)
    assert row["subject"] == case(office, sold[1]).id
    found = [one for one in office.act(alerts.alerts) if one.name == "id_twice"]
    assert [(one.subject, one.values) for one in found] == [(second.name, {"times": 1})]
    office.clock.ms += alerts.DUPLICATE_MS + 1
    assert "id_twice" not in {one.name for one in office.act(alerts.alerts)}


def test_the_till_of_a_duplicate_voids_it_by_its_own_id(office: OwnCentre, tills: tuple[Device, Device]) -> None:
    members, sold = birth(), list[Record]()
    for one in tills:
        sold.append(sell(one, members))
        office.arrive(one)
    void(tills[1], sold[1], members["id"])
    office.arrive(tills[1])
    assert [bool(case(office, one).voided_by) for one in sold] == [False, True]


def test_a_duplicate_is_erased_alone(office: OwnCentre, tills: tuple[Device, Device]) -> None:
    members, sold = birth(), list[Record]()
    for one in tills:
        sold.append(sell(one, members))
        office.arrive(one)
        office.run("UPDATE chain SET durable = hwm WHERE device = ?", one.chain.device)
    found = case(office, sold[1])
    approve(office, found)
    office.act(erasure.erase, office.read(review.find, found.id), 0, "amal")
    left = {bytes(row[0]) for row in office.rows("SELECT device FROM personal")}
    assert left == {tills[0].chain.device}
    [told] = [item for item in office.feed(tills[1]) if item["kind"] == "erase"]
    assert told["id"] == members["id"]


@pytest.mark.parametrize("said", ["", "search", "../next", "1-1-3", "%00", "x" * 300, "أ"])
def test_an_id_that_is_none_is_never_a_name(office: OwnCentre, tills: tuple[Device, Device], said: str) -> None:
    sold = [sell(tills[0], birth(id=said)) for _ in range(2)]
    office.arrive(tills[0])
    found = [case(office, one) for one in sold]
    assert {one.code for one in found} == {"unreadable"}
    browser = Desk(office).person("boss", *Role)
    for one in found:
        browser.get(f"/staff/requests/{one.id}")
        assert browser.status == 200


def test_no_till_foresees_the_id_of_a_duplicate(office: OwnCentre, tills: tuple[Device, Device]) -> None:
    members = birth()
    sell(tills[0], members)
    copied = [sell(tills[1], members), sell(tills[1], birth(id=""))]
    for one in tills:
        office.arrive(one)
    ids = {case(office, record).id for record in copied}
    assert len(ids) == 2
    assert not ids & {members["id"], ""}


def test_two_workers_that_write_one_id_both_come_through(
    office: OwnCentre, tills: tuple[Device, Device], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reads before the first commits: the database refuses it, and it looks again."""
    members = birth()
    sell(tills[0], members)
    office.arrive(tills[0])
    honest, looked = request_ids.holders, list[Any]()

    def stale(*given: Any) -> dict[str, bytes]:
        looked.append(given[1])
        return {} if len(looked) < 2 else honest(*given)

    sold = sell(tills[1], members)
    monkeypatch.setattr(request_ids, "holders", stale)
    office.arrive(tills[1])
    assert (case(office, sold).status, office.rows("SELECT * FROM parked")) == ("pending", [])
    assert len(looked) > 1


def test_next_leads_to_a_request_that_opens(office: OwnCentre, tills: tuple[Device, Device]) -> None:
    members = birth()
    for one in tills:
        sell(one, members)
        office.arrive(one)
    desk = Desk(office)
    authority = str(office.row("SELECT authority FROM request")[0])
    browser = desk.person("officer", Role.OFFICER, authorities=(authority,))
    for _ in range(2):
        browser.post("/staff/requests/next", authority=authority)
        assert browser.status == 200
        assert browser.address.startswith("/staff/requests/")
        browser.post(f"{browser.address}/decision", decision="approved", seen="0")
    assert {str(row[0]) for row in office.rows("SELECT status FROM request")} == {"approved"}
