"""Guessing is slowed down, receipts as well as activation codes of devices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.harness.centre_process import CentreProcess, start_centre
from tests.harness.wire_device import Applicant


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    running = start_centre(tmp_path_factory.mktemp("limited"), limits=True)
    yield running
    running.stop()


def waits(answers: list[requests.Response]) -> list[int]:
    return [int(answer.headers["retry-after"]) for answer in answers if answer.status_code == 429]


def test_guessing_receipts_is_slowed_down(limited: CentreProcess) -> None:
    asked = {"device": "019a1b2c", "seq": "2", "code": "Z" * 16}
    told = waits([requests.get(f"{limited.url}/r", params=asked, timeout=10) for _ in range(60)])
    assert told
    assert min(told) >= 1


def test_guessing_codes_of_devices_is_slowed_down(limited: CentreProcess) -> None:
    told = waits([Applicant(limited.url).claim("0000", "0" * 11) for _ in range(40)])
    assert told
    assert min(told) >= 1


def test_a_street_behind_one_address_is_not_shut_out_by_its_number(limited: CentreProcess) -> None:
    """Carriers put thousands of telephones behind one address: what is right hardly counts."""
    asked = [requests.get(f"{limited.url}/v1/ping", params={"n": "A" * 22}, timeout=10) for _ in range(200)]
    assert {answer.status_code for answer in asked} == {200}
