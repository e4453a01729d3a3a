"""Gap, duplicate, fork, or the next of the chain; on both stores."""

from __future__ import annotations

import copy
import threading
from dataclasses import replace

import pytest

from central.journal import ingestion
from central.journal.ingestion import Fork
from central.store.interface import Session
from central.store.journal_append import Append
from central.store.vault import place
from protocol.errors import Unavailable
from protocol.journal.personal import Item
from protocol.keys import SeedSigner
from tests.harness.own_centre import OwnCentre
from tests.harness.wire_device import Device


@pytest.fixture
def device(office: OwnCentre) -> Device:
    made = office.enrol()
    made.open_epoch()
    for _ in range(4):
        made.request()
    return made


def twin(device: Device) -> Device:
    """The same device restored from a copy: same key, a history of its own from here on."""
    return copy.deepcopy(device)


def test_the_next_records_are_kept_and_their_frames_sealed(office: OwnCentre, device: Device) -> None:
    taken = office.take(device, device.items)
    assert (taken.chain.hwm, taken.chain.hash, taken.fault) == (5, device.chain.hash, None)
    assert office.standing(device) == taken.chain
    found = office.rows("SELECT seq, sealed FROM personal ORDER BY seq")
    assert [seq for seq, _ in found] == [2, 3, 4, 5]
    frames = [office.centre.vault.open(sealed, place(device.chain.device, 1, seq)) for seq, sealed in found]
    assert frames == [item.frame for item in device.items[1:]]


def test_a_gap_stores_nothing(office: OwnCentre, device: Device) -> None:
    for missing in (1, 2):
        taken = office.take(device, device.items[missing:])
        assert (taken.behind, taken.chain.hwm) == (True, 0)
    assert office.rows("SELECT seq FROM entry") == []


def test_what_is_sent_again_is_fine_and_kept_once(office: OwnCentre, device: Device) -> None:
    office.take(device, device.items[:3])
    assert office.take(device, device.items[:3]).chain.hwm == 3
    assert office.take(device, device.items).chain.hwm == 5
    assert office.rows("SELECT count(*) FROM entry") == [(5,)]


def test_a_faulty_record_stops_there_and_the_chain_goes_on_from_it(office: OwnCentre, device: Device) -> None:
    spoilt = device.items[3]
    bad = Item(replace(spoilt.record, signature=bytes(64)), spoilt.frame)
    taken = office.take(device, [*device.items[:3], bad, device.items[4]])
    assert taken.fault is not None
    assert (taken.fault.fault, taken.fault.seq, taken.chain.hwm) == ("E_SIG", 4, 3)
    assert office.take(device, device.items[3:]).chain.hwm == 5


def test_a_range_with_too_few_or_too_many_records_ends_in_a_fault(office: OwnCentre, device: Device) -> None:
    stream = device.stream(device.items)
    few = ingestion.take(office.centre, office.standing(device), 1, 7, stream)
    assert few.fault is not None
    assert (few.chain.hwm, few.fault.fault, few.fault.seq) == (5, "E_TRUNCATED", 6)
    device.request()
    many = ingestion.take(
        office.centre, office.standing(device), 6, 6, device.stream([*device.items[5:], device.items[5]])
    )
    assert many.fault is not None
    assert (many.chain.hwm, many.fault.seq) == (6, 7)


def test_two_histories_freeze_the_device_and_both_are_kept(office: OwnCentre, device: Device) -> None:
    restored = twin(device)
    mine, other = device.request(), restored.request()
    office.take(device, device.items)
    taken = office.take(restored, restored.items)
    assert taken.fork == Fork(6, mine.hash)
    assert office.standing(device).state == "frozen"
    assert office.rows("SELECT seq, hash, kept_hash, header, signature, body FROM equivocation") == [
        (6, other.hash, mine.hash, other.header, other.signature, other.body)
    ]
    assert office.read(ingestion.first_fork, office.standing(device)) == Fork(6, mine.hash)
    assert office.rows("SELECT act FROM audit WHERE act = 'device.frozen'") == [("device.frozen",)]


def test_a_fork_shown_twice_is_evidence_once(office: OwnCentre, device: Device) -> None:
    restored = twin(device)
    device.request()
    restored.open_epoch()
    office.take(device, device.items)
    for _ in range(2):
        assert office.take(restored, restored.items[5:]).fork is not None
    assert office.rows("SELECT count(*) FROM equivocation") == [(1,)]


def test_a_fork_from_the_middle_is_one_too(office: OwnCentre, device: Device) -> None:
    restored = twin(device)
    for one in (device, restored):
        for _ in range(3):
            one.request()
    office.take(device, device.items)
    taken = office.take(restored, restored.items[6:])
    assert taken.fork is not None
    assert taken.fork.seq == 7


def test_an_unsigned_other_history_accuses_nobody(office: OwnCentre, device: Device) -> None:
    stranger = twin(device)
    stranger.signer = SeedSigner(b"x" * 32)
    device.request()
    stranger.request()
    office.take(device, device.items)
    taken = office.take(stranger, stranger.items)
    assert taken.fork is None
    assert taken.fault is not None
    assert (taken.fault.fault, taken.fault.seq) == ("E_SIG", 6)
    assert office.standing(device).state == "active"


def test_uploads_at_once_for_one_device_leave_one_chain(office: OwnCentre, device: Device) -> None:
    for _ in range(20):
        device.request()
    results: list[ingestion.Taken] = []
    threads = [
        threading.Thread(target=lambda last=last: results.append(office.take(device, device.items[:last])))
        for last in (5, 10, 15, 20, 25)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(taken.fault is None and taken.fork is None for taken in results)
    assert office.standing(device).hwm == 25
    assert office.rows("SELECT count(*), max(seq) FROM entry") == [(25, 25)]


def test_a_device_suspended_meanwhile_is_said(office: OwnCentre, device: Device) -> None:
    standing = office.standing(device)
    office.run("UPDATE chain SET state = 'suspended'")
    taken = ingestion.take(office.centre, standing, 1, 5, device.stream(device.items))
    assert (taken.chain.state, taken.chain.hwm) == ("suspended", 0)


def test_a_chain_that_never_stands_still_is_given_up(small: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    device = small.enrol()
    device.open_epoch()

    def moved(_session: Session, _batch: Append) -> bool:
        return False

    monkeypatch.setattr("central.store.interface.Session.append", moved)
    with pytest.raises(Unavailable, match="busy_chain"):
        small.take(device, device.items)


def test_an_older_epoch_is_verified_by_its_own_key(office: OwnCentre, device: Device) -> None:
    newer = office.enrol(device.chain.device)
    assert (newer.chain.epoch, office.standing(device, 1).state) == (2, "superseded")
    assert office.take(device, device.items).chain.hwm == 5
    newer.open_epoch()
    assert office.take(newer, newer.items).chain.hwm == 1


def test_the_time_of_an_acknowledgement_never_runs_backwards(office: OwnCentre, device: Device) -> None:
    first = office.take(device, device.items[:2]).chain
    office.clock.ms -= 60_000
    second = office.take(device, device.items).chain
    assert second.server_ms == first.server_ms
    assert second.ack(office.clock()).server_ms == first.server_ms
