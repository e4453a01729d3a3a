"""What the centre thinks of a request's business. Nothing here may raise, whatever a body says."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.requests import request_rules, shop_search
from protocol.catalogue.catalogue import Catalogue, bundled_services, catalogue_members, read_catalogue
from protocol.catalogue.fees import ShopFees
from protocol.documents.settings import Settings, ShopSettings
from protocol.journal.entry_body import LONGEST_NAME
from protocol.journal.money_entries import RequestEntry
from protocol.texts import Bilingual
from tests.harness.centre_sales import SHOP_FEES, birth, body, fines
from tests.harness.own_centre import OPERATOR

CATALOGUE = read_catalogue(catalogue_members(1, "2020-01-01", None, bundled_services()))
SALT = b'{"salt":"00112233445566778899aabbccddeeff",'
UNREADABLE = [
    b"", b"\xff\xfe", b"not json", b"[]", SALT + b'"fields":[]}', SALT + b'"v":1}', b'{"fields":{}}',
    SALT + b'"fields":{"a":1,"a":2}}', SALT + b'"fields":{"a":NaN}}',
    SALT + b'"fields":' + b"[" * 60 + b"]" * 60 + b"}",
]  # fmt: skip
BILL = {"reference": "TF-X", "amount_pt": 50_000, "expiry_ms": 1}


def shop(fees: ShopFees = SHOP_FEES) -> Settings:
    return Settings(1, ShopSettings("S", Bilingual("أ", "a"), **asdict(fees)), "https://x")


def known(version: int) -> Catalogue | None:
    return CATALOGUE if version == 1 else None


def breach(members: dict[str, Any], ruled_by: Settings | None) -> str:
    return request_rules.breach(RequestEntry.read(members), known, ruled_by, {OPERATOR})


@pytest.mark.parametrize("members", [birth(), fines(BILL), body("criminal-record", {})])
def test_an_honest_request_breaks_no_rule(members: dict[str, Any]) -> None:
    assert breach(members, shop()) == ""


def test_the_shops_own_fee_and_vat_are_reckoned_too() -> None:
    registered = ShopFees(2_000, {"birth-cert": 3_000}, vat_registered=True, vat_permille=140)
    members = body("birth-cert", {"copies": 1, "delivery": "post"}, shop=registered)
    assert breach(members, shop(registered)) == ""
    assert breach(members, shop()) == "fee_mismatch"
    assert breach({**members, "vat_pt": 0}, shop(registered)) == "fee_mismatch"


@pytest.mark.parametrize(
    "change",
    [
        {"total_pt": 1},
        {"vat_pt": 5},
        {"fees": []},
        {"fees": None},
        {"fees": ["x"]},
        {"choices": {"copies": 1, "delivery": "pickup"}},
        {"choices": None},
        {"choices": {"copies": 10**9}},
        {"date": "2019-01-01"},
        {"date": "tomorrow"},
        {"date": None},
    ],
)
def test_other_money_than_the_price_list_says_is_a_mismatch(change: dict[str, Any]) -> None:
    assert breach(birth(**change), shop()) == "fee_mismatch"


def test_one_line_changed_by_a_piastre_is_a_mismatch() -> None:
    members = birth()
    members["fees"][0]["amount_pt"] += 1
    assert breach(members, shop()) == "fee_mismatch"


def test_a_live_amount_without_its_bill_is_a_mismatch() -> None:
    members = fines(BILL)
    del members["bill"]
    assert breach(members, shop()) == "fee_mismatch"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"catalogue": 2}, "unknown_catalogue"),
        ({"service": "none"}, "unknown_service"),
        ({"service_version": 9}, "unknown_service"),
        ({"id": 5}, "unreadable"),
        ({"id": ""}, "unreadable"),
        ({"visit": "x" * 101}, "unreadable"),
        ({"service": None}, "unreadable"),
        ({"catalogue": "1"}, "unreadable"),
        ({"total_pt": -1}, "unreadable"),
        ({"total_pt": True}, "unreadable"),
        ({"id": "a\0b"}, "unreadable"),
        ({"id": "abc"}, "unreadable"),
        ({"id": "0192F0C1-7C3A-7B1E-8A4D-5566778899AA"}, "unreadable"),
        ({"visit": "other"}, "unreadable"),
        ({"method": "barter"}, "unreadable"),
        ({"method": None}, "unreadable"),
        ({"method": ["cash"]}, "unreadable"),
        ({"method": "card"}, "unreadable"),
        ({"method": "card", "reference": "x" * 201}, "unreadable"),
        ({"method": "wallet", "reference": ""}, "unreadable"),
        ({"method": "card", "reference": "8812", "tendered_pt": 9_000, "change_pt": 2_000}, "cash_mismatch"),
        ({"bill": 5}, "unreadable"),
        ({"line": 0}, "unreadable"),
        ({"line": 2}, "unreadable"),
        ({"line": True}, "unreadable"),
        ({"lines": 51}, "unreadable"),
        ({"lines": "1"}, "unreadable"),
        ({"op": None}, "unknown_operator"),
        ({"op": ["x"]}, "unknown_operator"),
        ({"op": "00000000-0000-0000-0000-000000000008"}, "unknown_operator"),
        ({"bill": {}}, "unreadable"),
        ({"bill": {"reference": "x", "amount_pt": 1.5}}, "unreadable"),
    ],
)
def test_what_the_centre_does_not_know_is_said(change: dict[str, Any], code: str) -> None:
    assert breach(birth(**change), shop()) == code


SENSITIVE = body("criminal-record", {})


@pytest.mark.parametrize("consent", [None, "yes", {}, {"version": None}, {"version": ""}, {"version": "another"}])
def test_a_sensitive_service_needs_the_consent_to_its_own_text(consent: object) -> None:
    assert breach(SENSITIVE, shop()) == ""
    assert breach({**SENSITIVE, "consent": consent}, shop()) == "consent_missing"
    assert breach({k: v for k, v in SENSITIVE.items() if k != "consent"}, shop()) == "consent_missing"


TOTAL = birth()["total_pt"]


@pytest.mark.parametrize(
    "cash",
    [
        {"tendered_pt": TOTAL - 1},
        {"tendered_pt": TOTAL + 100},
        {"tendered_pt": TOTAL + 100, "change_pt": 99},
        {"tendered_pt": TOTAL - 1, "change_pt": -1},
        {"tendered_pt": None},
        {"tendered_pt": 0},
        {"change_pt": None},
        {"tendered_pt": str(TOTAL)},
        {"lines": 2, "tendered_pt": TOTAL - 1},
        {"lines": 2, "line": 2},
        {"lines": 2, "line": 2, "tendered_pt": 0, "change_pt": 1},
    ],
)
def test_cash_that_does_not_come_to_the_total_is_said(cash: dict[str, Any]) -> None:
    assert breach(birth(**cash), shop()) == "cash_mismatch"


@pytest.mark.parametrize(
    "cash",
    [
        {"tendered_pt": TOTAL + 100, "change_pt": 100},
        {"lines": 2, "tendered_pt": 3 * TOTAL, "change_pt": TOTAL},
        {"lines": 2, "tendered_pt": TOTAL, "change_pt": 0},
        {"lines": 2, "line": 2, "tendered_pt": 0, "change_pt": 0},
    ],
)
def test_cash_with_change_and_cash_for_a_whole_visit_are_fine(cash: dict[str, Any]) -> None:
    assert breach(birth(**cash), shop()) == ""


def test_a_later_line_of_a_visit_needs_no_cash_of_its_own() -> None:
    members = {k: v for k, v in birth(lines=2, line=2).items() if k not in {"tendered_pt", "change_pt"}}
    assert breach(members, shop()) == ""


@pytest.mark.parametrize(
    "cash",
    [
        {"tendered_pt": None},
        {"change_pt": "0"},
        {"tendered_pt": TOTAL},
        {"tendered_pt": 2 * TOTAL + 1},
        {"visit": "0192f0c1-7c3a-7b1e-8a4d-5566778899ab"},
    ],
)
def test_a_visit_whose_cash_or_lines_do_not_hang_together_is_not_paid(cash: dict[str, Any]) -> None:
    visit = "0192f0c1-7c3a-7b1e-8a4d-5566778899aa"
    first = birth(visit=visit, lines=2, tendered_pt=2 * TOTAL)
    second = birth(visit=visit, lines=2, line=2, tendered_pt=0, change_pt=0)
    paid, other, bent = map(RequestEntry.read, (first, second, {**first, **cash}))
    assert request_rules.visit_paid([paid, other])
    assert not request_rules.visit_paid([bent, other])
    assert not request_rules.visit_paid([other, paid])


@pytest.mark.parametrize("frame", UNREADABLE)
def test_a_frame_that_nobody_can_read_is_said(frame: bytes) -> None:
    assert shop_search.fields_of(frame) is None


def test_a_device_that_never_applied_settings_is_said() -> None:
    assert breach(birth(), None) == "unknown_settings"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["reference", "amount_pt", "code"]), inner)
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(changes=st.dictionaries(st.sampled_from([*birth(), "bill"]), JSON, max_size=4))
def test_nothing_a_body_can_say_is_an_accident(changes: dict[str, Any]) -> None:
    members = birth(**changes)
    read = RequestEntry.read(members)
    assert isinstance(request_rules.breach(read, known, shop(), {OPERATOR}), str)
    assert shop_search.fields_of(repr(changes).encode()) is None
    assert len(read.id) <= LONGEST_NAME


SETTINGS = Settings(1, ShopSettings("S", Bilingual("أ", "a"), **asdict(SHOP_FEES)), "https://x")


def catalogue(version: int) -> Catalogue:
    """All services in this version."""
    services = [{**one, "version": version} for one in bundled_services()]
    return read_catalogue(catalogue_members(version, "2020-01-01", None, services))


CATALOGUES = {version: catalogue(version) for version in (1, 2, 3)}


def breach_by_versions(members: dict[str, Any]) -> str:
    return request_rules.breach(RequestEntry.read(members), CATALOGUES.get, SETTINGS, {OPERATOR})


def older(members: dict[str, Any], **change: Any) -> dict[str, Any]:
    """The form of catalogue 1, priced by catalogue 2."""
    return {**members, "catalogue": 2, "service_version": 1, "form_catalogue": 1} | change


@pytest.mark.parametrize("members", [birth(), body("criminal-record", {})])
def test_an_older_form_that_names_its_catalogue_is_honest(members: dict[str, Any]) -> None:
    assert breach_by_versions(older(members)) == ""
    assert breach_by_versions({**members, "catalogue": 2, "service_version": 2}) == ""


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
    assert breach_by_versions(older(birth(), **change)) == "unknown_service"


def test_an_older_form_is_priced_by_the_catalogue_in_force() -> None:
    assert breach_by_versions(older(birth(), total_pt=1)) == "fee_mismatch"


def test_an_older_form_asks_for_its_own_consent() -> None:
    members = body("criminal-record", {})
    assert breach_by_versions(older({**members, "consent": {"version": "other"}})) == "consent_missing"
