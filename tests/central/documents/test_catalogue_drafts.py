"""Drafts of services: each saving names the one that was seen; the next catalogue is made of what is sound."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from central.documents import catalogue_drafts, catalogue_publication, publishing
from central.documents.catalogue_drafts import Draft
from central.store import key_files
from protocol.catalogue.catalogue import Catalogue, bundled_services, catalogue_members
from protocol.documents import trust
from protocol.errors import Refused
from tests.harness.own_centre import OwnCentre


@pytest.fixture
def base(office: OwnCentre) -> Catalogue:
    office.publish_catalogue()
    found = publishing.latest_catalogue(office.centre)
    assert found is not None
    return found


def _changed(base: Catalogue, title: str, service: str = "birth-cert") -> dict[str, Any]:
    document = json.loads(json.dumps(base.services[service].document))
    document["title"]["en"] = title
    return dict(document)


def _save(office: OwnCentre, base: Catalogue, title: str, seen: int, staff: str = "laila") -> None:
    office.act(catalogue_drafts.save, base, Draft("birth-cert", seen, document=_changed(base, title)), staff)


def _draft(office: OwnCentre) -> Draft:
    return office.read(catalogue_drafts.draft, "birth-cert")


def test_a_draft_is_kept_and_its_service_counts_up(office: OwnCentre, base: Catalogue) -> None:
    assert _draft(office) == Draft("birth-cert")
    _save(office, base, "First", 0)
    kept = _draft(office)
    assert (kept.seen, kept.document is not None and kept.document["version"]) == (1, 2)
    _save(office, base, "First", 0)  # the same form came twice
    assert _draft(office) == kept
    _save(office, base, "Second", 1)
    assert _draft(office).seen == 2
    assert len(office.rows("SELECT n FROM document WHERE kind = 'catalogue.draft'")) == 1


def test_nobodys_words_are_replaced_unseen(office: OwnCentre, base: Catalogue) -> None:
    _save(office, base, "Hers", 0)
    for staff, seen in (("samir", 0), ("samir", 7)):
        with pytest.raises(Refused, match="draft_changed") as told:
            _save(office, base, "His", seen, staff)
        assert told.value.values["by"] == "laila"
    with pytest.raises(Refused, match="draft_changed"):
        _save(office, base, "Hers", 0, "samir")
    kept = _draft(office).document
    assert kept is not None
    assert kept["title"]["en"] == "Hers"


def test_a_draft_that_is_taken_back_does_not_come_again(office: OwnCentre, base: Catalogue) -> None:
    _save(office, base, "First", 0)
    office.act(catalogue_drafts.save, base, Draft("birth-cert", 1), "samir")
    assert office.read(catalogue_drafts.listed) == []
    with pytest.raises(Refused, match="draft_changed"):
        _save(office, base, "Again", 1)
    same = base.services["birth-cert"].document
    office.act(catalogue_drafts.save, base, Draft("birth-cert", 2, document=same), "laila")
    assert _draft(office).seen == 2, "nothing was changed"
    other = _changed(base, "x", "passport")
    with pytest.raises(Refused, match="draft_id"):
        office.act(catalogue_drafts.save, base, Draft("birth-cert", 2, document=other), "laila")


def _members(archive: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: json.loads(opened.read(name)) for name in opened.namelist()}


def test_the_file_holds_all_services_with_the_drafts_laid_over(office: OwnCentre, base: Catalogue) -> None:
    _save(office, base, "Another title", 0)
    drafts = office.read(catalogue_drafts.listed)
    held = _members(catalogue_drafts.to_carry(base, drafts, 2))
    assert set(held) == {f"catalogue-2/{name}.json" for name in base.services}
    assert held["catalogue-2/birth-cert.json"]["title"]["en"] == "Another title"
    assert held["catalogue-2/passport.json"] == base.services["passport"].document
    with_needs = _members(catalogue_drafts.to_carry(_with_needs(office), [], 3))
    assert set(with_needs) == {*(f"catalogue-3/{name}.json" for name in base.services), "catalogue-3/needs.json"}


def _with_needs(office: OwnCentre) -> Catalogue:
    from protocol.catalogue.needs import bundled_needs

    members = catalogue_members(2, "2020-01-01", None, bundled_services(), bundled_needs()["needs"])
    envelope = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))
    office.act(publishing.publish_catalogue, envelope)
    found = publishing.latest_catalogue(office.centre)
    assert found is not None
    return found


def test_what_has_faults_or_is_behind_goes_into_no_file(office: OwnCentre, base: Catalogue) -> None:
    odd = {**_changed(base, ""), "number": "1"}
    office.act(catalogue_drafts.save, base, Draft("birth-cert", document=odd), "laila")
    with pytest.raises(Refused, match="draft_faults"):
        catalogue_drafts.to_carry(base, office.read(catalogue_drafts.listed), 2)
    _save(office, base, "Sound", 1)
    newer = [{**one, "version": 9} if one["id"] == "birth-cert" else one for one in bundled_services()]
    envelope = trust.seal_object(
        trust.CATALOGUE, catalogue_members(2, "2020-01-01", None, newer), key_files.catalogue_signer(office.root)
    )
    office.act(publishing.publish_catalogue, envelope)
    latest = publishing.latest_catalogue(office.centre)
    with pytest.raises(Refused, match="draft_behind"):
        catalogue_drafts.to_carry(latest, office.read(catalogue_drafts.listed), 3)


def test_drafts_that_are_published_are_done_and_others_stay(office: OwnCentre, base: Catalogue) -> None:
    _save(office, base, "Published", 0)
    later = _changed(base, "Later", "passport")
    office.act(catalogue_drafts.save, base, Draft("passport", document=later), "laila")
    (kept, _) = office.read(catalogue_drafts.listed)
    services = [kept.document if one["id"] == kept.service else one for one in bundled_services()]
    members = catalogue_members(2, "2020-01-01", None, [dict(one) for one in services if one is not None])
    envelope = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))
    for staff in ("laila", "samir"):
        office.act(catalogue_publication.publish_by_two, envelope, staff)
    assert [one.service for one in office.read(catalogue_drafts.listed)] == ["passport"]
    assert _draft(office).document is None
    assert _draft(office).seen == 2


def test_a_centre_without_a_catalogue_has_drafts_too(office: OwnCentre) -> None:
    document = bundled_services()[0]
    office.act(catalogue_drafts.save, None, Draft(document["id"], document=document), "laila")
    (kept,) = office.read(catalogue_drafts.listed)
    assert not catalogue_drafts.behind(None, kept)
    assert len(_members(catalogue_drafts.to_carry(None, [kept], 1))) == 1
