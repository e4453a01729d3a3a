"""A device that starts again: a new key, a new epoch, and what the old one had not sent yet."""

from __future__ import annotations

import threading

import pytest

from protocol.journal.kj01 import Chain, EntryType, genesis
from protocol.journal.personal import Item
from protocol.wire import wire
from tests.harness.centre_process import REFUSED, CentreProcess, CommandFailed
from tests.harness.wire_device import SHOP, Applicant, Device


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
