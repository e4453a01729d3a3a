"""The list of each device."""

from __future__ import annotations

import json
import threading

import pytest

from central.documents import feed, publishing
from protocol.texts import Bilingual
from protocol.wire.feed_items import NoticeItem
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device


@pytest.fixture
def device(office: OwnCentre) -> Device:
    return office.enrol()


def notices(count: int) -> list[NoticeItem]:
    return [NoticeItem(Bilingual("أ", str(n)), n) for n in range(count)]


def put(office: OwnCentre, device: Device, items: list[NoticeItem]) -> None:
    with office.store.writing() as session:
        feed.put(session, device.chain.device, *items)


def page(office: OwnCentre, device: Device, after: int) -> feed.FeedPage:
    return office.read(feed.page, device.chain.device, after)


def test_a_new_device_is_greeted_with_what_rules(office: OwnCentre, device: Device) -> None:
    kinds = [item["kind"] for item in office.feed(device)]
    assert kinds == ["settings", "operators"]


def test_items_come_once_and_in_order(office: OwnCentre, device: Device) -> None:
    start = page(office, device, 0).next
    put(office, device, notices(3))
    put(office, device, [])
    put(office, device, notices(2))
    found = page(office, device, start)
    assert [item["at_ms"] for item in found.items] == [0, 1, 2, 0, 1]
    assert (found.after, found.more) == (start, False)
    after = page(office, device, found.next)
    assert (after.items, after.next, after.more) == ([], found.next, False)


def test_many_items_come_in_pages(office: OwnCentre, device: Device) -> None:
    start = page(office, device, 0).next
    put(office, device, notices(feed.PAGE_ITEMS + 5))
    first = page(office, device, start)
    second = page(office, device, first.next)
    assert (len(first.items), first.more) == (feed.PAGE_ITEMS, True)
    assert (len(second.items), second.more) == (5, False)


def test_a_page_is_bounded_in_bytes_and_holds_at_least_one(
    office: OwnCentre, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "PAGE_BYTES", 10)
    found = page(office, device, 0)
    assert (len(found.items), found.more) == (1, True)
    assert page(office, device, found.next).items[0]["kind"] == "operators"


def test_a_document_replaces_the_one_before(office: OwnCentre, device: Device) -> None:
    with office.store.writing() as session:
        for fee in (100, 200):
            publishing.publish_settings(office.centre, session, "CAI-001", {"shop": {"service_fee_pt": fee}})
    found = [item for item in office.feed(device) if item["kind"] == "settings"]
    assert [item["version"] for item in found] == [3]
    assert json.loads(json.dumps(found[0]["document"]))["payloadType"].endswith("settings.v1+json")


def test_numbers_drawn_at_once_are_no_double_and_none_is_passed_over(office: OwnCentre, device: Device) -> None:
    start = page(office, device, 0).next
    threads = [threading.Thread(target=put, args=(office, device, notices(3))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = page(office, device, start)
    row = office.row("SELECT feed_n FROM device")
    assert (len(found.items), row) == (24, (found.next,))


def test_what_is_for_another_shop_does_not_come(office: OwnCentre, device: Device) -> None:
    before = office.feed(device)
    with office.store.writing() as session:
        session.run("INSERT INTO shop VALUES ('other', 'أ', 'b', '{}', 0, 0, '', '')")
        publishing.publish_settings(office.centre, session, "other")
        publishing.publish_operators(office.centre, session, "other")
    assert office.feed(device) == before
