"""Where somebody is signed in, and how that ends."""

from __future__ import annotations

import pytest

from central.requests import queue
from central.staff import sessions
from central.staff.acts import Role
from protocol.errors import Refused
from tests.central.requests.test_queue import sold
from tests.central.staff.people_of_tests import PASSWORD, Somebody, working
from tests.harness.own_centre import OwnCentre


@pytest.fixture
def amal(small: OwnCentre) -> Somebody:
    return working(small, "amal", Role.OFFICER)


def test_a_session_ends_when_nobody_uses_it_and_after_a_working_day(amal: Somebody) -> None:
    office = amal.office
    token = amal.sign_in()
    office.clock.ms += sessions.IDLE_MS - 1
    assert sessions.look_up(office.centre, token.text) is not None
    office.clock.ms += sessions.IDLE_MS
    assert sessions.look_up(office.centre, token.text) is None
    token = amal.sign_in()
    begun_ms = office.clock.ms
    while office.clock.ms < begun_ms + sessions.LONGEST_MS - 1:
        assert sessions.look_up(office.centre, token.text) is not None
        office.clock.ms = min(office.clock.ms + sessions.IDLE_MS // 2, begun_ms + sessions.LONGEST_MS - 1)
    office.clock.ms += 1
    assert sessions.look_up(office.centre, token.text) is None


def test_what_is_no_token_is_nobodys(amal: Somebody) -> None:
    token = amal.sign_in()
    for text in ("", "x", token.text[:-1], token.text + "A", sessions.hash_of(token.text).hex(), "\ud800"):
        assert sessions.look_up(amal.office.centre, text) is None


def test_the_owner_sees_his_own_and_ends_one(small: OwnCentre, amal: Somebody) -> None:
    other = working(small, "badr", Role.OFFICER)
    strange = other.person(other.sign_in().text)
    first, second = (amal.person(amal.sign_in().text) for _ in range(2))
    shown = small.act(sessions.own, "amal")
    assert len(shown) == 3, "one since the activation"
    assert {one.network for one in shown} == {"192.0.2.0/24"}
    with pytest.raises(Refused, match="no_session"):
        small.act(sessions.revoke, first, strange.session.hex()[:16])
    small.act(sessions.revoke, first, second.session.hex()[:16])
    assert second.session not in [one.id for one in small.act(sessions.own, "amal")]
    with pytest.raises(Refused, match="no_session"):
        small.act(sessions.revoke, first, second.session.hex()[:16])


def test_whoever_signs_out_has_nothing_in_hand(small: OwnCentre, amal: Somebody) -> None:
    request, person = sold(small), amal.person(amal.sign_in().text)
    small.act(queue.claim, person, request)
    small.act(sessions.sign_out, person)
    assert small.row("SELECT claimed_by FROM request").claimed_by == ""
    assert len(small.act(sessions.own, "amal")) == 1


def test_an_account_that_is_stopped_is_nowhere_signed_in(amal: Somebody) -> None:
    token = amal.sign_in()
    amal.office.run("UPDATE account SET state = 'stopped'")
    assert sessions.look_up(amal.office.centre, token.text) is None


def test_what_is_long_over_is_forgotten_and_what_stands_is_not(amal: Somebody) -> None:
    office = amal.office
    amal.sign_in()
    office.clock.ms += sessions.LONGEST_MS + sessions.REMEMBERED_MS + 1
    token = amal.sign_in(PASSWORD)
    assert sessions.purge(office.centre) >= 1
    assert office.rows("SELECT account, ends_ms FROM staff_session") == [("amal", token.ends_ms)]
