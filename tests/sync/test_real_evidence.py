"""A paper from the counter to the true centre, cut at every exchange, over a line that misbehaves (Done-when 7)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.core.journal_writer import Writing
from kiosk.model.evidence_file import Evidence
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.members import write
from sync.line import read_base
from tests.harness import line_proxy
from tests.harness.centre_process import CentreProcess, CommandFailed
from tests.harness.line_proxy import Fault, Proxy, upstream
from tests.harness.sync_party import Kiosk
from tests.harness.wire_device import centre_with_shop, request_members
from tests.sync.test_evidence_upload import _row
from tests.sync.test_real_centre import Shop, Through, TrueClock, enrol

pytestmark = pytest.mark.slow
CONTENT = b"CANARY-of-a-citizens-paper " * 20_000


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("centre")) as running:
        yield running


@pytest.fixture
def shop(centre: CentreProcess) -> Iterator[Shop]:
    signer, enrolled = enrol(centre)
    with Proxy(upstream("127.0.0.1", centre.port)) as line:
        transport = Through(read_base(line.url), read_s=1, total_s=2)
        transport.name = centre.authority
        yield Shop(centre, line, Kiosk(transport, TrueClock(), time.time_ns(), enrolled, signer), transport)
        transport.close()


def sell(shop: Shop, content: bytes = CONTENT) -> Evidence:
    """A sale whose entry names one paper, as the counter writes it."""
    members, kiosk = request_members(), shop.kiosk
    file, key = kiosk.pictures.keep(content)
    sha256 = hashlib.sha256(content).digest()
    one = Evidence(members["id"], "card", sha256, len(content), "image/jpeg", file, key, 1)
    kiosk.store.commit([], [one])
    members["evidence"] = [write(one.item())]
    kiosk.journal.write(
        [Writing(Unknown(EntryType.REQUEST, members), {"fields": {}}, members["total_pt"])],
        lambda records: [_row(one.request, records[0].fields.seq, records[0].hash)],
    )
    return one


def until(shop: Shop, one: Evidence, state: str, steps: int = 400) -> None:
    for _ in range(steps):
        if shop.kiosk.store.evidence.of_request(one.request)[0].state == state:
            return
        pause = shop.kiosk.cycle.step()
        shop.kiosk.clock.mono += int(pause.seconds * 1000)
        if pause.seconds:
            shop.kiosk.cycle.run_now()
    raise AssertionError(shop.kiosk.cycle.status())


def test_a_backup_of_the_centre_lets_the_kiosk_delete(shop: Shop, tmp_path: Path) -> None:
    one = sell(shop)
    until(shop, one, "stored")
    shop.centre.cli("backup", str(tmp_path / "copy.db"), "--staff", "amal")
    until(shop, one, "durable")


@pytest.mark.parametrize(
    "fault",
    [line_proxy.drop_request, line_proxy.drop_response, line_proxy.duplicate, line_proxy.truncate, line_proxy.reset],
)  # fmt: skip
def test_every_exchange_goes_wrong_once_and_it_arrives_whole(shop: Shop, fault: Fault) -> None:
    shop.settle()
    one = sell(shop)
    for _ in range(14):  # each exchange in turn: the fault, then a good try
        shop.line.faults.append(fault)
        shop.line.faults.append(line_proxy.well)
    until(shop, one, "stored")


def test_a_centre_killed_between_two_pieces_goes_on_where_it_stood(shop: Shop) -> None:
    shop.settle()
    one = sell(shop)
    for _ in range(5):
        shop.kiosk.cycle.step()
    shop.centre.kill()
    shop.kiosk.cycle.step()
    shop.centre.start()
    until(shop, one, "stored")


def test_the_staff_open_the_papers_of_a_request(shop: Shop, tmp_path: Path) -> None:
    one = sell(shop)
    until(shop, one, "stored")
    entry = next(r for r in shop.kiosk.store._s.requests.values() if r.id == one.request)
    found = shop.kiosk.in_force.statement().device.hex()[:8]
    request, folder = f"{found}-{entry.seq}", tmp_path / "papers"
    shop.centre.cli("request", "papers", request, str(folder), "--staff", "amal")
    assert [(file.name, file.read_bytes()) for file in folder.iterdir()] == [("1.jpg", CONTENT)]
    assert (folder / "1.jpg").stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandFailed, match="exists already"):
        shop.centre.cli("request", "papers", request, str(folder), "--staff", "amal")


def test_nothing_of_a_picture_is_readable_in_the_files_of_the_centre(shop: Shop) -> None:
    one = sell(shop, CONTENT + b"!")
    until(shop, one, "stored")
    files = [file for file in shop.centre.data.parent.rglob("*") if file.is_file()]
    assert files
    assert [file.name for file in files if b"CANARY" in file.read_bytes()] == []
