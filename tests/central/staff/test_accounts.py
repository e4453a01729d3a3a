"""Who lets people in and out: two administrators, and whoever holds the offline key."""

from __future__ import annotations

import pytest

from central import two_person_acts, two_person_rule
from central.requests import queue
from central.staff import accounts, sessions
from central.staff.accounts import Bounds
from central.staff.acts import Act, Role
from central.staff.people import Person, Scope
from protocol.clock import DAY_MS
from protocol.errors import Refused
from protocol.texts import Bilingual
from tests.central.requests.test_queue import sold
from tests.central.staff.people_of_tests import PASSWORD, Somebody, administrator, person, working
from tests.harness.own_centre import OwnCentre

NAMES = Bilingual("منى", "Mona")


@pytest.fixture
def amal(office: OwnCentre) -> Somebody:
    return administrator(office, "amal")


@pytest.fixture
def badr(office: OwnCentre, amal: Somebody) -> Somebody:
    return administrator(office, "badr")


def signed_in(one: Somebody) -> Person:
    return one.person(one.sign_in().text)


def only(office: OwnCentre, one: Person) -> int:
    (waiting,) = office.act(two_person_acts.waiting, one)
    return waiting.n


# ---- two administrators


def test_an_account_begins_by_two_and_its_owner_sets_what_opens_it(
    office: OwnCentre, amal: Somebody, badr: Somebody
) -> None:
    assert office.act(accounts.add, "mona", NAMES, "amal") is None
    assert office.rows("SELECT name FROM account WHERE name = 'mona'") == []
    with pytest.raises(Refused, match="second_person"):
        office.act(accounts.add, "mona", NAMES, "amal")
    second = signed_in(badr)
    wanted, told = office.act(two_person_acts.approve, second, only(office, second))
    assert (wanted.staff, wanted.subject) == ("amal", "mona")
    mona = Somebody(office, "mona")
    assert mona.activate(told).grants == ()
    assert office.act(accounts.grant, "mona", Role.OFFICER, Bounds(("civil",)), "amal") is False
    assert office.act(accounts.grant, "mona", Role.OFFICER, Bounds(("civil",)), "badr") is True
    assert signed_in(mona).may(Act.REQUEST_DECIDE, Scope("civil"))
    assert not signed_in(mona).may(Act.REQUEST_DECIDE, Scope("traffic"))


