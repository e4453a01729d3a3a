"""Amounts at the edge of what can be written: nothing is signed that the centre would refuse for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.model.day_book import count_sum
from kiosk.printing.till_papers import Moving
from kiosk.staff.centre_approvals import Approver
from protocol.errors import Refused
from protocol.journal import kj01
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Stamp
from protocol.journal.personal import Item
from protocol.values.money import parse_pt
from tests.attacks.reading import fault_of
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.own_centre import OwnCentre, copied_centre
from tests.harness.shop import Shop


def test_the_largest_amount_typed_leaves_a_journal_that_the_centre_takes() -> None:
    shop = Shop(FakeStore()).ready()
    with suppress(Refused):
        shop.counter.cash.move(Moving("cash_in", parse_pt("90071992547409.91"), "بنك"))
    shop.counter.desk.record(shop.taken(shop.sale(1)))
    with suppress(Refused):
        shop.counter.closing.close(count_sum(10_000), "عدّ", Approver(waits=True))
    assert fault_of(shop.store) == ""


@pytest.fixture
def small(tmp_path: Path) -> Iterator[OwnCentre]:
    made = copied_centre(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("wall_ms", [-1, 10**17, 2**62])
def test_the_centre_keeps_no_entry_of_an_impossible_time(small: OwnCentre, wall_ms: int) -> None:
    device = small.enrol()
    device.open_epoch()
    body = kj01.write_body(bytes(16), {"v": 1})
    record = kj01.write(device.chain, EntryType.LOGIN, body, device.signer, Stamp(wall_ms, 1, b"bootboot"))
    device.items.append(Item(record, None))
    taken = small.take(device, device.items)
    assert (taken.chain.hwm, taken.fault and taken.fault.fault) == (1, "E_FORMAT")
