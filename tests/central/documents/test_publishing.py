"""Signed documents: merged, versioned, refused when odd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from central.documents import publishing
from central.documents.setting_names import members_of
from central.store import key_files
from central.store.interface import Session
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.documents import trust
from protocol.documents.operators import is_activation, read_operators
from protocol.documents.settings import read_settings
from protocol.documents.trust import Forged, payload
from protocol.errors import Refused
from protocol.keys import SeedSigner
from tests.harness.own_centre import SHOP, OwnCentre


def change(office: OwnCentre, changes: dict[str, Any]) -> int:
    return office.act(publishing.publish_settings, SHOP, changes)


def current(office: OwnCentre, kind: str, scope: str = SHOP) -> dict[str, Any]:
    envelope = office.read(publishing.read, kind, scope)
    assert envelope is not None
    return payload(envelope)


def test_changes_add_up_and_the_rest_keeps_its_default(office: OwnCentre) -> None:
    assert change(office, {"limits": {"unsent_soft": 6, "unsent_hard": 7}}) == 2
    assert change(office, {"shop": {"service_fees_pt": {"birth-cert": 525}}, "support_phone": "19000"}) == 3
    ruled = read_settings(current(office, "settings"))
    assert (ruled.limits.unsent_hard, ruled.limits.unsent_soft, ruled.limits.age_hard_h) == (7, 6, 240)
    assert ruled.fees.service_fees_pt == {"birth-cert": 525}
    assert (ruled.support_phone, ruled.public_address) == ("19000", "https://centre.test")
    assert (ruled.shop.id, ruled.shop.name.ar) == (SHOP, "منفذ الدقي")


def test_an_odd_fee_of_an_older_release_stops_no_other_change(office: OwnCentre) -> None:
    office.run("UPDATE shop SET members = ? WHERE id = ?", '{"shop":{"service_fee_pt":510}}', SHOP)
    assert change(office, {"support_phone": "19000"}) == 2
    assert read_settings(current(office, "settings")).fees.service_fee_pt == 510


def test_settings_are_signed_by_the_feed_key(office: OwnCentre) -> None:
    envelope = office.read(publishing.read, "settings", SHOP, 1)
    assert envelope is not None
    keyset = publishing.keyset_of(office.centre)
    assert trust.open_object(envelope, trust.SETTINGS, keyset.feed)["version"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"limits": {"unsent_hard": "many"}}, "setting_value"),
        ({"shop": {"service_fee_pt": 1.5}}, "setting_value"),
        ({"shop": {"service_fee_pt": 510}}, "setting_value"),
        ({"shop": {"service_fees_pt": {"birth-cert": 1501}}}, "setting_value"),
        ({"shop": {"service_fees_pt": 5}}, "unknown_setting"),
        ({"shop": 5}, "unknown_setting"),
        ({"idle_lock_s": -1}, "setting_value"),
        ({"limits": {"money_hard_pt": 0}}, "setting_value"),
        ({"limits": {"age_hard_h": 0}}, "setting_value"),
        ({"backups": {"second": "stick"}}, "setting_value"),
        ({"shop": {"hours": {"opens": 23}}}, "setting_value"),
        ({"limits": {"unsent_hard": 7}}, "setting_order"),
        ({"limits": {"age_warn_h": 100}}, "setting_order"),
        ({"limits": {"catalogue_hard_h": 71}}, "setting_order"),
        ({"limits": {"money_hard_pt": 100_000}}, "setting_stops"),
        ({"limits": {"money_soft_percent": 1}}, "setting_stops"),
    ],
)
def test_odd_settings_change_nothing(office: OwnCentre, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=code):
        change(office, changes)
    assert current(office, "settings")["version"] == 1


def test_the_limits_are_compared_as_they_are_once_merged(office: OwnCentre) -> None:
    change(office, {"limits": {"unsent_soft": 20, "unsent_hard": 30}})
    with pytest.raises(Refused, match="setting_order") as refused:
        change(office, {"limits": {"unsent_hard": 19}})
    assert (refused.value.values["lower"], refused.value.values["most"]) == ("limits.unsent_soft", 19)


def test_opening_hours_are_judged_with_those_that_are_set(office: OwnCentre) -> None:
    change(office, {"shop": {"hours": {"closes": 24}}})
    assert change(office, {"shop": {"hours": {"opens": 23}}}) == 3


def test_a_shop_whose_settings_stop_sales_hears_of_a_new_key(office: OwnCentre) -> None:
    office.run("UPDATE shop SET members = ? WHERE id = ?", '{"limits":{"unsent_hard":1}}', SHOP)
    with office.store.writing() as session:
        publishing.publish_all_settings(office.centre, session)
    with pytest.raises(Refused, match="setting_order"):
        change(office, {"support_phone": "19000"})
    assert current(office, "settings")["version"] == 2


def test_a_member_of_the_settings_without_a_rule_is_an_error() -> None:
    @dataclass(frozen=True)
    class New:
        max_thing: int = 0

    with pytest.raises(TypeError, match=r"a\.max_thing has no rule"):
        dict(members_of(New, "a."))


def test_a_shop_that_is_not_there_gets_nothing(office: OwnCentre) -> None:
    with office.store.writing() as session:
        for publish in (publishing.publish_settings, publishing.publish_operators):
            with pytest.raises(Refused, match="no_shop"):
                publish(office.centre, session, "none")
        assert publishing.members_in_force(session, office.centre, "none") == publishing.defaults(office.centre)


def test_people_are_told_to_the_counter_with_the_hash_of_their_code(office: OwnCentre) -> None:
    from protocol.documents.operators import activation_hash

    with office.store.writing() as session:
        add_person(session, "1", b"s" * 16, activation_hash("0123456789A", b"s" * 16))
        add_person(session, "2", None, None)
        assert publishing.publish_operators(office.centre, session, SHOP) == 2
    people = read_operators(current(office, "operators"))
    assert is_activation(people["1"], "0123456789A")
    assert people["2"].activation is None


def add_person(session: Session, operator: str, salt: bytes | None, digest: bytes | None) -> None:
    session.run(
        "INSERT INTO operator VALUES (?, ?, 'منى', 'Mona', 'operator', 1, 99, ?, ?)", operator, SHOP, salt, digest
    )


def envelope_of(office: OwnCentre, version: int, signer: SeedSigner | None = None) -> bytes:
    members = catalogue_members(version, "2026-01-01", None, bundled_services())
    return trust.seal_object(trust.CATALOGUE, members, signer or key_files.catalogue_signer(office.root))


def test_a_catalogue_only_goes_up(office: OwnCentre) -> None:
    with office.store.writing() as session:
        assert publishing.publish_catalogue(office.centre, session, envelope_of(office, 3)) == 3
        for version in (3, 2):
            with pytest.raises(Refused, match="old_catalogue"):
                publishing.publish_catalogue(office.centre, session, envelope_of(office, version))
        assert publishing.newest(session, "catalogue", "") == 3


def test_a_catalogue_of_another_signer_is_no_catalogue(office: OwnCentre) -> None:
    forged = [envelope_of(office, 1, SeedSigner(b"x" * 32)), envelope_of(office, 1, office.centre.keys.signer("feed"))]
    for envelope in (*forged, b"{}", b""):
        with office.store.writing() as session, pytest.raises(Forged):
            publishing.publish_catalogue(office.centre, session, envelope)


def test_signed_nonsense_is_no_catalogue(office: OwnCentre) -> None:
    signed = trust.seal_object(trust.CATALOGUE, {"v": 1}, key_files.catalogue_signer(office.root))
    with office.store.writing() as session, pytest.raises(Refused, match="catalogue_form"):
        publishing.publish_catalogue(office.centre, session, signed)


def test_objects_are_merged_and_all_else_replaced() -> None:
    base = {"a": {"b": 1, "c": [1]}, "d": 1}
    assert publishing.merged(base, {"a": {"c": [2]}, "d": {"e": 1}}) == {"a": {"b": 1, "c": [2]}, "d": {"e": 1}}
    assert base == {"a": {"b": 1, "c": [1]}, "d": 1}
