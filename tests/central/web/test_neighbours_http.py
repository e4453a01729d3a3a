"""`POST /v1/shop/search` and `POST /v1/shop/refunds` from outside: signed both ways, of one shop, slowed down."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from central.rate_limit import Rate
from central.web.app import Rates
from protocol import strict_json
from protocol.documents import trust
from protocol.journal import personal
from protocol.journal.entries import EntryType
from protocol.wire import wire
from tests.central.requests.test_shop_search import WHO, decide, till
from tests.central.web.test_web import Served
from tests.harness.centre_sales import DAY, birth, sell
from tests.harness.own_centre import OPERATOR, OwnCentre
from tests.harness.wire_device import Device


@pytest.fixture
def served(small: OwnCentre) -> Iterator[Served]:
    """Takes four searches of a device, then one each second of a clock that stands."""
    running = Served(small, Rates(shop=Rate(60, 4)))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def shop(served: Served, small: OwnCentre) -> tuple[Device, Device]:
    small.publish_catalogue()
    found = till(small), till(small)
    for one in found:
        one.url = served.url
    return found


def post(office: OwnCentre, device: Device, path: str, members: dict[str, Any]) -> requests.Response:
    body, created = strict_json.dumps(members), office.clock() // 1000
    return device.send("POST", path, body, key="x", created=created)[0]


def search(office: OwnCentre, device: Device, **asked: Any) -> requests.Response:
    return post(office, device, wire.PATH_SHOP_SEARCH, {"v": 1, "op": OPERATOR, **asked})


def read(device: Device, answer: requests.Response, payload: str) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return device._mine(trust.open_object(answer.content, payload, device.keyset.feed), None)


def sold(office: OwnCentre, device: Device) -> dict[str, Any]:
    """What names a request that the centre has rejected."""
    members = birth()
    record = sell(device, members, personal.write_frame(secrets.token_bytes(16), {"fields": WHO}))
    office.arrive(device)
    decide(office, members["id"], "rejected")
    return {"device": device.name, "epoch": 1, "seq": record.fields.seq, "id": members["id"]}


def test_a_search_is_answered_signed_and_masked(small: OwnCentre, shop: tuple[Device, Device]) -> None:
    of = sold(small, shop[1])
    for asked in ({"national_id": WHO["national_id"]}, {"number": f"{shop[1].name[:8]}-{of['seq']}"}, {}):
        answer = search(small, shop[0], state="rejected", date=str(DAY), service="birth-cert", **asked)
        members = read(shop[0], answer, trust.FOUND)
        assert ([one["id"] for one in members["found"]], members["more"]) == ([of["id"]], False)
        assert WHO["national_id"] not in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        {"v": 2}, {"op": "nobody"}, {"op": 7}, {"state": "unsent"}, {"state": 7}, {"code": "short"},
        {"national_id": "2000101010001"}, {"mobile": "x"}, {"mobile": "01012345678", "code": "0" * 16},
        {"number": "no-number"}, {"number": "00000000-1", "mobile": "01012345678"}, {"date": "today"}, {"service": 7},
        {"service": ""},
    ],
)  # fmt: skip
def test_a_search_that_is_not_as_agreed_is_none(
    small: OwnCentre, shop: tuple[Device, Device], asked: dict[str, Any]
) -> None:
    assert search(small, shop[0], **asked).status_code == 400


def test_trying_out_numbers_is_slowed_down_for_each_till(small: OwnCentre, shop: tuple[Device, Device]) -> None:
    assert [search(small, shop[0]).status_code for _ in range(5)] == [200] * 4 + [429]
    assert search(small, shop[1]).status_code == 200
    small.clock.ms += 1_000
    assert search(small, shop[0]).status_code == 200


def test_a_hold_is_given_to_one_till_and_given_back(small: OwnCentre, shop: tuple[Device, Device]) -> None:
    one, other = shop
    of = sold(small, other)

    def ask(device: Device, act: str, **more: Any) -> dict[str, Any]:
        members = {"v": 1, "op": OPERATOR, "act": act, **of, **more}
        return read(device, post(small, device, wire.PATH_SHOP_REFUNDS, members), trust.REFUND)

    held = ask(one, "hold")
    assert (held["state"], held["of"], held["by"], held["total_pt"]) == (
        "held",
        of,
        one.statement.till,
        birth()["total_pt"],
    )
    refused = ask(other, "hold")
    assert (refused["state"], refused["why"], refused["by"]) == ("refused", "refund_held", one.statement.till)
    assert ask(other, "release", hold=held["hold"])["state"] == "free"
    assert ask(other, "hold")["state"] == "refused", "it was not its own to give back"
    assert ask(one, "release", hold=held["hold"])["state"] == "free"
    assert ask(other, "hold")["state"] == "held"


def test_what_the_selling_till_has_sent_is_looked_into_before_a_hold_is_given(
    small: OwnCentre, shop: tuple[Device, Device]
) -> None:
    """It paid without a line, and has just sent it."""
    one, other = shop
    of = sold(small, other)
    paid = {"v": 1, "op": OPERATOR, "login": 2, **of, "total_pt": birth()["total_pt"], "date": str(DAY)}
    del paid["device"]
    other.write(EntryType.REFUND, paid)
    small.take(other, other.items)
    answer = post(small, one, wire.PATH_SHOP_REFUNDS, {"v": 1, "op": OPERATOR, "act": "hold", **of})
    refused = read(one, answer, trust.REFUND)
    assert (refused["state"], refused["why"], refused["by"]) == ("refused", "refund_done", other.statement.till)


@pytest.mark.parametrize(
    "bent",
    [
        {"v": 2}, {"act": "take"}, {"act": None}, {"op": 7}, {"device": "x"}, {"device": 7}, {"epoch": "1"},
        {"seq": -1}, {"seq": True}, {"id": "x"}, {"act": "release"}, {"act": "release", "hold": "x"},
    ],
)  # fmt: skip
def test_a_refund_that_is_not_as_agreed_is_none(
    small: OwnCentre, shop: tuple[Device, Device], bent: dict[str, Any]
) -> None:
    of = {"device": shop[1].name, "epoch": 1, "seq": 3, "id": OPERATOR}
    members = {"v": 1, "op": OPERATOR, "act": "hold", **of, **bent}
    assert post(small, shop[0], wire.PATH_SHOP_REFUNDS, members).status_code == 400


def test_neither_is_for_strangers(served: Served) -> None:
    for path in (wire.PATH_SHOP_SEARCH, wire.PATH_SHOP_REFUNDS):
        assert requests.post(f"{served.url}{path}", json={}, timeout=10).status_code == 401
