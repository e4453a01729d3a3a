"""What is refused over the wire is counted where it belongs, and told: a real centre and a real Prometheus."""

from __future__ import annotations

import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from starlette.testclient import TestClient

from central.web import app
from protocol.errors import Unavailable
from protocol.keys import SeedSigner
from protocol.wire import wire
from tests.central.fleet.prometheus import RULES, program
from tests.harness.centre_process import CentreProcess, free_port
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device, add_shop, enrol_device

WITHIN_S: Final = 60.0
CONFIG: Final = """\
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ["{rules}"]
scrape_configs:
  - job_name: manfaz
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    made = CentreProcess(tmp_path_factory.mktemp("centre") / "centre", free_port())
    made.metrics_port = free_port()
    made.start()
    try:
        add_shop(made)
        yield made
    finally:
        made.stop()


def scraped(centre: CentreProcess) -> str:
    answer = requests.get(f"http://127.0.0.1:{centre.metrics_port}/metrics", timeout=10)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.text


def refused(centre: CentreProcess) -> dict[str, int]:
    return {
        why: int(count)
        for why, count in re.findall(r'^manfaz_refused_total{why="(\w+)"} (\d+)$', scraped(centre), re.MULTILINE)
    }


def alert_names(centre: CentreProcess, device: Device) -> set[str]:
    return {one["alert"] for one in centre.cli("fleet", "alerts") if one["subject"] == device.name}


def heartbeat(device: Device, **how: Any) -> int:
    nonce = wire.nonce_text(secrets.token_bytes(16))
    answer, _ = device.send("POST", wire.PATH_HEARTBEAT, b'{"v":1}', key=f"hb-{nonce}", **{"nonce": nonce, **how})
    return answer.status_code


def forge(device: Device) -> int:
    """A request in the device's name, signed by a key that is not its own."""
    own, device.signer = device.signer, SeedSigner(secrets.token_bytes(32))
    try:
        return heartbeat(device)
    finally:
        device.signer = own


def test_each_refusal_is_counted_by_its_reason(centre: CentreProcess) -> None:
    device, before = enrol_device(centre), refused(centre)
    assert requests.get(f"{centre.url}{wire.PATH_FEED}", timeout=10).status_code == 401
    assert forge(device) == 401
    assert heartbeat(device, created=int(time.time()) - 9_000) == 401
    nonce = wire.nonce_text(secrets.token_bytes(16))
    assert [heartbeat(device, nonce=nonce) for _ in range(2)] == [200, 401]
    centre.cli("device", "suspend", device.name)
    assert heartbeat(device) == 403
    after = refused(centre)
    changed = {why: after[why] - before[why] for why in after if after[why] != before[why]}
    assert changed == {"unreadable": 1, "signature": 1, "clock": 1, "repeated": 1, "suspended": 1}
    assert alert_names(centre, device) == {"signature_refused"}


def test_a_device_that_is_not_known_here_leaves_no_name(centre: CentreProcess, tmp_path: Path) -> None:
    other = CentreProcess(tmp_path / "other", free_port())
    other.start()
    try:
        add_shop(other)
        stranger = enrol_device(other)
    finally:
        other.stop()
    stranger.url, stranger.authority, before = centre.url, centre.authority, refused(centre)["unknown"]
    assert heartbeat(stranger) == 401
    text = scraped(centre)
    assert refused(centre)["unknown"] == before + 1
    assert stranger.name not in text


def test_a_replaced_computer_that_speaks_is_told_of(centre: CentreProcess) -> None:
    device = enrol_device(centre)
    centre.cli("device", "replace", device.name)
    assert alert_names(centre, device) == set()
    assert heartbeat(device) == 403
    scraped(centre)
    assert alert_names(centre, device) == {"key_superseded"}


def test_the_metrics_are_on_no_public_port(centre: CentreProcess) -> None:
    assert requests.get(f"{centre.url}/metrics", timeout=10).status_code == 404
    assert requests.get(f"http://127.0.0.1:{centre.metrics_port}/healthz", timeout=10).status_code == 404


def test_a_port_that_is_taken_is_said(centre: CentreProcess, tmp_path: Path) -> None:
    second = CentreProcess(tmp_path / "second", free_port())
    done = second.run("serve", "--port", str(second.port), "--metrics-port", str(centre.metrics_port))
    assert done.returncode == 4
    assert str(centre.metrics_port) in done.stderr


def test_a_database_that_is_away_is_a_scrape_that_fails(small: OwnCentre) -> None:
    class Away:
        def reading(self) -> Any:
            raise Unavailable("database_away", reason="")

    with TestClient(app.build_metrics(replace(small.centre, store=Away()))) as http:  # type: ignore[arg-type]  # half a store
        answer = http.get(app.METRICS)
    assert (answer.status_code, answer.text) == (503, "database_away")


# ---- Prometheus itself -------------------------------------------------------------------------------------------


@contextmanager
def prometheus(folder: Path, scraped_port: int) -> Iterator[str]:
    """One of its own on a free port, with our rules as they are; its address."""
    port, config = free_port(), folder / "prometheus.yml"
    config.write_text(CONFIG.format(rules=RULES, port=scraped_port))
    command = [
        program("prometheus"), f"--config.file={config}", f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=1h", f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as running:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def firing(address: str) -> dict[str, dict[str, Any]]:
    """By alertname; empty while it does not answer yet."""
    try:
        found = requests.get(f"{address}/api/v1/alerts", timeout=10).json()["data"]["alerts"]
    except requests.RequestException:
        return {}
    return {one["labels"]["alertname"]: one for one in found if one["state"] == "firing"}


def test_prometheus_scrapes_the_centre_and_fires(centre: CentreProcess, tmp_path: Path) -> None:
    device = enrol_device(centre)
    assert centre.metrics_port is not None
    with prometheus(tmp_path, centre.metrics_port) as address:
        until = time.monotonic() + WITHIN_S
        while "Watchdog" not in firing(address):
            assert time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.1)
        assert device.name not in str(firing(address))
        assert forge(device) == 401
        while device.name not in str(found := firing(address)):
            assert time.monotonic() < until, found
            time.sleep(0.1)
    alert = next(one for one in found.values() if one["labels"].get("subject") == device.name)
    assert (alert["labels"]["alertname"], alert["labels"]["severity"]) == ("SignatureRefused", "ticket")
    assert alert["labels"]["shop"] in alert["annotations"]["summary"]
    assert "AlertingQuiet" not in found
