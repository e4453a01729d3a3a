"""The whole service on a real PostgreSQL: the same process, another database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from protocol.documents import trust
from protocol.wire import wire
from tests.harness.centre_process import CentreProcess
from tests.harness.postgres_server import server
from tests.harness.wire_device import Device, centre_with_shop, enrol_device

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    folder = tmp_path_factory.mktemp("centre")
    with server() as postgres, centre_with_shop(folder, postgres.database("centre")) as running:
        yield running


@pytest.fixture
def device(centre: CentreProcess) -> Device:
    return enrol_device(centre)


@pytest.mark.parametrize("sealed", [False, True])
def test_records_arrive_and_nothing_acknowledged_is_lost(
    centre: CentreProcess, device: Device, *, sealed: bool
) -> None:
    device.open_epoch()
    for _ in range(60):
        device.request()
    assert device.push(sealed=sealed).status_code == 200
    assert device.push(device.items, sealed=sealed).status_code == 200
    centre.kill()
    centre.start()
    answer = device.post(device.stream(device.items[-1:]), 99, 99)
    assert answer.status_code == 409
    ack = device.read_ack(answer.content)
    assert (ack.hwm, ack.entry_hash) == (61, device.chain.hash)


def test_a_nul_and_whatever_else_a_body_may_hold_is_kept_as_bytes(device: Device) -> None:
    device.open_epoch()
    device.request(service="\u0000\u202e" + "\u0301" * 200, id="x\u0000y")
    assert device.push().status_code == 200
    assert device.await_item("decision")["status"] == "rejected"


def test_two_histories_freeze_the_device(device: Device) -> None:
    device.open_epoch()
    before = device.chain
    device.request()
    device.push()
    device.chain, device.items = before, device.items[:1]
    device.request()
    answer = device.push(device.items[1:])
    assert answer.status_code == 403
    assert device.read_verdict(answer)["code"] == "equivocation"


def test_decisions_leases_and_the_page(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    record = device.request()
    device.push()
    decision = device.await_item("decision")
    centre.cli(
        "request",
        "decide",
        decision["id"],
        "sent_back",
        "--reason-ar",
        "ناقص",
        "--reason-en",
        "Incomplete",
        "--staff",
        "a",
        "--seen",
        "1",
        "--because",
        "looked at again",
    )
    assert device.await_item("decision")["status"] == "sent_back"
    assert device.heartbeat()["durable_hwm"] <= 2
    page = requests.get(f"{centre.url}/r/{device.name[:8]}/2/{record.hash.hex()}?lang=en", timeout=10)
    assert "50.00" in page.text


def test_a_nonce_is_used_once(device: Device) -> None:
    nonce = wire.nonce_text(bytes(16))
    first, _ = device.send("GET", wire.PATH_FEED, query="after=0", nonce=nonce)
    again, _ = device.send("GET", wire.PATH_FEED, query="after=0", nonce=nonce)
    assert (first.status_code, again.status_code) == (200, 401)
    assert trust.open_object(first.content, trust.FEED, device.keyset.feed)["request_nonce"] == nonce


def test_a_database_that_is_away_is_said_so_without_a_traceback(centre: CentreProcess) -> None:
    away = CentreProcess(centre.data, 1, "postgresql://nobody@127.0.0.1:1/none")
    done = away.run("device", "list")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
