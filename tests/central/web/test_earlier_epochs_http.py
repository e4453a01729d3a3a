"""What an epoch that is over had not sent yet: taken to its last entry, under its own key."""

from __future__ import annotations

import base64
import copy
import time
from dataclasses import replace

import pytest
import requests

from protocol.documents import trust
from protocol.journal.kj01 import EntryType
from protocol.journal.personal import Item
from protocol.wire import wire
from tests.central.web.test_epochs_http import again
from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import Device, enrol_device

PATIENCE_S = 20


@pytest.fixture
def old(device: Device) -> Device:
    """Two entries acknowledged, three that never left before the device was enrolled again."""
    device.open_epoch()
    device.request()
    assert device.push().status_code == 200
    for _ in range(3):
        device.request()
    return device


def verdict(new: Device, epoch: int, answer: requests.Response) -> dict[str, object]:
    """A signed no about the records of `epoch`."""
    members = trust.open_object(answer.content, trust.VERDICT, new.keyset.feed)
    assert (members["device"], members["epoch"]) == (new.name, epoch)
    return members


def bring(new: Device, old: Device, items: list[Item], first: int, last: int) -> requests.Response:
    return new.post(old.stream(items), first, last, epoch=1)


def test_its_rest_arrives_to_the_last_entry_and_in_pieces(centre: CentreProcess, old: Device) -> None:
    new = again(centre, old)
    new.open_epoch()
    assert new.push().status_code == 200
    for at in (2, 3, 4):
        answer = bring(new, old, old.items[at : at + 1], at + 1, at + 1)
        assert old.read_ack(answer.content).hwm == at + 1
    assert old.read_ack(bring(new, old, old.items, 1, 5).content).entry_hash == old.chain.hash
    states = {
        row["epoch"]: (row["state"], row["hwm"]) for row in centre.cli("device", "list") if row["device"] == new.name
    }
    assert states == {1: ("superseded", 5), 2: ("active", 1)}


def test_it_may_come_sealed_and_its_outcomes_name_its_epoch(centre: CentreProcess, old: Device) -> None:
    new = again(centre, old)
    answer = new.post(old.bundle(old.items[2:]), 3, 5, wire.BUNDLE, epoch=1)
    assert old.read_ack(answer.content).hwm == 5
    told: list[dict[str, object]] = []
    until = time.monotonic() + PATIENCE_S
    while len(told) < 4 and time.monotonic() < until:
        told += [item for item in new.feed() if item["kind"] == "outcome"]
        time.sleep(0.05)
    assert sorted((item["epoch"], item["seq"]) for item in told) == [(1, 2), (1, 3), (1, 4), (1, 5)]


def test_a_gap_in_it_stores_nothing_and_names_its_place(centre: CentreProcess, old: Device) -> None:
    new = again(centre, old)
    answer = bring(new, old, old.items[3:], 4, 5)
    assert (answer.status_code, old.read_ack(answer.content).hwm) == (409, 2)


def test_a_record_that_its_own_key_did_not_sign_is_structural(centre: CentreProcess, old: Device) -> None:
    new = again(centre, old)
    forger = copy.deepcopy(old)
    forger.signer, forger.items = new.signer, old.items[:]
    forger.request()
    answer = bring(new, old, forger.items[2:], 3, 6)
    said = verdict(new, 1, answer)
    assert (answer.status_code, said["fault"], said["seq"]) == (422, "E_SIG", 6)
    assert old.read_ack(base64.b64decode(str(said["ack"]))).hwm == 5


def test_a_second_history_of_it_is_evidence_and_does_not_stop_the_present_epoch(
    centre: CentreProcess, old: Device
) -> None:
    new = again(centre, old)
    first = old.items[1].record
    twin = copy.deepcopy(old)
    twin.chain, twin.items = replace(old.chain, seq=1, hash=old.items[0].record.hash), []
    twin.request()
    answer = bring(new, old, twin.items, 2, 2)
    assert answer.status_code == 403
    said = verdict(new, 1, answer)
    assert (said["code"], said["seq"], said["entry_hash"]) == ("equivocation", 2, first.hash.hex())
    # From then on each of its uploads is told so, and nothing of it is taken.
    assert verdict(new, 1, bring(new, old, old.items[2:], 3, 5))["code"] == "equivocation"
    new.write(EntryType.RECOVERY, {"v": 1, "kind": "recovery"})
    assert new.push().status_code == 200


def test_an_epoch_that_there_never_was_is_no_range(centre: CentreProcess, old: Device) -> None:
    new = again(centre, old)
    for epoch in (0, 3, 9):
        answer = new.post(old.stream(old.items[2:]), 3, 5, epoch=epoch)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_range")


def test_nobody_brings_the_rest_of_another_device(centre: CentreProcess, old: Device) -> None:
    stranger = again(centre, enrol_device(centre))
    answer = bring(stranger, old, old.items[2:], 3, 5)
    assert answer.status_code in {409, 422}
    assert old.push().status_code == 200


def test_a_suspended_device_brings_nothing_until_it_is_let_back(centre: CentreProcess, old: Device) -> None:
    new = again(centre, old)
    centre.cli("device", "suspend", new.name)
    assert bring(new, old, old.items[2:], 3, 5).status_code == 403
    centre.cli("device", "resume", new.name)
    assert old.read_ack(bring(new, old, old.items[2:], 3, 5).content).hwm == 5
