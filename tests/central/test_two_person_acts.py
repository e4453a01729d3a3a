"""Every act that takes two people: one alone does nothing, however many sessions he has; a second one does it once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from central import two_person_acts
from central.devices import decommissioning
from central.documents import catalogue_publication, shops
from central.money import shop_float
from central.requests import approvals, erasure, officer_decision, review
from central.requests.review import Decision, Seen
from central.staff import accounts
from central.staff.accounts import Bounds
from central.staff.acts import ROLES, RULES, Act, Role
from central.staff.people import Grant, Person
from central.store import key_files
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.clock import DAY_MS
from protocol.documents import trust
from protocol.errors import Refused
from protocol.texts import Bilingual
from tests.central.requests.test_approvals import asked
from tests.central.requests.test_queue import sold
from tests.harness.own_centre import SHOP, OwnCentre, apply_settings
from tests.harness.wire_device import Device

NAMES: Final = Bilingual("هدى", "Hoda")
BY_FILE: Final = {"backup.opened"}
"""Tried with their files in tests/central/devices; of releases in tests/central/releases."""
First = Callable[[str], object]
"""Says the word of somebody."""
Laid = Callable[[OwnCentre], tuple[First, str]]
"""What lays an act before two people, and a question whose answer changes when it is done."""


def anybody(name: str, session: int = 0, **bounds: Any) -> Person:
    return Person(name, Bilingual(name, name), bytes([session]) * 32, tuple(Grant(1, role, **bounds) for role in Role))


def lay_account(office: OwnCentre) -> tuple[First, str]:
    return lambda who: office.act(accounts.add, "hoda", NAMES, who), "SELECT count(*) FROM account WHERE name = 'hoda'"


def _somebody(office: OwnCentre) -> None:
    with office.store.writing() as session:
        accounts._made(office.centre, session, "hoda", NAMES)


def lay_reset(office: OwnCentre) -> tuple[First, str]:
    _somebody(office)
    office.run("UPDATE account SET state = 'active'")
    return lambda who: office.act(accounts.reset, "hoda", who), "SELECT state FROM account"


def lay_grant(office: OwnCentre) -> tuple[First, str]:
    _somebody(office)
    grant = ("hoda", Role.OFFICER, Bounds(("civil-status",), (), (), 5))
    return lambda who: office.act(accounts.grant, *grant, who), "SELECT count(*) FROM account_grant"


def lay_reverse(office: OwnCentre) -> tuple[First, str]:
    office.act(shop_float.pay_in, SHOP, 5_000, "B-1", "amal")
    return lambda who: office.act(
        shop_float.reverse, SHOP, "B-1", "typed wrong", who
    ), "SELECT sum(amount_pt) FROM float_entry"


def _device(office: OwnCentre) -> Device:
    office.publish_catalogue()
    made = office.enrol()
    made.open_epoch()
    apply_settings(made)
    return made


def lay_erase(office: OwnCentre) -> tuple[First, str]:
    device = _device(office).chain.device
    return lambda who: office.act(decommissioning.erase_by_two, device, who, "stolen"), "SELECT state FROM chain"


def _decided(office: OwnCentre) -> Any:
    request = sold(office)
    decision = Decision(request.seq, request.id, "approved", "approved", Bilingual("", ""))
    office.act(review.decide, request, decision, "omar")
    return office.read(review.find, request.id)


def lay_replace(office: OwnCentre) -> tuple[First, str]:
    request = _decided(office)
    no, seen = (
        Decision(request.seq, request.id, "rejected", "R7", Bilingual("السبب", "the reason")),
        Seen(1, "taken for another"),
    )
    return lambda who: office.act(officer_decision.reverse, request, no, who, seen), "SELECT status FROM request"


def lay_forget(office: OwnCentre) -> tuple[First, str]:
    request = _decided(office)
    office.run("UPDATE chain SET durable = hwm")
    office.clock.ms += 61 * DAY_MS
    return lambda who: office.act(erasure.erase_by_two, request, 60, who), "SELECT count(*) FROM personal"


def lay_notice(office: OwnCentre) -> tuple[First, str]:
    _device(office)
    text = Bilingual("خبر", "News")
    return lambda who: office.act(
        shops.notice_to_all, text, who
    ), "SELECT count(*) FROM feed_item WHERE kind = 'notice'"


def lay_catalogue(office: OwnCentre) -> tuple[First, str]:
    members = catalogue_members(7, "2020-01-01", None, bundled_services())
    envelope = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))
    return (
        lambda who: office.act(catalogue_publication.publish_by_two, envelope, who)[1],
        "SELECT count(*) FROM document WHERE kind = 'catalogue'",
    )


def lay_override(office: OwnCentre) -> tuple[First, str]:
    one = asked(office, _device(office), what="void", of=3, amount_pt=5_500)
    office.act(approvals.decide, one, "denied", "omar")
    return (
        lambda who: office.act(approvals.override_by_two, office.read(approvals.find, one.id), who),
        "SELECT state FROM approval",
    )


LAID: Final[dict[str, Laid]] = {
    "account.added": lay_account, "account.reset": lay_reset, "account.granted": lay_grant,
    "float.reversed": lay_reverse, "device.erased": lay_erase, officer_decision.REPLACED: lay_replace,
    "personal.erased": lay_forget, "notice.sent": lay_notice, "catalogue.published": lay_catalogue,
    "approval.overridden": lay_override,
}  # fmt: skip


def test_every_act_of_two_is_tried_and_every_rule_of_two_has_one() -> None:
    releases = {name for name in two_person_acts.ACTS if name.startswith("release.")}
    assert set(two_person_acts.ACTS) == set(LAID) | BY_FILE | releases
    wanted = {act for act in Act if RULES[act].two} - {Act.DEVICE_ADMIT}  # a slot is made by one, approved by another
    assert {one.act for one in two_person_acts.ACTS.values()} - {Act.CENTRE_RUN} == wanted


@pytest.mark.parametrize("name", sorted(LAID))
def test_one_person_does_nothing_and_a_second_does_it_once(small: OwnCentre, name: str) -> None:
    say, asked_of = LAID[name](small)
    before = tuple(small.row(asked_of))
    assert not say("amal")
    (waiting,) = small.act(two_person_acts.waiting, anybody("badr"))
    assert (waiting.act, waiting.staff) == (name, "amal")
    for again in (say, lambda who: small.act(two_person_acts.approve, anybody(who, 2), waiting.n)):
        with pytest.raises(Refused, match="second_person"):
            again("amal")
    assert tuple(small.row(asked_of)) == before
    small.act(two_person_acts.approve, anybody("badr"), waiting.n)
    assert tuple(small.row(asked_of)) != before
    with pytest.raises(Refused, match="proposal_over"):
        small.act(two_person_acts.approve, anybody("karim"), waiting.n)
    assert small.act(two_person_acts.waiting, anybody("karim")) == []


@pytest.mark.parametrize("name", sorted(set(LAID) - {"notice.sent", "catalogue.published"}))
def test_whoever_is_bound_elsewhere_does_not_see_it(small: OwnCentre, name: str) -> None:
    LAID[name](small)[0]("amal")
    (waiting,) = small.act(two_person_acts.waiting, anybody("badr"))
    rule = RULES[two_person_acts.ACTS[name].act]
    bounded: dict[str, dict[str, Any]] = {
        "request": {"authorities": ("traffic",)}, "shop": {"governorates": ("Aswan",)}, "amount": {"limit_pt": 1},
    }  # fmt: skip
    bounds = bounded.get(rule.scope, {})
    stranger = anybody("badr", **bounds) if bounds else Person("badr", NAMES, bytes(32), (Grant(1, Role.OFFICER),))
    assert small.act(two_person_acts.waiting, stranger) == []
    with pytest.raises(Refused, match="not_allowed"):
        small.act(two_person_acts.approve, stranger, waiting.n)


def test_another_catalogue_of_the_same_number_is_not_what_the_first_one_wanted(small: OwnCentre) -> None:
    def envelope(since: str) -> bytes:
        members = catalogue_members(7, since, None, bundled_services())
        return trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(small.root))

    small.act(catalogue_publication.publish_by_two, envelope("2020-01-01"), "amal")
    assert small.act(catalogue_publication.publish_by_two, envelope("2021-01-01"), "badr") == (7, None)
    (_, waiting) = small.act(two_person_acts.waiting, anybody("amal"))
    small.act(two_person_acts.approve, anybody("amal"), waiting.n)
    assert small.rows("SELECT version FROM document WHERE kind = 'catalogue'") == [(7,)]
    with pytest.raises(Refused, match="proposal_over"):
        small.act(catalogue_publication.publish_waiting, 7, waiting.said["sha256"], "karim")


def test_whoever_agrees_by_number_agrees_to_that_catalogue_and_not_to_a_later_one(small: OwnCentre) -> None:
    for since in ("2020-01-01", "2021-01-01"):
        members = catalogue_members(7, since, None, bundled_services())
        envelope = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(small.root))
        small.act(catalogue_publication.publish_by_two, envelope, "amal")
    before, _ = small.act(two_person_acts.waiting, anybody("badr"))
    with pytest.raises(Refused, match="proposal_over"):
        small.act(two_person_acts.approve, anybody("badr"), before.n)
    assert small.rows("SELECT version FROM document WHERE kind = 'catalogue'") == []


def test_each_of_two_proposals_on_one_subject_is_agreed_to_by_its_own_number(small: OwnCentre) -> None:
    _somebody(small)
    for authority in ("civil-status", "traffic"):
        small.act(accounts.grant, "hoda", Role.OFFICER, Bounds((authority,)), "amal")
    first, later = small.act(two_person_acts.waiting, anybody("badr"))
    small.act(two_person_acts.approve, anybody("badr"), first.n)
    assert small.rows("SELECT authorities FROM account_grant") == [('["civil-status"]',)]
    assert [one.n for one in small.act(two_person_acts.waiting, anybody("badr"))] == [later.n]


def test_what_has_become_something_else_is_not_said_to_be_done(small: OwnCentre) -> None:
    small.act(shop_float.pay_in, SHOP, 5_000, "B-1", "amal")
    for because in ("typed wrong", "paid twice"):
        small.act(shop_float.reverse, SHOP, "B-1", because, "amal")
    stale, other = small.act(two_person_acts.waiting, anybody("badr"))
    small.act(two_person_acts.approve, anybody("badr"), other.n)
    small.act(shop_float.pay_in, SHOP, 9_000, "B-1", "amal")
    with pytest.raises(Refused, match="proposal_over"):
        small.act(two_person_acts.approve, anybody("badr"), stale.n)
    assert small.row("SELECT sum(amount_pt) AS pt FROM float_entry").pt == 9_000
    assert [one.staff for one in small.act(two_person_acts.waiting, anybody("badr"))] == ["amal"]


def test_roles_that_may_propose_may_agree() -> None:
    for one in two_person_acts.ACTS.values():
        assert [role for role in Role if one.act in ROLES[role]], one.act
