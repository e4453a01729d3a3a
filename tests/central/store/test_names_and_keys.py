"""What must not change by a slip: the centre's address, its database; and what must change: its keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.cli.console import EXIT_REFUSED
from tests.harness.centre_command import Cli
from tests.harness.centre_process import CentreProcess
from tests.harness.postgres_server import Postgres
from tests.harness.wire_device import SHOP, Device, centre_with_shop, enrol_device


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("centre")) as running:
        yield running


@pytest.fixture(scope="module")
def device(centre: CentreProcess) -> Device:
    return enrol_device(centre)


def address(centre: CentreProcess) -> str:
    said: str = centre.cli("settings", "show", "--shop", SHOP)["public_address"]
    return said


def settings(device: Device) -> list[str]:
    """The addresses in what the counter has not read yet."""
    found = [item["document"]["payload"] for item in device.feed() if item["kind"] == "settings"]
    return [json.loads(base64.b64decode(one))["public_address"] for one in found]


def test_a_start_with_a_mistyped_address_changes_nothing_for_counters_that_know_another(
    centre: CentreProcess, device: Device
) -> None:
    device.feed()
    right = centre.url
    centre.stop()
    typed = CentreProcess(centre.data, centre.port)
    typed.url, typed.authority = "http://127.0.0.1:1", centre.authority
    typed.start()
    typed.kill()
    typed.url = right
    centre.start()
    assert (address(centre), settings(device)) == (right, [])
    assert "http://127.0.0.1:1" in centre.log()


def test_another_address_is_taken_when_it_is_said_on_purpose_and_this_centre_answers_there(
    centre: CentreProcess, device: Device, tmp_path: Path
) -> None:
    device.feed()
    done = centre.run("address", "set", "--public-address", "http://127.0.0.1:1")
    assert (done.returncode, address(centre)) == (3, centre.url)
    assert "refused" in done.stderr
    assert "URLError" not in done.stderr
    assert centre.run("address", "set").returncode == 3
    there = f"http://localhost:{centre.port}"
    centre.cli("address", "set", "--public-address", there)
    assert (address(centre), settings(device)) == (there, [there])
    with centre_with_shop(tmp_path) as other:
        done = centre.run("address", "set", "--public-address", other.url)
        assert (done.returncode, "not signed by this centre's keys" in done.stderr) == (3, True)
    centre.cli("address", "set", "--public-address", centre.url, "--unseen", "--authority", centre.authority)
    assert settings(device) == [centre.url]


@pytest.mark.postgres
def test_keys_that_have_served_begin_no_empty_database_unless_told(postgres: Postgres, tmp_path: Path) -> None:
    with centre_with_shop(tmp_path, postgres.database("served")) as running:
        running.stop()
        empty = postgres.database("empty")
        done = CentreProcess(running.data, running.port, empty).run("shop", "list")
        assert done.returncode == 5
        assert "--new" in done.stderr
        again = CentreProcess(running.data, running.port, empty)
        with pytest.raises(AssertionError, match="did not start"):
            again.start()
    new = CentreProcess(running.data, running.port, empty)
    new.new = True
    new.start()
    assert new.cli("shop", "list") == []
    new.stop()


def test_what_was_sealed_before_a_rotation_and_after_it_is_read(centre: CentreProcess) -> None:
    device = enrol_device(centre)
    device.open_epoch()
    sold = [device.request()]
    device.push()
    device.await_item("decision")
    centre.cli("keys", "rotate", "vault")
    sold.append(device.request())
    device.push()
    device.await_item("decision")
    for record in sold:
        shown = centre.cli("request", "show", json.loads(record.body)["id"], "--personal")
        assert "منى أحمد" in json.dumps(shown, ensure_ascii=False)


@pytest.mark.postgres
def test_the_database_of_another_centre_is_refused(
    postgres: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address of the real one, typed at the test system: its counters would be told what that one says."""
    real, other = Cli(tmp_path / "real", capsys), Cli(tmp_path / "other", capsys)
    real_one = ("--database", postgres.database("real_one"))
    for one in (real, other):
        assert one.run("keys", "new")[0] == 0
    real.ask(*real_one, "shop", "add", "--id", "CAI-1")
    code, said = other.fails(*real_one, "shop", "add", "--id", "CAI-2")
    assert (code, "another centre" in said) == (EXIT_REFUSED, True)
    assert [shop["id"] for shop in real.ask(*real_one, "shop", "list")] == ["CAI-1"]
