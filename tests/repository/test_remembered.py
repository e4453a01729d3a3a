"""What tests share reaches none of them changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.harness.fakes.fake_store import FakeStore
from tests.harness.remembered import unchanged
from tests.harness.shop import Shop


def ceiling() -> int:
    return Shop(FakeStore()).counter.in_force.catalogue().services["birth-cert"].max_cash_pt


def test_a_changed_service_fails_its_test_and_reaches_no_other() -> None:
    before = ceiling()
    object.__setattr__(Shop(FakeStore()).counter.in_force.catalogue().services["birth-cert"], "max_cash_pt", 1)
    with pytest.raises(AssertionError, match="own list"):
        unchanged()
    assert ceiling() == before


def test_a_service_changed_inside_what_was_signed_is_found_too() -> None:
    service = Shop(FakeStore()).counter.in_force.catalogue().services["birth-cert"]
    service.document["title"]["en"] = "Another"
    with pytest.raises(AssertionError, match="own list"):
        unchanged()
    assert Shop(FakeStore()).counter.in_force.catalogue().services["birth-cert"].document["title"]["en"] != "Another"


def test_another_service_in_the_list_of_one_counter_is_in_no_other_list() -> None:
    before = ceiling()
    services = Shop(FakeStore()).counter.in_force.catalogue().services
    services["birth-cert"] = replace(services["birth-cert"], max_cash_pt=1)
    unchanged()
    assert ceiling() == before
