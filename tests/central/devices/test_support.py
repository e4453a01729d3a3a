"""Support files at the centre: taken from whose they are, kept once, opened by the staff."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from central.cli.console import EXIT_REFUSED, EXIT_UNAVAILABLE
from central.devices import reports
from central.web.app import Rates
from protocol.documents import trust
from protocol.wire import support_file
from protocol.wire.support_file import BadSupport, SupportHead
from tests.central.cli.test_cli import cli, device, office
from tests.central.web.test_web import Served
from tests.harness.centre_command import Cli
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device

__all__ = ["cli", "device", "office"]
SAID = {"v": 1, "report": {"kind": "printing", "text": "paper"}}


def sealed(device: Device, made_ms: int = 1, **said: Any) -> bytes:
    head = SupportHead(device.chain.device, device.chain.epoch, made_ms)
    return support_file.seal(head, {**SAID, **said}, device.keyset.seal_x25519)


@pytest.fixture
def served(small: OwnCentre) -> Iterator[Served]:
    running = Served(small, Rates.unlimited())
    running.start()
    yield running
    running.stop()


@pytest.fixture
def till(served: Served, small: OwnCentre) -> Device:
    found = small.enrol()
    found.url = served.url
    return found


def post(
    office: OwnCentre, device: Device, file: bytes, media: str = support_file.MEDIA
) -> tuple[requests.Response, str]:
    return device.send("POST", support_file.PATH, file, media=media, key="sup-1", created=office.clock() // 1000)


def test_the_centre_signs_for_it_and_the_same_file_is_one_file(small: OwnCentre, till: Device) -> None:
    file = sealed(till)
    answer, nonce = post(small, till, file)
    members = trust.open_object(answer.content, support_file.TAKEN, till.keyset.feed)
    assert (members["request_nonce"], members["device"]) == (nonce, till.name)
    again, _ = post(small, till, file)
    assert trust.open_object(again.content, support_file.TAKEN, till.keyset.feed)["number"] == members["number"]
    with small.store.reading() as session:
        assert [row["number"] for row in reports.support_files(session, 10)] == [members["number"]]
        kept = reports.kept_support(session, members["number"])
    assert kept is not None
    assert kept.file == file
    assert support_file.unseal(kept.file, *small.centre.keys.seals)[1] == SAID


@pytest.mark.parametrize("what", ["other device", "no file", "other media"])
def test_what_is_not_this_counters_file_is_refused(small: OwnCentre, till: Device, what: str) -> None:
    other = small.enrol()
    file = {"other device": sealed(other), "no file": b"nothing", "other media": sealed(till)}[what]
    answer, _ = post(small, till, file, "text/plain" if what == "other media" else support_file.MEDIA)
    assert answer.status_code == 400


def test_the_oldest_of_a_counter_go(small: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    device = small.enrol()
    monkeypatch.setattr(reports, "KEPT", 2)
    with small.store.writing() as session:
        for made_ms in range(5):
            reports.keep_support(small.centre, session, small.standing(device), sealed(device, made_ms))
        assert len(reports.support_files(session, 10)) == 2
        assert reports.kept_support(session, "S-1") is None
        assert reports.kept_support(session, "S-١") is None


def test_a_file_of_another_centre_does_not_open(small: OwnCentre) -> None:
    other = support_file.seal(SupportHead(bytes(16), 1, 1), SAID, bytes([9]) + bytes(31))
    with pytest.raises(BadSupport, match="seal"):
        support_file.unseal(other, *small.centre.keys.seals)
    with pytest.raises(BadSupport, match="head"):
        support_file.unseal(b"no", *small.centre.keys.seals)


def test_the_staff_lists_and_opens_by_number_or_from_a_stick(
    cli: Cli, office: OwnCentre, device: Device, tmp_path: Path
) -> None:
    file = sealed(device)
    number = office.act(reports.keep_support, office.standing(device), file)
    (row,) = cli.ask("support", "list")
    assert (row["number"], row["device"]) == (number, device.name)
    assert cli.ask("support", "open", number)["report"] == SAID["report"]
    stick = tmp_path / "problem.kjs"
    stick.write_bytes(file)
    assert cli.ask("support", "open", str(stick))["device"] == device.name
    assert cli.fails("support", "open", str(tmp_path / "none"))[0] == EXIT_UNAVAILABLE
    assert "S-999" in cli.fails("support", "open", "S-999")[1]
    stick.write_bytes(file[:-1])
    assert cli.fails("support", "open", str(stick))[0] == EXIT_REFUSED
