"""A draft that outlived its catalogue: the old form, by the prices in force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from central.requests import request_rules
from protocol.catalogue.catalogue import Catalogue, bundled_services, catalogue_members, read_catalogue
from protocol.documents.settings import Settings, ShopSettings
from protocol.journal.money_entries import RequestEntry
from protocol.texts import Bilingual
from tests.harness.centre_office import OPERATOR
from tests.harness.centre_sales import SHOP_FEES, birth, body

SETTINGS = Settings(1, ShopSettings("S", Bilingual("أ", "a"), **asdict(SHOP_FEES)), "https://x")


def catalogue(version: int) -> Catalogue:
    """All services in this version."""
    services = [{**one, "version": version} for one in bundled_services()]
    return read_catalogue(catalogue_members(version, "2020-01-01", None, services))


CATALOGUES = {version: catalogue(version) for version in (1, 2, 3)}


def breach(members: dict[str, Any]) -> str:
    return request_rules.breach(RequestEntry.read(members), CATALOGUES.get, SETTINGS, {OPERATOR})


def older(members: dict[str, Any], **change: Any) -> dict[str, Any]:
    """The form of catalogue 1, priced by catalogue 2."""
    return {**members, "catalogue": 2, "service_version": 1, "form_catalogue": 1} | change


@pytest.mark.parametrize("members", [birth(), body("criminal-record", {})])
def test_an_older_form_that_names_its_catalogue_is_honest(members: dict[str, Any]) -> None:
    assert breach(older(members)) == ""
    assert breach({**members, "catalogue": 2, "service_version": 2}) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"form_catalogue": 2},
        {"form_catalogue": 3, "service_version": 3},
        {"form_catalogue": 9},
        {"form_catalogue": 0},
        {"form_catalogue": None},
        {"form_catalogue": "1"},
        {"form_catalogue": -1},
        {"service_version": 2},
    ],
    ids=str,
)
def test_a_form_that_cannot_have_been_filled_in_is_not(change: dict[str, Any]) -> None:
    assert breach(older(birth(), **change)) == "unknown_service"


def test_an_older_form_is_priced_by_the_catalogue_in_force() -> None:
    assert breach(older(birth(), total_pt=1)) == "fee_mismatch"


def test_an_older_form_asks_for_its_own_consent() -> None:
    members = body("criminal-record", {})
    assert breach(older({**members, "consent": {"version": "other"}})) == "consent_missing"
