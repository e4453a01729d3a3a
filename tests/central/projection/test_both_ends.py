"""What a use case of the counter writes, and what it does at the centre."""

from __future__ import annotations

from central.requests import staff_requests
from kiosk.model.service_request import Decision
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.own_centre import OwnCentre
from tests.harness.shop import Shop


def test_what_a_counter_escalates_the_staff_are_asked(office: OwnCentre) -> None:
    shop, device = Shop(FakeStore()).ready(), office.enrol()
    sold = shop.counter.desk.record(shop.sale()).request
    shop.store.commit([], [Decision(1, sold.seq, "rejected", "", "سبب", "Why", 5)])
    shop.counter.aftercare.escalate(sold.id, "wrong")
    device.carry(shop.store.journal.export(1))
    office.arrive(device)
    [asked] = office.read(staff_requests.listed, 10)
    assert (asked["act"], asked["request"], asked["why"]) == ("request.escalated", sold.id, "wrong")
