"""The centre takes no price that the time does not allow: by date, clock of the entry, arrival and list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from central.documents import feed, publishing
from central.store import key_files
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.clock import DAY_MS
from protocol.documents import trust
from tests.harness.centre_sales import DAY, birth, sell
from tests.harness.own_centre import OwnCentre, apply_settings, copied_centre
from tests.harness.wire_device import Device

ROOT = Path(__file__).parents[2]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[OwnCentre]:
    made = copied_centre(tmp_path)
    yield made
    made.store.close()


def publish(office: OwnCentre, version: int, first: str = "2020-01-01") -> None:
    members = catalogue_members(version, first, None, bundled_services())
    with office.store.writing() as session:
        envelope = trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(office.root))
        publishing.publish_catalogue(office.centre, session, envelope)


def working(office: OwnCentre) -> Device:
    device = office.enrol()
    device.open_epoch()
    apply_settings(device)
    return device


def said(office: OwnCentre, device: Device, **changes: Any) -> tuple[str, str]:
    """Status and code of a request with `changes`."""
    sold = sell(device, birth(**changes))
    office.arrive(device)
    with office.store.reading() as session:
        row = session.one("SELECT status, code FROM request WHERE seq = ?", sold.fields.seq)
    assert row is not None
    return row


@pytest.mark.parametrize(
    "date", [*(str(DAY + timedelta(n)) for n in (-40, -2, 2, 300)), f"{DAY:%G-W%V-%u}", "20261125"]
)
def test_a_price_that_the_time_does_not_allow_is_rejected(small: OwnCentre, date: str) -> None:
    small.publish_catalogue()
    assert said(small, working(small), date=date)[0] == "rejected"


def test_a_price_of_today_is_taken(small: OwnCentre) -> None:
    small.publish_catalogue()
    assert said(small, working(small)) == ("pending", "")


def test_what_was_made_long_after_it_came_is_rejected(small: OwnCentre) -> None:
    small.publish_catalogue()
    device = working(small)
    small.clock.ms -= 2 * DAY_MS
    assert said(small, device) == ("rejected", "date_wrong")


def test_a_price_list_is_taken_on_its_own_days_only(small: OwnCentre) -> None:
    publish(small, 1, str(DAY + timedelta(1)))
    assert said(small, working(small)) == ("rejected", "catalogue_over")


def test_an_old_price_list_is_not_taken_for_ever(small: OwnCentre) -> None:
    publish(small, 1)
    device = working(small)
    publish(small, 2)
    with small.store.writing() as session:
        feed.mark_read(session, device.chain.device, 2**52, small.clock.ms)
    small.clock.ms += 9 * DAY_MS
    taken = said(small, device)
    small.clock.ms += 2 * DAY_MS
    device.items = device.items[:0]
    assert (taken, said(small, device)) == (("pending", ""), ("rejected", "catalogue_over"))


def test_dates_are_read_in_one_place() -> None:
    """Python takes week dates and bare digits for days, too."""
    found = [
        str(file.relative_to(ROOT))
        for folder in ("protocol", "kiosk", "central", "ui", "storage", "sync")
        for file in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "fromisoformat" and ast.unparse(node.value) == "date"
    ]
    assert found == ["protocol/clock.py"]
