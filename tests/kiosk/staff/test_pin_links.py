"""A forgotten PIN, mended by telephone and without a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.model.store_changes import PutDocument
from protocol.documents import trust
from protocol.errors import Refused
from protocol.values import links
from tests.harness.shop import CODE, FEED, OPERATOR, PIN, SUPERVISOR, Shop, operators

SECRET = bytes(range(32))
NEW = "730184"


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(Refused, match=code):
        act()


def linked(version: int = 2, **changes: object) -> PutDocument:
    members = operators(version)
    for person in members["operators"]:
        person |= {"link": links.tail(SECRET, person["id"]), **changes}
    return PutDocument("operators", version, trust.seal_object(trust.OPERATORS, members, FEED))


def told(used: int = 0) -> str:
    return links.link(SECRET, OPERATOR, used)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The operator had a PIN, and has forgotten it."""
    shop.counter.journal.write([], [linked()])
    shop.counter.people.activate(OPERATOR, CODE, PIN)
    shop.counter.people.sign_out()
    return shop


def test_a_link_sets_a_new_pin_once(shop: Shop) -> None:
    people = shop.counter.people
    people.activate(OPERATOR, told().lower(), NEW)
    people.sign_out()
    refused("pin_wrong", lambda: people.sign_in(OPERATOR, PIN))
    people.sign_in(OPERATOR, NEW)
    people.sign_out()
    refused("activation_wrong", lambda: people.activate(OPERATOR, told(), PIN))
    people.activate(OPERATOR, told(1), PIN)


def test_ten_wrong_pins_do_not_lock_the_way_out(shop: Shop) -> None:
    people = shop.counter.people
    for _ in range(10):
        with pytest.raises(Refused):
            people.sign_in(OPERATOR, NEW)
        shop.clock.pass_ms(3_600_000)
    refused("pin_locked", lambda: people.sign_in(OPERATOR, PIN))
    people.activate(OPERATOR, told(), NEW)
    people.sign_out()
    people.sign_in(OPERATOR, NEW)


def test_guessed_links_cost_waits_and_one_heard_wrong_costs_nothing(shop: Shop) -> None:
    people = shop.counter.people
    wrong = links.link(bytes(32), OPERATOR, 0)
    for _ in range(5):
        refused("activation_wrong", lambda: people.activate(OPERATOR, wrong, NEW))
    refused("pin_wait", lambda: people.activate(OPERATOR, told(), NEW))
    heard = told()[:-1] + ("0" if told()[-1] != "0" else "1")
    refused("code_check", lambda: people.activate(OPERATOR, heard, NEW))


def test_a_new_chain_of_the_centre_begins_at_its_own_tail(shop: Shop) -> None:
    people = shop.counter.people
    people.activate(OPERATOR, told(), NEW)
    people.sign_out()
    other = bytes(32)
    shop.counter.journal.write([], [linked(3, link=links.tail(other, OPERATOR))])
    refused("activation_wrong", lambda: people.activate(OPERATOR, told(1), PIN))
    people.activate(OPERATOR, links.link(other, OPERATOR, 0), PIN)


def test_no_first_pin_is_set_by_telephone(shop: Shop) -> None:
    link = links.link(SECRET, SUPERVISOR, 0)
    refused("pin_none", lambda: shop.counter.people.activate(SUPERVISOR, link, "73018492"))


def test_a_pin_mended_is_void_when_the_centre_resets_the_person(shop: Shop) -> None:
    people = shop.counter.people
    people.activate(OPERATOR, told(), NEW)
    people.sign_out()
    shop.counter.journal.write([], [linked(3, pins=["00" * 32])])
    refused("pin_none", lambda: people.sign_in(OPERATOR, NEW))
