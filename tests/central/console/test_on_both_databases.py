"""The same pages on either database: what one takes the other must take."""

from __future__ import annotations

import secrets

import pytest

from central.staff.acts import Role
from protocol.journal import personal
from tests.central.console.conftest import CITIZEN
from tests.central.console.test_every_page import _judge, _pages
from tests.harness.centre_sales import birth, sell
from tests.harness.console_desk import Desk
from tests.harness.own_centre import OwnCentre, apply_settings
from tests.harness.wire_device import Device


@pytest.fixture
def both(office: OwnCentre) -> Desk:
    office.publish_catalogue()
    return Desk(office)


def _sold(desk: Desk, count: int) -> tuple[Device, list[str]]:
    device = desk.office.enrol()
    apply_settings(device)
    found = [birth() for _ in range(count)]
    for one in found:
        sell(device, one, personal.write_frame(secrets.token_bytes(16), {"fields": CITIZEN}))
    desk.office.arrive(device)
    return device, [str(one["id"]) for one in found]


def test_every_page(both: Desk) -> None:
    device, requests = _sold(both, 2)
    everybody = both.person("boss", *Role)
    for path in _pages(device, requests[0]):
        everybody.get(path)
        _judge(everybody, path)


def test_letters_that_no_database_keeps_name_nothing(both: Desk) -> None:
    everybody = both.person("boss", *Role)
    for path in ("shops/%00", "requests/%00", "devices/%00", "accounts/%00"):
        assert everybody.http.get(f"/staff/{path}").status_code == 404, path
    everybody.post("/staff/requests/bulk", decision="approved", chosen=["a\0b/0"])
    assert everybody.status == 200
    assert "a\0b" not in everybody.last.text
