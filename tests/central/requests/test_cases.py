"""Requests as the staff sees them."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest

from central.requests import review, staff_requests
from central.requests.review import Decision
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from protocol.texts import Bilingual
from tests.central.projection.test_projection import case
from tests.harness.centre_sales import birth, sell, void
from tests.harness.own_centre import SHOP, OwnCentre
from tests.harness.wire_device import Device


def sold(office: OwnCentre, device: Device) -> tuple[Record, str]:
    members = birth()
    record = sell(device, members)
    office.arrive(device)
    return record, members["id"]


def decide(office: OwnCentre, one: str, status: str) -> None:
    with office.store.writing() as session:
        case = review.find(session, one)
        decision = Decision(case.seq, case.id, status, status, Bilingual("السبب", "the reason"))
        seen = review.Seen(case.decisions, "looked at again")
        review.decide(office.centre, session, case, decision, "amal", seen)


def decide_unseen(office: OwnCentre, one: str, status: str) -> None:
    """As whoever has not seen what stands there."""
    with contextlib.suppress(Refused), office.store.writing() as session:
        case = review.find(session, one)
        decision = Decision(case.seq, case.id, status, status, Bilingual("السبب", "the reason"))
        review.decide(office.centre, session, case, decision, "badr")


def test_a_decision_reaches_the_counter_and_stays_in_the_history(office: OwnCentre, device: Device) -> None:
    record, one = sold(office, device)
    for status in ("sent_back", "approved"):
        decide(office, one, status)
    told = [item for item in office.feed(device) if item["kind"] == "decision"]
    assert [(item["status"], item["entry_hash"]) for item in told] == [
        ("sent_back", record.hash.hex()), ("approved", record.hash.hex())
    ]  # fmt: skip
    with office.store.reading() as session:
        case = review.find(session, one)
        said = review.members(case, opened=True)["reason"]
        assert (case.status, said) == ("approved", {"ar": "السبب", "en": "the reason"})
        assert [(line["status"], line["staff"]) for line in review.history(session, case)] == [
            ("sent_back", "amal"), ("approved", "amal")
        ]  # fmt: skip
        assert session.all("SELECT act FROM audit WHERE act LIKE 'request.%' ORDER BY n") == [
            ("request.sent_back",), ("request.approved",), ("request.replaced",)
        ]  # fmt: skip


def test_the_decision_that_stands_is_not_said_again(office: OwnCentre, device: Device) -> None:
    _, one = sold(office, device)
    for status in ("rejected", "rejected", "approved", "approved"):
        decide(office, one, status)
    told = [item["status"] for item in office.feed(device) if item["kind"] == "decision"]
    assert told == ["rejected", "approved"]
    with office.store.reading() as session:
        assert session.one("SELECT count(*) FROM audit WHERE act LIKE 'request.%'") == (3,)
        assert len(review.history(session, review.find(session, one))) == 2


def test_a_second_decision_does_not_silently_replace_the_first(office: OwnCentre, device: Device) -> None:
    _, one = sold(office, device)
    decide_unseen(office, one, "approved")
    decide_unseen(office, one, "rejected")
    with office.store.reading() as session:
        case = review.find(session, one)
        assert [line["status"] for line in review.history(session, case)] == ["approved"]
    assert [item["status"] for item in office.feed(device) if item["kind"] == "decision"] == ["approved"]


def test_a_decision_is_replaced_by_who_has_seen_it_and_says_why(office: OwnCentre, device: Device) -> None:
    _, one = sold(office, device)
    decide(office, one, "approved")
    with office.store.writing() as session:
        case = review.find(session, one)
        decision = Decision(case.seq, one, "rejected", "R7", Bilingual("السبب", "the reason"))
        for seen, code in (
            (review.Seen(2, "x"), "decided"), (review.Seen(0, "x"), "decided"), (review.Seen(1), "because_missing"),
        ):  # fmt: skip
            with pytest.raises(Refused, match=code):
                review.decide(office.centre, session, case, decision, "badr", seen)
        review.decide(office.centre, session, case, decision, "badr", review.Seen(1, "taken for another"))
        assert review.find(session, one).status == "rejected"
        ((staff, detail),) = session.all("SELECT staff, detail FROM audit WHERE act = 'request.replaced'")
    assert (staff, json.loads(detail)) == (
        "badr", {"before": "approved", "code": "approved"}
    )  # fmt: skip
    told = office.read(review.history, office.read(review.find, one), opened=True)
    assert [line["because"] for line in told] == ["", "taken for another"]


def test_two_decisions_at_once_see_each_other(office: OwnCentre, device: Device) -> None:
    _, one = sold(office, device)
    read_before = office.read(review.find, one)
    decide(office, one, "approved")
    again = Decision(read_before.seq, one, "approved", "approved", Bilingual("السبب", "the reason"))
    office.act(review.decide, read_before, again, "amal")
    with pytest.raises(Refused, match="decided") as told:
        office.act(review.decide, read_before, again, "badr")
    assert (told.value.values["by"], told.value.values["decisions"]) == ("amal", 1), "who and when"
    assert len([item for item in office.feed(device) if item["kind"] == "decision"]) == 1


def test_a_voided_request_takes_no_decision(office: OwnCentre, device: Device) -> None:
    record, one = sold(office, device)
    void(device, record, one)
    office.arrive(device)
    with pytest.raises(Refused, match="voided"):
        decide(office, one, "approved")


def test_a_request_is_found_by_its_id_or_its_receipt(office: OwnCentre, device: Device) -> None:
    record, one = sold(office, device)
    with office.store.reading() as session:
        by_receipt = review.find(session, f"{device.name[:8]}-{record.fields.seq}")
        assert review.find(session, one) == by_receipt
        for text in ("", "none", "-2", "ffffffff-2", f"{device.name[:8]}-99", f"{device.name[:8]}-٢", "x-" + "9" * 30):
            with pytest.raises(Refused, match="no_request"):
                review.find(session, text)


def test_lists_are_bounded_and_chosen(office: OwnCentre, device: Device) -> None:
    for _ in range(3):
        sold(office, device)
    sell(device, birth(total_pt=1))
    office.arrive(device)
    with office.store.reading() as session:
        assert len(review.listed(session)) == 4
        assert [c.code for c in review.listed(session, "rejected", SHOP)] == ["fee_mismatch"]
        assert review.listed(session, shop="other") == []
        assert len(review.listed(session, "pending", limit=2)) == 2


def test_reading_personal_data_is_written_down(office: OwnCentre, device: Device) -> None:
    _, one = sold(office, device)
    with office.store.writing() as session:
        case = review.find(session, one)
        assert review.fields(office.centre, session, case, "amal", "citizen_asks") == {"name": "منى أحمد"}
        assert session.all("SELECT staff, act, subject FROM audit WHERE act = 'personal.read'") == [
            ("amal", "personal.read", one)
        ]
        session.run("DELETE FROM personal")
        assert review.fields(office.centre, session, case, "amal", "citizen_asks") == {}


def listed(office: OwnCentre) -> list[dict[str, object]]:
    return office.read(staff_requests.listed, 10)


def named(sold: Any, members: dict[str, Any]) -> dict[str, Any]:
    return {"epoch": sold.fields.epoch, "seq": sold.fields.seq, "id": members["id"]}


def test_an_escalation_and_a_wish_to_be_erased_are_for_the_staff(office: OwnCentre, device: Device) -> None:
    members = birth()
    sold = sell(device, members)
    of = named(sold, members)
    device.write(EntryType.FOLLOW_UP, {"v": 1, "kind": "escalated", "why": "wrong", **of})
    device.write(EntryType.ERASURE, {"v": 1, "kind": "asked", "requests": [of]})
    office.arrive(device)
    found = listed(office)
    assert sorted((one["act"], one["request"], one["why"]) for one in found) == [
        ("erasure.asked", members["id"], ""), ("request.escalated", members["id"], "wrong"),
    ]  # fmt: skip
    assert {one["device"] for one in found} == {device.name}
    assert case(office, sold).status == "pending"


@pytest.mark.parametrize(
    "members",
    [
        {"kind": "asked", "requests": "all"},
        {"kind": "asked", "requests": [7, {"epoch": "1", "seq": 3, "id": "x"}, {"epoch": 1, "seq": 3, "id": "a\0b"}]},
        {"kind": "asked", "requests": [{"epoch": 1, "seq": 3, "id": "of another"}]},
        {"kind": "asked"},
    ],
)
def test_a_wish_about_nothing_is_passed_over(office: OwnCentre, device: Device, members: dict[str, Any]) -> None:
    sell(device, birth())
    device.write(EntryType.ERASURE, {"v": 1, **members})
    office.arrive(device)
    assert listed(office) == []


def test_being_told_or_handed_over_is_no_wish(office: OwnCentre, device: Device) -> None:
    members = birth()
    of = named(sell(device, members), members)
    for kind in ("told", "arrived", "handed"):
        device.write(EntryType.FOLLOW_UP, {"v": 1, "kind": kind, **of})
    office.arrive(device)
    assert listed(office) == []
