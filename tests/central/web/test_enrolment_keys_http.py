"""Keys and forms that enrolment refuses (list 67). A module of its own: the centre counts claims by address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import SHOP, Applicant, Device

SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
)


@pytest.mark.parametrize("public", SMALL_ORDER)
def test_a_small_order_key_is_refused(centre: CentreProcess, public: str) -> None:
    answer = Applicant(centre.url).claim("0000", "0" * 11, pub=public)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_key")


def test_the_key_of_an_enrolled_device_is_refused(centre: CentreProcess, steady: Device) -> None:
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
    answer = Applicant(centre.url, steady.signer).claim(made["slot"], made["code"])
    assert (answer.status_code, answer.json()["code"]) == (400, "duplicate_key")


@pytest.mark.parametrize(
    "changes",
    [
        {"slot": 1234}, {"slot": "12345"}, {"slot": "١٢٣٤"}, {"code": "x" * 11}, {"code": None}, {"pub": "00"},
        {"pub": "0X" * 32}, {"commit": ["00"]}, {"more": 1},
    ],
)  # fmt: skip
def test_a_claim_of_another_form_is_not_understood(centre: CentreProcess, changes: dict[str, Any]) -> None:
    assert Applicant(centre.url).claim("0000", "0" * 11, **changes).status_code == 400
