"""A console with a counter that has sold."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext

from protocol.journal import personal
from tests.harness.centre_sales import birth, sell
from tests.harness.console_browser import chromium, served
from tests.harness.console_clerk import window
from tests.harness.console_desk import Desk
from tests.harness.own_centre import OwnCentre, apply_settings
from tests.harness.wire_device import Device

CITIZEN: Final[dict[str, Any]] = {
    "name": "محمد أحمد عبد الله حسن", "national_id": "20001010100014", "mobile": "01012345678",
    "mother_name": "فاطمة علي محمود", "copies": 2, "delivery": "pickup",
}  # fmt: skip
"""Of the year 1900: nobody."""


@pytest.fixture
def desk(small: OwnCentre) -> Desk:
    small.publish_catalogue()
    return Desk(small)


@pytest.fixture
def device(desk: Desk) -> Device:
    made = desk.office.enrol()
    apply_settings(made)
    return made


@pytest.fixture
def sold(desk: Desk, device: Device) -> Callable[..., str]:
    """Sell one birth certificate, and have it arrive; returns the request's id."""

    def sell_one(**fields: Any) -> str:
        members = birth()
        frame = personal.write_frame(secrets.token_bytes(16), {"fields": {**CITIZEN, **fields}})
        sell(device, members, frame)
        desk.office.arrive(device)
        return str(members["id"])

    return sell_one


@pytest.fixture
def authority(desk: Desk) -> str:
    """Whose requests they are."""
    from protocol.catalogue.catalogue import bundled_services

    one = next(one for one in bundled_services() if one["id"] == "birth-cert")
    return str(json.loads(json.dumps(one["competent_authority"]))["id"])


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where the console answers a browser."""
    with served(desk.app) as there:
        yield there


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def browser(chrome: Browser) -> Iterator[BrowserContext]:
    """One person's window."""
    with window(chrome) as one:
        yield one
