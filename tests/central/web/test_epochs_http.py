"""A device that starts again: a new key, a new epoch, and what the old one had not sent yet."""

from __future__ import annotations

import base64
import copy
import threading
import time
from dataclasses import replace

import pytest
import requests

from protocol.documents import trust
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Chain, genesis
from protocol.journal.personal import Item
from protocol.wire import wire
from tests.harness.centre_process import REFUSED, CentreProcess, CommandFailed
from tests.harness.wire_device import SHOP, Applicant, Device, enrol_device


def again(centre: CentreProcess, old: Device) -> Device:
    """The same device enrolled once more."""
    made = centre.cli("device", "slot", "--shop", SHOP, "--device", old.name, "--staff", "amal")
    applicant = Applicant(centre.url)
    claimed = applicant.claim(made["slot"], made["code"]).json()
    applicant.reveal(made["slot"], claimed)
    centre.cli("device", "approve", made["slot"], "--number", applicant.number(claimed), "--staff", "badr")
    return applicant.device(centre, claimed, applicant.status(made["slot"]).content)


def test_a_new_epoch_has_a_new_key_and_brings_the_old_ones_records(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    device.request()
    assert device.push().status_code == 200
    device.request()
    device.request()
    new = again(centre, device)
    assert (new.name, new.statement.epoch) == (device.name, 2)
    refused, nonce = device.send("GET", wire.PATH_FEED, query="after=0")
    assert refused.status_code in {401, 403}
    if refused.status_code == 403:
        assert device.read_verdict(refused, nonce)["code"] == "revoked"
    # What the old key signed is still good; the request is signed by the new one.
    late = device.items[2:]
    answer = new.post(device.stream(late), 3, 4, epoch=1)
    assert answer.status_code == 200
    assert device.read_ack(answer.content).hwm == 4
    new.write(EntryType.RECOVERY, {"v": 1, "kind": "recovery"})
    assert new.push().status_code == 200


def test_an_old_epoch_cannot_write_into_a_new_one(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    new = again(centre, device)
    assert new.post(device.stream(device.items), 1, 1, epoch=2).status_code == 422
    assert new.post(device.stream(device.items), 1, 1, epoch=9).status_code in {400, 401, 403, 422}
    new.open_epoch()
    assert new.push().status_code == 200


def test_a_frozen_device_goes_on_only_under_a_new_epoch(centre: CentreProcess, device: Device) -> None:
    device.open_epoch()
    device.push()
    before = device.items[:]
    device.chain = Chain(device.chain.device, 1, 0, genesis(device.statement.payload))
    device.items = []
    device.request()
    assert device.push(device.items).status_code == 403
    with pytest.raises(CommandFailed) as failed:
        centre.cli("device", "resume", device.name, "--staff", "amal")
    assert failed.value.code == REFUSED
    assert device.push(before).status_code == 403
    new = again(centre, device)
    new.open_epoch()
    assert new.push().status_code == 200


def test_the_same_batch_sent_four_times_at_once_is_kept_once(device: Device) -> None:
    device.open_epoch()
    for _ in range(40):
        device.request()
    answers: list[int] = []
    hwms: list[int] = []

    def send() -> None:
        answer = device.post(device.stream(device.items), 1, 41)
        answers.append(answer.status_code)
        if answer.status_code == 200:
            hwms.append(device.read_ack(answer.content).hwm)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 503}
    assert set(hwms) == {41}


def test_two_histories_sent_at_once_do_not_both_enter(device: Device) -> None:
    device.open_epoch()
    device.push()
    before, base = device.chain, device.items[:]
    batches = []
    for _ in range(2):
        device.chain, device.items = before, base[:]
        for _ in range(20):
            device.request()
        batches.append(device.items[1:])
    statuses: list[int] = []

    def send(batch: list[Item]) -> None:
        statuses.append(device.post(device.stream(batch), 2, 21).status_code)

    threads = [threading.Thread(target=send, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) in ([200, 403], [403, 403])


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


def test_it_may_come_sealed_and_its_decisions_name_its_epoch(centre: CentreProcess, old: Device) -> None:
    new = again(centre, old)
    answer = new.post(old.bundle(old.items[2:]), 3, 5, wire.BUNDLE, epoch=1)
    assert old.read_ack(answer.content).hwm == 5
    told: list[dict[str, object]] = []
    until = time.monotonic() + PATIENCE_S
    while len(told) < 4 and time.monotonic() < until:
        told += [item for item in new.feed() if item["kind"] == "decision"]
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
