"""What one device may fill in a day: rows that are never deleted, and bytes."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

import pytest

from central.web import device_endpoints
from central.web.app import Rates
from protocol.journal import personal
from protocol.journal.entries import EntryType
from protocol.wire import wire
from tests.central.projection.test_projection import case
from tests.central.web.test_web import Served
from tests.harness.centre_sales import birth, sell
from tests.harness.own_centre import OPERATOR, START_MS, OwnCentre, apply_settings
from tests.harness.wire_device import Device

PAPERS = 1_000
MOST_ROWS = 3_000
NOW_S = START_MS // 1000
WRITTEN = 128 << 10


def refuse(device: Device) -> None:
    frame = personal.write_frame(secrets.token_bytes(16), {"fields": {}})
    members = {"v": 1, "service": "birth-cert", "catalogue": 1, "personal": personal.reference(frame)}
    device.write(EntryType.REFUSAL, members, frame)


def test_a_small_bundle_does_not_fill_the_audit(small: OwnCentre) -> None:
    small.publish_catalogue()
    device, other = small.enrol(), small.enrol()
    for one in (device, other):
        one.open_epoch()
        apply_settings(one)
    for _ in range(PAPERS):
        refuse(device)
    papers = [{"epoch": 1, "seq": seq} for seq in range(3, PAPERS + 3)]
    for _ in range(4):
        device.write(EntryType.ERASURE, {"v": 1, "kind": "asked", "requests": [], "papers": papers})
    for first in range(0, len(device.items), 400):
        small.take(device, device.items[first : first + 400])
    sold = sell(other, birth())
    small.arrive(other)
    [(rows,)] = small.rows("SELECT count(*) FROM audit WHERE act = 'erasure.asked'")
    assert rows <= MOST_ROWS
    assert case(small, sold).status == "pending", "nobody else waits"
    small.clock.ms += 24 * 3_600_000
    small.arrive(other)
    [(later,)] = small.rows("SELECT count(*) FROM audit WHERE act = 'erasure.asked'")
    assert later > rows, "it goes on later"


@pytest.fixture
def filled(small: OwnCentre) -> tuple[Served, Device]:
    running = Served(small, replace(Rates.unlimited(), volume=type(Rates().device)(1, 20_000)))
    running.start()
    device = small.enrol()
    device.url = running.url
    device.open_epoch()
    return running, device


def test_questions_that_the_audit_keeps_for_ever_fill_a_day(small: OwnCentre) -> None:
    running = Served(small, replace(Rates.unlimited(), volume=type(Rates().device)(1, 3 * WRITTEN)))
    running.start()
    device = small.enrol()
    device.url = running.url
    asked = json.dumps({"v": 1, "op": OPERATOR}).encode()
    try:
        said = [
            device.send("POST", wire.PATH_SHOP_SEARCH, asked, key=f"k{n}", created=NOW_S)[0].status_code
            for n in range(4)
        ]
    finally:
        running.stop()
    assert said == [200, 200, 429, 429]


def test_what_a_device_fills_is_bounded_by_the_day(filled: tuple[Served, Device]) -> None:
    """A small bundle is counted by what it holds, and each record by what it takes beside."""
    running, device = filled
    try:
        for _ in range(20):
            device.write(EntryType.PRACTICE, {"v": 1})
        first, last = 1, len(device.items)
        key, body = f"1-{first}-{last}", device.bundle(device.items)
        assert len(body) < device_endpoints.ROW_BYTES * last
        answer, _ = device.send("POST", wire.PATH_JOURNAL, body, media=wire.BUNDLE, key=key, created=NOW_S)
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)
        key, body = "1-1-3", device.bundle(device.items[:3])
        answer, _ = device.send("POST", wire.PATH_JOURNAL, body, media=wire.BUNDLE, key=key, created=NOW_S)
        assert answer.status_code == 200
    finally:
        running.stop()