def test_two_sessions_of_one_person_are_one_person(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    first, second = signed_in(amal), signed_in(amal)
    assert first.session != second.session
    office.act(accounts.add, "mona", NAMES, first.account)
    with pytest.raises(Refused, match="second_person"):
        office.act(two_person_acts.approve, second, only(office, second))


def test_nobody_agrees_to_what_concerns_himself(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    office.act(accounts.grant, "badr", Role.FINANCE, Bounds(), "amal")
    second = signed_in(badr)
    with pytest.raises(Refused, match="about_yourself"):
        office.act(two_person_acts.approve, second, only(office, second))
    with pytest.raises(Refused, match="about_yourself"):
        office.act(accounts.grant, "badr", Role.FINANCE, Bounds(), "badr")
    assert not signed_in(badr).may(Act.MONEY_SEE)
    karim = administrator_by_two(office, "karim")
    office.act(two_person_acts.approve, signed_in(karim), only(office, signed_in(karim)))
    assert signed_in(badr).may(Act.MONEY_SEE)


def administrator_by_two(office: OwnCentre, name: str) -> Somebody:
    return working(office, name, Role.ADMINISTRATOR)


def test_whoever_may_not_do_it_may_not_agree_to_it(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    office.act(accounts.add, "mona", NAMES, "amal")
    n, officer = only(office, signed_in(badr)), person(office, "omar", Role.OFFICER)
    assert office.act(two_person_acts.waiting, officer) == []
    for act in (two_person_acts.approve, two_person_acts.withdraw):
        with pytest.raises(Refused, match="not_allowed"):
            office.act(act, officer, n)


def test_a_proposal_can_be_taken_back_and_stands_for_a_day(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    office.act(accounts.add, "mona", NAMES, "amal")
    first, second = signed_in(amal), signed_in(badr)
    office.act(two_person_acts.withdraw, first, only(office, first))
    assert office.act(two_person_acts.waiting, second) == []
    office.act(accounts.add, "mona", NAMES, "amal")
    n = only(office, second)
    office.clock.ms += DAY_MS
    assert office.act(two_person_acts.waiting, second) == []
    with pytest.raises(Refused, match="proposal_over"):
        office.act(two_person_acts.approve, second, n)


@pytest.mark.parametrize("name", ["", "a", "Amal", "أمل", "a" * 41, "-amal", "a b", "centre", "../x"])
def test_a_name_that_is_none_is_refused(office: OwnCentre, name: str) -> None:
    with pytest.raises(Refused, match="bad_account"):
        office.act(accounts.add, name, NAMES, "amal")


def test_a_name_is_never_given_twice(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    administrator_by_two(office, "karim")
    office.act(accounts.stop, "amal", "left", "badr")
    with pytest.raises(Refused, match="account_exists"):
        office.act(accounts.add, "amal", NAMES, "badr")


# ---- the paths out of trouble


def test_a_lost_second_factor_is_mended_by_two_and_nothing_of_before_opens(
    office: OwnCentre, amal: Somebody, badr: Somebody
) -> None:
    mona = working(office, "mona", Role.OFFICER)
    before = mona.sign_in()
    office.act(accounts.reset, "mona", "amal")
    assert sessions.look_up(office.centre, before.text) is not None, "one administrator shuts nobody out this way"
    code = office.act(accounts.reset, "mona", "badr")
    assert code is not None
    assert sessions.look_up(office.centre, before.text) is None
    with pytest.raises(Refused, match="sign_in_wrong"):
        mona.signing_in.password("mona", PASSWORD, "192.0.2.0/24", "test")
    mona.activate(code, "four green boats swim")
    assert mona.person(mona.sign_in("four green boats swim").text).may(Act.REQUEST_DECIDE)


def test_a_leaver_is_out_at_once_with_claims_and_proposals(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    administrator_by_two(office, "karim")
    mona = working(office, "mona", Role.OFFICER, Role.ADMINISTRATOR)
    there, request = signed_in(mona), sold(office)
    office.act(queue.claim, there, request)
    office.act(accounts.add, "hoda", NAMES, "mona")
    office.act(accounts.stop, "mona", "left", "amal")
    assert office.act(sessions.own, "mona") == []
    assert office.row("SELECT claimed_by FROM request").claimed_by == ""
    assert office.act(two_person_rule.waiting) == []
    with pytest.raises(Refused, match="account_stopped"):
        office.act(accounts.stop, "mona", "left", "amal")
    assert office.act(accounts.add, "hoda", NAMES, "badr") is None, "her word counts no more: this is the first again"


def test_a_role_that_is_taken_away_ends_what_stands_on_it(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    there = person(office, "mona", Role.OFFICER)
    office.act(accounts.withdraw, "mona", there.grants[0].n, "amal")
    assert office.act(sessions.own, "mona") == []
    with pytest.raises(Refused, match="no_grant"):
        office.act(accounts.withdraw, "mona", there.grants[0].n, "amal")


def test_a_proposal_ends_with_the_role_or_the_sign_in_it_was_made_by(
    office: OwnCentre, amal: Somebody, badr: Somebody
) -> None:
    karim = signed_in(administrator_by_two(office, "karim"))
    office.act(accounts.add, "hoda", NAMES, "karim")
    office.act(accounts.withdraw, "karim", karim.grants[0].n, "amal")
    assert office.act(two_person_rule.waiting) == []
    assert office.act(accounts.add, "hoda", NAMES, "badr") is None, "nobody else is asked to agree to his proposal"
    for staff in ("karim", "amal"):
        office.act(accounts.reset, "badr", staff)
    assert office.act(two_person_rule.waiting) == [], "whoever took the account over has said nothing that stands"


def test_two_administrators_stay(office: OwnCentre, amal: Somebody, badr: Somebody) -> None:
    grant = signed_in(badr).grants[0]
    with pytest.raises(Refused, match="last_administrators"):
        office.act(accounts.stop, "badr", "left", "amal")
    with pytest.raises(Refused, match="last_administrators"):
        office.act(accounts.withdraw, "badr", grant.n, "amal")


def test_the_offline_key_makes_administrators_while_there_are_fewer_than_two(office: OwnCentre, amal: Somebody) -> None:
    badr = administrator(office, "badr")
    with pytest.raises(Refused, match="administrators_there"):
        office.act(accounts.make_administrator, "karim", NAMES)
    office.run("UPDATE account SET state = 'stopped' WHERE name = 'amal'")
    code = office.act(accounts.make_administrator, "badr", NAMES)
    assert office.act(sessions.own, "badr") == [], "whoever lost everything begins anew"
    assert badr.activate(code).may(Act.ACCOUNTS_MANAGE)
    assert len(badr.person(badr.sign_in().text).grants) == 1
    assert office.rows("SELECT subject FROM audit WHERE act = 'account.by_offline_key'")[-1] == ("badr",)


def test_the_list_says_how_each_account_stands(office: OwnCentre, amal: Somebody) -> None:
    office.act(accounts.make_administrator, "badr", NAMES)
    listed = {one.name: (one.state, [grant.role for grant in grants]) for one, grants in office.read(accounts.listed)}
    assert listed["amal"][0] == "active"
    assert listed["badr"] == ("invited", [Role.ADMINISTRATOR])
    with pytest.raises(Refused, match="no_account"):
        office.act(accounts.reset, "nobody", "amal")
