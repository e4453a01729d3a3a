"""A cursor that is taken can be asked after again: no feed stands still for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

from central.documents import feed
from kiosk.core.events import Events
from kiosk.receiving.inbound_handler import InboundHandler
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.wire.feed_items import ProvedItem
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.own_centre import OwnCentre, copied_centre
from tests.harness.shop import FEED, Shop

ASKED: Final = 10**15 - 1
"""The largest cursor that the centre lets anybody ask after: fifteen digits."""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[OwnCentre]:
    made = copied_centre(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("after", [ASKED, ASKED - 1, ASKED // 2])
def test_no_device_leads_its_feed_to_where_it_cannot_be_asked(small: OwnCentre, after: int) -> None:
    device = small.enrol()
    with small.store.writing() as session:
        feed.mark_read(session, device.chain.device, after, small.clock.ms)
        feed.put(session, device.chain.device, *[ProvedItem(1)] * 3)
        page = feed.page(session, device.chain.device, 0)
    assert page.next < ASKED - 10**14


@pytest.mark.parametrize("following", [10**15, 2**53 - 1])
def test_no_page_leads_a_counter_to_where_it_cannot_ask(following: int) -> None:
    shop = Shop(FakeStore())
    office = shop.counter.context
    intake = InboundHandler(shop.store, office.journal, office.in_force, Events())
    members = {
        "v": 1, "device": office.in_force.statement().device_text, "epoch": 1, "request_nonce": "n",
        "server_ms": shop.clock.wall, "after": 0, "next": following, "more": False, "items": [],
    }  # fmt: skip
    with suppress(Forged):
        intake.page(trust.seal_object(trust.FEED, members, FEED), "n")
    assert shop.store.cursor() <= ASKED
