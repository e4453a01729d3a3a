"""A counter moves to another shop from its page, once it has said that it leaves nothing behind."""

from __future__ import annotations

import uuid

import pytest

from central.documents import shops
from central.staff.acts import Role
from protocol.journal.entries import EntryType
from protocol.texts import Bilingual
from tests.harness.console_desk import Browser, Desk
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device

THERE = "CAI-002"


@pytest.fixture
def path(desk: Desk, device: Device) -> str:
    desk.office.act(shops.add, THERE, Bilingual("هناك", "There"), "amal")
    desk.office.act(shops.add, "GIZ-001", Bilingual("بعيد", "Far"), "amal")
    return f"/staff/devices/{uuid.UUID(bytes=device.chain.device)}"


def _left(desk: Desk, device: Device, kind: str = "move") -> None:
    device.write(EntryType.LEAVING, {"v": 1, "kind": kind, "unsent": 0, "at": len(device.items)})
    desk.office.arrive(device)


def _move(browser: Browser, path: str, shop: str) -> None:
    browser.post(f"{path}/move", {**browser.get(path).form(f"{path}/move"), "shop": shop})


def test_a_counter_that_has_left_gets_a_slot_in_another_shop_once(desk: Desk, device: Device, path: str) -> None:
    amal = desk.person("amal", Role.ENROLMENT)
    _left(desk, device)
    form = {**amal.get(path).form(f"{path}/move"), "shop": THERE}
    amal.post(f"{path}/move", form)
    assert "Enrolment code" in amal.last.text
    assert "There" in amal.last.text
    slot = desk.office.row("SELECT shop, device FROM slot WHERE state = 'open' ORDER BY slot DESC")
    assert (slot.shop, slot.device) == (THERE, device.chain.device)
    before = len(desk.office.rows("SELECT slot FROM slot"))
    amal.post(f"{path}/move", form)
    assert amal.status == 409
    assert len(desk.office.rows("SELECT slot FROM slot")) == before
    assert [row.staff for row in desk.office.rows("SELECT staff FROM audit WHERE act = 'device.moved'")] == ["amal"]


@pytest.mark.parametrize(
    ("left", "shop", "says"),
    [
        ("", THERE, "has not left its shop"), ("retire", THERE, "has not left its shop"),
        ("move", SHOP, "is in this shop already"), ("move", "CAI-999", "Nothing has that name or number"),
        ("move", "GIZ-001", "Nothing has that name or number"), ("move", "", "Something is missing"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_and_typed_again(
    desk: Desk, device: Device, path: str, left: str, shop: str, says: str
) -> None:  # fmt: skip
    bound = desk.person("badr", Role.ENROLMENT, governorates=("CAI",))
    if left:
        _left(desk, device, left)
    _move(bound, path, shop)
    assert bound.status == 409
    assert says in bound.last.text
    assert bound.last.form(f"{path}/move")["shop"] == shop
    assert desk.office.rows("SELECT slot FROM slot WHERE state = 'open'") == []
