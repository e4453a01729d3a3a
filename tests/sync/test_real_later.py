"""Against the true centre, long after the sale: a new key in the same house, and the end of a citizen's data."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.core import offline_limits
from kiosk.core.journal_writer import Writing
from kiosk.model.facts import QUARANTINE
from kiosk.model.service_request import TRAY, Request
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.journal.kj01 import Record
from protocol.rings import PILOT, ring_of
from tests.harness import line_proxy
from tests.harness.wire_device import SHOP, request_members
from tests.sync.test_real_centre import Shop, centre, enrol, shop

__all__ = ["centre", "shop"]
pytestmark = pytest.mark.slow


def begin_epoch(shop: Shop) -> None:
    """The same house under a new key, as after a keystore was wiped."""
    device = shop.kiosk.in_force.statement().device_text
    shop.kiosk.signer, enrolled = enrol(shop.centre, "--device", device)
    shop.kiosk.store.put_enrolment(enrolled)
    shop.kiosk.restart()


def exported(shop: Shop, epoch: int, folder: Path) -> bytes:
    file = folder / f"{epoch}.kj01"
    device = shop.kiosk.in_force.statement().device_text
    shop.centre.cli("journal", "export", device, str(file), "--epoch", str(epoch))
    return file.read_bytes()


def test_work_of_an_earlier_epoch_arrives_under_it(shop: Shop, tmp_path: Path) -> None:
    shop.sell(1)
    shop.settle()
    shop.sell(3)
    begin_epoch(shop)
    shop.sell(2)
    shop.line.faults += [line_proxy.drop_response, line_proxy.duplicate]
    until = time.monotonic() + 30
    while (shop.kiosk.store.journal.left_behind() or shop.kiosk.cycle.status().waiting) and time.monotonic() < until:
        shop.kiosk.cycle.run_now()
        shop.settle()
    for epoch in (1, 2):
        mine = b"".join(item.record.pack() for item in shop.kiosk.store.journal.export(epoch))
        assert exported(shop, epoch, tmp_path) == mine
    assert shop.kiosk.in_force.statement().epoch == 2
    assert shop.kiosk.store.fact("alarm") is None


def test_an_earlier_epoch_with_two_histories_stops_only_itself(shop: Shop) -> None:
    shop.settle()
    kept = shop.kiosk.store._s
    shop.kiosk.store._s = copy.deepcopy(kept)
    shop.sell(1)
    shop.settle()
    shop.kiosk.store._s = kept  # the disk of yesterday, under the keys of today
    shop.kiosk.restart()
    shop.sell(2)
    begin_epoch(shop)
    shop.sell(1)
    for _ in range(12):
        shop.kiosk.clock.mono += int(shop.kiosk.cycle.step().seconds * 1000)
    assert (shop.kiosk.store.fact("aside.1") or b"").startswith(b"equivocation ")
    assert QUARANTINE.kept(shop.kiosk.store, 2) is None
    assert shop.kiosk.hwm == shop.kiosk.store.journal.tail().chain.seq
    assert len(shop.kiosk.store.journal.left_behind()) == 1


def take_request(shop: Shop) -> Request:
    """A request with its row, as the desk writes it."""
    members = request_members()
    made: list[Request] = []

    def row(records: Sequence[Record]) -> list[Request]:
        fields = records[0].fields
        made.append(
            Request(
                members["id"], fields.epoch, fields.seq, members["visit"], 1, 1, members["service"], 1, 1,
                members["date"], fields.wall_ms, "op", members["total_pt"], members["total_pt"], "code",
                records[0].hash, "تجربة", "29001010100018", "01000000000",
            )
        )  # fmt: skip
        return [made[0]]

    frame = {"fields": {"name": "تجربة"}}
    shop.kiosk.journal.write([Writing(Unknown(EntryType.REQUEST, members), frame, members["total_pt"])], row)
    return made[0]


def test_a_citizens_data_goes_on_both_sides(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.settle()
    request = take_request(shop)
    shop.settle()
    until = time.monotonic() + 10
    while shop.kiosk.store.requests.search(TRAY) == [] and time.monotonic() < until:
        shop.kiosk.cycle.run_now()
        shop.settle()
        time.sleep(0.1)
    shop.centre.cli("backup", "begin")
    shop.centre.cli("backup", "--elsewhere")
    real = time.time_ns
    with monkeypatch.context() as later:
        later.setattr("central.centre.time.time_ns", lambda: real() + 100 * 86_400 * 10**9)
        shop.centre.cli("request", "erase", request.id)
    shop.kiosk.cycle.run_now()
    shop.settle()
    found = shop.kiosk.store.requests.get(request.id)
    assert found is not None
    assert (found.name, found.national_id, shop.kiosk.store.journal.frame(1, request.seq)) == ("", "", None)
    until = time.monotonic() + 10
    while not (row := shop.centre.cli("request", "erased")[0])["done_ms"] and time.monotonic() < until:
        time.sleep(0.1)
    assert (row["id"], row["seq"], row["done_ms"] > 0) == (request.id, request.seq, True)
    assert shop.kiosk.store.fact("alarm") is None


def test_a_shop_that_is_named_as_a_pilot_learns_it_and_says_so(shop: Shop) -> None:
    device = shop.kiosk.in_force.statement().device_text

    def rings() -> tuple[str, str]:
        for _ in range(2):  # the feed brings it, the heartbeat behind it says so
            shop.kiosk.cycle.run_now()
            shop.settle()
        row = next(row for row in shop.centre.cli("fleet") if row["device"] == device)
        return shop.kiosk.in_force.ring(), row["ring"]

    own = ring_of(shop.kiosk.in_force.statement().device)
    assert rings() == (own, own)
    shop.centre.cli("release", "pilot", "add", SHOP)
    assert rings() == (PILOT, PILOT)
    shop.centre.cli("release", "pilot", "remove", SHOP)
    assert rings() == (own, own)


def counted(shop: Shop) -> offline_limits.ShopFloat:
    """The float as the till has it, once the centre has counted its whole journal."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        now = offline_limits.FLOAT.kept(shop.kiosk.store)
        if now is not None and now.base_pt == shop.kiosk.store.journal.tail().sum_pt:
            return now
        shop.kiosk.cycle.run_now()
        shop.settle()
        time.sleep(0.1)
    raise AssertionError("the centre has not counted it")


def test_the_float_of_a_shop_reaches_its_till_and_stays_right(shop: Shop) -> None:
    shop.sell(1)
    shop.settle()
    shop.centre.cli("float", "pay", "--shop", SHOP, "--amount-pt", "900000", "--reference", "B-1", "--staff", "badr")
    shop.kiosk.cycle.run_now()
    shop.settle()
    told = offline_limits.FLOAT.kept(shop.kiosk.store)
    assert told is not None
    assert told.balance_pt == shop.centre.cli("float", "show", "--shop", SHOP)["balance_pt"]
    before = told.left_pt(shop.kiosk.store.journal.tail())
    shop.sell(1)
    left = told.left_pt(shop.kiosk.store.journal.tail())
    assert left == before - request_members()["total_pt"], "taken off before anybody else has heard of it"
    now = counted(shop)
    rejected = {row["status"] for row in shop.centre.cli("request", "list")}
    assert rejected == {"rejected"}, "nobody works here whom the centre knows"
    left = now.left_pt(shop.kiosk.store.journal.tail())
    assert (now.balance_pt, left) == (900_000, 900_000), "what is rejected takes nothing"
