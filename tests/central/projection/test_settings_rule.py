"""Which settings a request is judged by: those its device applied, as far as the shop ever had them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from central.documents import feed, publishing
from central.projection.chain_projection import OUTDATED_MS
from central.web import device_endpoints
from central.web.authentication import Caller
from central.web.exchange import ReceivedRequest
from protocol.catalogue.fees import ShopFees
from protocol.clock import HOUR_MS
from tests.central.projection.test_projection import case, decisions, device
from tests.harness.centre_sales import birth, body, sell
from tests.harness.own_centre import SHOP, OwnCentre, apply_settings
from tests.harness.wire_device import Device

__all__ = ["device"]


def publish(office: OwnCentre, fee_pt: int) -> None:
    office.act(publishing.publish_settings, SHOP, {"shop": {"service_fee_pt": fee_pt}})


def dear(fee_pt: int) -> dict[str, Any]:
    shop = ShopFees(fee_pt, {}, vat_registered=False, vat_permille=140)
    return body("birth-cert", {"copies": 1, "delivery": "pickup"}, shop=shop)


def ask(office: OwnCentre, device: Device, after: int) -> None:
    """The device asks for the page after `after`."""
    caller = Caller(office.standing(device), "n" * 22, "")
    device_endpoints.pull(office.centre, caller, ReceivedRequest("GET", "/v1/feed", f"after={after}", {}, b""))


def said(office: OwnCentre) -> list[dict[str, Any]]:
    rows = office.rows("SELECT subject, detail FROM audit WHERE act = 'settings.outdated' ORDER BY n")
    return [{"device": subject, **json.loads(detail)} for subject, detail in rows]


def known(office: OwnCentre, device: Device) -> tuple[int, int]:
    return office.read(feed.version_read, device.chain.device, "settings")


@pytest.mark.parametrize("invented", [3, 77, 2**53 - 1])
def test_a_version_that_the_shop_never_had_changes_nothing(office: OwnCentre, device: Device, invented: int) -> None:
    publish(office, 2_000)
    apply_settings(device, 2)
    apply_settings(device, invented)
    good, bad = sell(device, dear(2_000)), sell(device, dear(1_000))
    office.arrive(device)
    assert (case(office, good).status, case(office, bad).code) == ("pending", "fee_mismatch")


def test_without_any_that_the_shop_had_there_is_no_price(office: OwnCentre) -> None:
    office.publish_catalogue()
    made = office.enrol()
    made.open_epoch()
    apply_settings(made, 9)
    sell(made, birth())
    office.arrive(made)
    assert [told["code"] for told in decisions(office, made)] == ["unknown_settings"]


def test_a_device_is_known_to_have_what_it_has_asked_to_follow(office: OwnCentre, device: Device) -> None:
    publish(office, 2_000)
    last = office.read(feed.page, device.chain.device, 0).next
    ask(office, device, last - 1)
    assert known(office, device) == (0, 0)
    first = office.clock()
    ask(office, device, last)
    office.clock.ms += HOUR_MS
    ask(office, device, last)
    assert known(office, device) == (2, first)
    publish(office, 3_000)
    assert known(office, device) == (0, 0)


def test_old_settings_long_after_newer_ones_were_read_are_noticed_once(office: OwnCentre, device: Device) -> None:
    publish(office, 2_000)
    ask(office, device, 10**14)
    sell(device, birth())
    office.clock.ms += OUTDATED_MS
    office.arrive(device)
    assert said(office) == [], "it may have been sold before"
    for one in (birth(), birth()):
        office.clock.ms += 1
        sell(device, one)
        office.arrive(device)
    assert said(office) == [{"device": device.name, "epoch": 1, "used": 1, "known": 2}]
    assert decisions(office, device) == [], "a suspicion rejects nothing"


def test_an_epoch_that_is_over_ends_with_the_settings_it_had(office: OwnCentre, device: Device) -> None:
    again = office.enrol(device.chain.device)
    publish(office, 2_000)
    ask(office, again, 99)
    office.clock.ms += 2 * OUTDATED_MS
    sell(device, birth())
    office.arrive(device)
    assert said(office) == []


def test_who_applied_the_newer_ones_is_not_suspected(office: OwnCentre, device: Device) -> None:
    publish(office, 2_000)
    ask(office, device, 10**14)
    office.clock.ms += 2 * OUTDATED_MS
    apply_settings(device, 2)
    sell(device, dear(2_000))
    office.arrive(device)
    assert said(office) == []
