"""What a counter asks of the staff is written down for them, and does nothing by itself."""

from __future__ import annotations

from typing import Any

import pytest

from central.requests import staff_requests
from protocol.journal.kj01 import EntryType
from tests.central.projection.test_projection import case, device
from tests.harness.centre_office import Office
from tests.harness.centre_sales import birth, sell
from tests.harness.wire_device import Device

__all__ = ["device"]


def listed(office: Office) -> list[dict[str, object]]:
    with office.store.reading() as session:
        return staff_requests.listed(session, 10)


def named(sold: Any, members: dict[str, Any]) -> dict[str, Any]:
    return {"epoch": sold.fields.epoch, "seq": sold.fields.seq, "id": members["id"]}


def test_an_escalation_and_a_wish_to_be_erased_are_for_the_staff(office: Office, device: Device) -> None:
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
def test_a_wish_about_nothing_is_passed_over(office: Office, device: Device, members: dict[str, Any]) -> None:
    sell(device, birth())
    device.write(EntryType.ERASURE, {"v": 1, **members})
    office.arrive(device)
    assert listed(office) == []


def test_being_told_or_handed_over_is_no_wish(office: Office, device: Device) -> None:
    members = birth()
    of = named(sell(device, members), members)
    for kind in ("told", "arrived", "handed"):
        device.write(EntryType.FOLLOW_UP, {"v": 1, "kind": kind, **of})
    office.arrive(device)
    assert listed(office) == []
