"""A shop on the store in memory, new for each test."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from kiosk.staff import pins
from protocol.documents.operators import activation_hash
from protocol.journal.kj01 import read_body
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import Shop

activation = cache(activation_hash)
verifier = cache(pins.make_verifier)
is_pin = cache(pins.is_pin)


@pytest.fixture(autouse=True)
def remembered_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The true slow hashes, each reckoned once for all tests: the same code, salt and pepper give the same again."""
    monkeypatch.setattr("tests.harness.shop.activation_hash", activation)
    monkeypatch.setattr("protocol.documents.operators.activation_hash", activation)
    monkeypatch.setattr("kiosk.staff.sign_in.make_verifier", verifier)
    monkeypatch.setattr("kiosk.staff.sign_in.is_pin", is_pin)


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Whatever a test has done, each entry says which shape its body has (docs/protocol.md, Entries)."""
    shop = Shop(FakeStore())
    yield shop
    assert {read_body(entry.record.body)["v"] for entry in shop.store.journal.export(1)} == {1}


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    return shop.ready()
