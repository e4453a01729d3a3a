"""A centre put back from an older copy, and counters that have nothing new to say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.sync_cycle import Rhythm
from tests.central.web.test_restored_http import restore
from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import centre_with_shop
from tests.sync import test_real_evidence as evidence
from tests.sync.test_real_centre import Shop
from tests.sync.test_real_evidence import sell, until

pytestmark = pytest.mark.slow
shop = evidence.shop
QUIET_MS = Rhythm().heartbeat_ms + 1_000


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path) as running:
        yield running


def held(shop: Shop) -> tuple[int, list[str]]:
    """How far the centre has this counter's journal, and its pictures by what the counter has heard of them."""
    device, name = shop.kiosk.in_force.statement().device_text, shop.centre.data / "seen.kj01"
    name.unlink(missing_ok=True)
    entries = shop.centre.cli("journal", "export", device, str(name))["records"]
    return entries, [one.state for one in shop.kiosk.store._s.evidence]


def pass_quietly(shop: Shop) -> None:
    """What the counter does by itself until just after its next heartbeat; nobody sells anything."""
    left = QUIET_MS
    while left > 0:
        pause = shop.kiosk.cycle.step()
        shop.kiosk.clock.mono += int(pause.seconds * 1000)
        left -= max(1, int(pause.seconds * 1000))


def copy(centre: CentreProcess, to: Path) -> Path:
    centre.cli("backup", str(to), "--staff", "amal")
    return to


def test_a_quiet_till_gives_everything_back_with_its_next_heartbeat(shop: Shop, tmp_path: Path) -> None:
    """Also a picture that a later copy, which was lost with the disk, had made durable."""
    shop.settle()
    older = copy(shop.centre, tmp_path / "older.db")
    before = held(shop)[0]
    one = sell(shop)
    until(shop, one, "stored")
    copy(shop.centre, tmp_path / "lost.db")
    until(shop, one, "durable")
    assert held(shop)[0] == before + 1
    restore(shop.centre, older)
    assert held(shop)[0] == before
    pass_quietly(shop)
    assert held(shop) == (before + 1, ["stored"])
    assert (shop.kiosk.store.fact("alarm") or b"").startswith(b"centre_restored")


def test_a_picture_alone_that_the_older_copy_lacks_comes_back(shop: Shop, tmp_path: Path) -> None:
    one = sell(shop)
    while shop.kiosk.hwm < shop.kiosk.store.journal.tail().chain.seq:
        shop.kiosk.cycle.step()
    older = copy(shop.centre, tmp_path / "older.db")
    until(shop, one, "stored")
    copy(shop.centre, tmp_path / "lost.db")
    until(shop, one, "durable")
    restore(shop.centre, older)
    papers = tmp_path / "papers"
    entry = next(r for r in shop.kiosk.store._s.requests.values() if r.id == one.request)
    request = f"{shop.kiosk.in_force.statement().device.hex()[:8]}-{entry.seq}"
    pass_quietly(shop)
    shop.centre.run("request", "papers", request, str(papers), "--staff", "amal")
    assert [file.read_bytes() for file in papers.glob("*")] == [evidence.CONTENT]


def test_the_centre_says_what_it_was_told_and_has_not(shop: Shop, tmp_path: Path) -> None:
    shop.settle()
    older = copy(shop.centre, tmp_path / "older.db")
    one = sell(shop)
    until(shop, one, "stored")
    restore(shop.centre, older)
    assert [alert for alert in shop.centre.cli("fleet", "alerts") if alert["alert"] == "not_held"] == []
    shop.kiosk.cycle.run_now()
    while b"/v1/heartbeat" not in shop.line.requests[-1].partition(b"\r\n")[0]:
        shop.kiosk.cycle.step()
    told = [alert["subject"] for alert in shop.centre.cli("fleet", "alerts") if alert["alert"] == "not_held"]
    assert told == [shop.kiosk.in_force.statement().device_text]
    pass_quietly(shop)
    pass_quietly(shop)
    assert [alert for alert in shop.centre.cli("fleet", "alerts") if alert["alert"] == "not_held"] == []


def test_a_dump_makes_durable_only_what_was_there_before_it_was_begun(shop: Shop, tmp_path: Path) -> None:
    """``backup --elsewhere`` is typed when the dump is done: what came meanwhile is not in it."""
    shop.settle()
    shop.centre.run("backup", "begin")
    shutil.copy(shop.centre.data / "centre.db", tmp_path / "dump.db")  # the dump, begun and done
    one = sell(shop)
    until(shop, one, "stored")
    came = shop.kiosk.hwm
    shop.centre.run("backup", "--elsewhere", "--staff", "amal")
    pass_quietly(shop)
    assert int(shop.kiosk.store.fact("durable_hwm") or b"0") < came
    assert [e.state for e in shop.kiosk.store._s.evidence] == ["stored"]


def test_a_dump_that_nobody_begun_is_refused(shop: Shop) -> None:
    shop.settle()
    pass_quietly(shop)
    done = shop.centre.run("backup", "--elsewhere", "--staff", "amal")
    assert (done.returncode, "backup begin" in done.stderr) == (3, True)
