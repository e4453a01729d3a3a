"""A catalogue goes to the pilot shops first, then to all; back only under a higher number."""

from __future__ import annotations

import pytest

from central.centre import Centre
from central.documents import catalogue_publication, publishing
from central.documents.catalogue_publication import Reach
from central.releases import rollout
from central.store import key_files
from central.store.interface import Session
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.documents import trust
from protocol.errors import Refused
from tests.harness.own_centre import SHOP, OwnCentre
from tests.harness.wire_device import Device

OTHER = "GIZ-002"


def _signed(office: OwnCentre, version: int) -> bytes:
    members = catalogue_members(version, "2020-01-01", None, bundled_services())
    return trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))


def _publish(office: OwnCentre, version: int, reach: Reach = "all") -> None:
    envelope = _signed(office, version)
    for staff in ("laila", "samir"):
        office.act(catalogue_publication.publish_by_two, envelope, staff, reach)


def _pilot(office: OwnCentre, shop: str = SHOP) -> None:
    def set_pilot(centre: Centre, session: Session) -> None:
        rollout.set_pilot(centre, session, shop, "amal", pilot=True)

    office.act(set_pilot)


def _version(office: OwnCentre, device: Device) -> int:
    """Of the catalogue in its feed."""
    return int(next(one["version"] for one in office.feed(device) if one["kind"] == "catalogue"))


@pytest.fixture
def two(office: OwnCentre) -> tuple[Device, Device]:
    """A counter of a pilot shop, and one of another."""
    from central.documents import shops
    from protocol.texts import Bilingual

    office.act(shops.add, OTHER, Bilingual("آخر", "Other"), "amal")
    office.publish_catalogue()
    _pilot(office)
    return office.enrol(), office.enrol(shop=OTHER)


def test_the_pilots_have_it_before_all_others(office: OwnCentre, two: tuple[Device, Device]) -> None:
    pilot, other = two
    _publish(office, 2, "pilots")
    assert (_version(office, pilot), _version(office, other)) == (2, 1)
    assert publishing.catalogue(office.centre, 2) is not None, "what the pilots sell is judged by it"
    found = publishing.newest_catalogue(office.centre), publishing.latest_catalogue(office.centre)
    assert [one and one.version for one in found] == [1, 2]
    assert office.act(catalogue_publication.widen_by_two, 2, "laila") is None
    with pytest.raises(Refused, match="second_person"):
        office.act(catalogue_publication.widen_by_two, 2, "laila")
    assert office.act(catalogue_publication.widen_by_two, 2, "samir") == "laila"
    assert (_version(office, pilot), _version(office, other)) == (2, 2)
    with pytest.raises(Refused, match="old_catalogue"):
        office.act(catalogue_publication.widen_by_two, 2, "laila")


def test_numbers_only_rise_whoever_has_them(office: OwnCentre, two: tuple[Device, Device]) -> None:
    del two
    _publish(office, 2, "pilots")
    for version, reach in ((2, "pilots"), (1, "all"), (1, "pilots")):
        with pytest.raises(Refused, match="old_catalogue"):
            _publish(office, version, reach)  # type: ignore[arg-type]
    other = trust.seal_object(
        trust.CATALOGUE, catalogue_members(2, "2021-01-01", None, bundled_services()),
        key_files.catalogue_signer(office.root),
    )  # fmt: skip
    with pytest.raises(Refused, match="old_catalogue"):
        office.act(catalogue_publication.publish_by_two, other, "laila")
    with pytest.raises(Refused, match="catalogue_untried"):
        office.act(catalogue_publication.widen_by_two, 7, "laila")
    _publish(office, 3, "pilots")
    with pytest.raises(Refused, match="old_catalogue"):
        office.act(catalogue_publication.widen_by_two, 2, "laila")
    _publish(office, 4)
    newest = publishing.newest_catalogue(office.centre)
    assert newest is not None
    assert newest.version == 4


def test_without_pilots_nobody_tries_it(office: OwnCentre) -> None:
    with pytest.raises(Refused, match="catalogue_no_pilots"):
        office.act(catalogue_publication.publish_by_two, _signed(office, 1), "laila", "pilots")


def test_who_comes_to_the_pilots_has_what_they_try(office: OwnCentre, two: tuple[Device, Device]) -> None:
    _, other = two
    _publish(office, 2, "pilots")
    _pilot(office, OTHER)
    assert _version(office, other) == 2
    assert _version(office, office.enrol()) == 2
    assert publishing.EVERYWHERE == ""
    in_force = office.read(publishing.documents_in_force, OTHER, bytes(16))
    assert trust.payload(in_force["catalogue"])["version"] == 2


def test_a_counter_that_has_the_newer_one_is_given_no_older(office: OwnCentre, two: tuple[Device, Device]) -> None:
    pilot, _ = two
    _publish(office, 2, "pilots")
    office.run("UPDATE feed_item SET read_ms = 1 WHERE document IS NOT NULL")
    assert _version(office, office.enrol(pilot.chain.device, shop=OTHER)) == 2
    assert _version(office, office.enrol(shop=OTHER)) == 1
