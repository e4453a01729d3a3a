"""Epochs that are over, with work in them that never went up."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest

from kiosk.model.facts import LEASE_UNTIL_MS, ORDER, QUARANTINE
from protocol.documents.trust import Forged
from protocol.journal.acknowledgement import Judgement
from protocol.wire import wire
from protocol.wire.enrolment import Enrolment
from sync.line import Raw
from tests.harness.sync_party import (
    DEVICE,
    ROOT,
    STRANGER,
    Centre,
    DirectWire,
    Kiosk,
    keyset_envelope,
    lost,
    pair,
    statement,
)

OTHER = uuid.UUID("00112233-4455-4677-8899-aabbccddee00")


@pytest.fixture
def party() -> tuple[Centre, DirectWire, Kiosk]:
    """Three sales of epoch 1, one of which has arrived; then a new enrolment and two sales more."""
    centre, line, kiosk = pair()
    kiosk.sell()
    kiosk.settle()
    kiosk.sell(2)
    kiosk.begin_epoch(centre, 2)
    kiosk.sell(2)
    return centre, line, kiosk


def aside(kiosk: Kiosk, epoch: int = 1) -> str | None:
    found = kiosk.store.fact(f"aside.{epoch}")
    return None if found is None else found.decode()


def refuse(centre: Centre, code: str, **more: Any) -> Any:
    """An answer that turns uploads of epoch 1 away, signed, and lets all else pass."""

    def bent(target: str, raw: Raw) -> Raw:
        if target != wire.PATH_JOURNAL or raw.content_type != wire.ACK or raw.body[23] == centre.epoch:
            return raw
        return centre.verdict(code, last_nonce(centre), 403, **{"epoch": 1, "seq": 3, **more})

    return bent


def last_nonce(centre: Centre) -> str:
    """Of the request that is being answered."""
    return centre.last_nonce


def test_what_an_earlier_epoch_left_goes_up_too(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    assert kiosk.cycle.status().waiting == 2
    kiosk.cycle.step()
    assert (sorted(centre.records), kiosk.hwm, kiosk.cycle.status().waiting) == ([1, 2], 2, 2)
    kiosk.settle()
    assert (sorted(centre.before[1]), sorted(centre.records)) == ([1, 2, 3], [1, 2])
    assert kiosk.store.journal.left_behind() == []
    assert (kiosk.cycle.status().waiting, kiosk.store.fact("alarm")) == (0, None)
    kept = kiosk.store.journal.last_ack(1)
    assert kept is not None
    assert (kept[0].epoch, kept[0].hwm) == (1, 3)


def test_the_present_epoch_anchors_on_its_own_acknowledgements(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    _, _, kiosk = party
    kiosk.settle()
    kiosk.sell()
    kept = kiosk.store.journal.last_ack()
    assert kept is not None
    assert kiosk.store.journal.unsent(2, 1, 9999)[0].record.fields.anchor == kept[0].hash


def test_several_earlier_epochs_go_up_one_after_the_other(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    kiosk.begin_epoch(centre, 3)
    kiosk.settle()
    assert {epoch: sorted(kept) for epoch, kept in centre.before.items()} == {1: [1, 2, 3], 2: [1, 2]}
    assert kiosk.store.journal.left_behind() == []


def test_a_lost_answer_of_an_earlier_epoch_counts_once(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, line, kiosk = party
    line.after = lambda target, raw: lost(target, raw) if target == wire.PATH_JOURNAL else raw
    for _ in range(6):
        kiosk.clock.pass_ms(400_000)
        kiosk.cycle.step()
    assert sorted(centre.effects) == [1, 1, 2, 2, 3]
    line.after = lambda _, raw: raw
    kiosk.clock.pass_ms(400_000)
    kiosk.settle()
    assert kiosk.store.journal.left_behind() == []
    assert sorted(centre.effects) == [1, 1, 2, 2, 3]


def test_a_line_that_fell_under_an_earlier_epoch_is_not_shown_as_up(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    _, line, kiosk = party
    while kiosk.cycle._next("heartbeat", "pull") or kiosk.hwm < 2:
        kiosk.cycle.step()
    line.after = lost
    heard = kiosk.cycle.status().last_success_ms
    for _ in range(8):
        kiosk.clock.pass_ms(int(kiosk.cycle.step().seconds * 1000) + 1)
        assert (kiosk.cycle.status().state, kiosk.cycle.status().last_success_ms) == ("offline", heard)
    line.after = lambda _, raw: raw
    kiosk.settle()
    assert kiosk.store.journal.left_behind() == []


def test_an_epoch_the_centre_does_not_know_keeps_nothing_else_waiting(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    kiosk.begin_epoch(centre, 3)
    kiosk.sell()
    gone = centre.before.pop(1)
    for _ in range(20):
        kiosk.clock.pass_ms(int(kiosk.cycle.step().seconds * 1000) + 1)
    assert sorted(centre.records) == [1]
    assert sorted(centre.before[2]) == [1, 2]
    assert [left.hwm for left in kiosk.store.journal.left_behind()] == [1]
    assert aside(kiosk) is None  # nobody signed that no
    assert LEASE_UNTIL_MS.kept(kiosk.store) is not None
    centre.before[1] = gone
    kiosk.clock.pass_ms(600_000)
    kiosk.settle()
    assert kiosk.store.journal.left_behind() == []


def test_an_earlier_epoch_that_was_frozen_stops_only_itself(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, line, kiosk = party
    line.after = refuse(centre, "equivocation")
    kiosk.settle()
    assert aside(kiosk) == "equivocation 3"
    assert (kiosk.store.fact("alarm"), kiosk.hwm) == (b"epoch_equivocation 3", 2)
    assert QUARANTINE.kept(kiosk.store, 2) is None
    assert (kiosk.cycle.status().state, kiosk.cycle.status().waiting) == ("online", 0)
    assert len(kiosk.store.journal.left_behind()) == 1  # it is here to be exported
    asked = centre.requests
    assert kiosk.cycle.step().seconds > 60
    assert centre.requests == asked


def test_a_fault_in_an_earlier_epoch_keeps_what_came_before_it(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, line, kiosk = party
    items = kiosk.store.journal.unsent(1, 1, 9999, 1)
    centre.before[1][2] = items[0].record.pack()
    ack = base64.b64encode(centre.ack(epoch=1).body).decode()
    line.after = refuse(centre, "structural", ack=ack)
    kiosk.settle()
    assert aside(kiosk) == "structural 3"
    assert [left.hwm for left in kiosk.store.journal.left_behind()] == [2]


@pytest.mark.parametrize("ack", ["no base64", "AAAA", None])
def test_a_fault_without_a_word_of_what_came_before_sets_the_epoch_aside(
    party: tuple[Centre, DirectWire, Kiosk], ack: str | None
) -> None:
    centre, line, kiosk = party
    line.after = refuse(centre, "structural", ack=ack)
    kiosk.settle()
    assert aside(kiosk) == "structural 3"
    assert [left.hwm for left in kiosk.store.journal.left_behind()] == [1]


def test_a_no_about_an_epoch_nobody_sent_is_not_believed(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, line, kiosk = party
    line.after = lambda target, raw: (
        centre.verdict("revoked", last_nonce(centre), epoch=1) if target == wire.PATH_HEARTBEAT else raw
    )
    for _ in range(6):
        kiosk.cycle.step()
    assert aside(kiosk) is None
    assert ORDER.kept(kiosk.store, 2) is None


def test_a_centre_that_holds_more_of_an_earlier_epoch_gets_no_more(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    centre.before[1][9] = bytes(300)
    kiosk.settle()
    assert aside(kiosk) == "ahead_of_me 9"
    assert kiosk.hwm == 2


def test_another_history_of_an_earlier_epoch_sets_it_aside(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    centre.before[1][3] = bytes(300)
    kiosk.settle()
    assert aside(kiosk) == "other_history 3"


def test_a_centre_restored_gets_an_earlier_epoch_again(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    del centre.before[1][1]
    kiosk.clock.pass_ms(5_000)
    kiosk.settle()
    assert sorted(centre.before[1]) == [1, 2, 3]


def test_a_forged_acknowledgement_of_an_earlier_epoch_moves_nothing(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    (left,) = kiosk.store.journal.left_behind()
    with pytest.raises(Forged):
        kiosk.inbound.earlier.acknowledged(centre.ack(signer=STRANGER, epoch=1).body, left)
    assert kiosk.inbound.earlier.acknowledged(centre.ack().body, left) is Judgement.NOT_MINE
    assert kiosk.store.journal.left_behind() == [left]


def test_an_answer_that_moves_nothing_is_not_asked_for_in_a_circle(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, line, kiosk = party
    kiosk.cycle.step()
    old = centre.ack(epoch=1)
    line.after = lambda target, raw: old if target == wire.PATH_JOURNAL else raw
    asked = centre.requests
    for _ in range(8):
        kiosk.clock.pass_ms(int(min(kiosk.cycle.step().seconds, 1) * 1000))
    assert centre.requests - asked <= 4


def test_work_of_another_device_is_never_sent_as_ones_own() -> None:
    centre, _, kiosk = pair()
    kiosk.sell()
    kiosk.begin_epoch(centre, 2)
    assert kiosk.in_force.statement().device == DEVICE.bytes
    kiosk.store._s.enrolments[1] = Enrolment(statement(1, OTHER), ROOT.public, keyset_envelope())
    kiosk.settle()
    assert aside(kiosk) == "other_device 1"
    assert kiosk.store.fact("alarm") == b"epoch_other_device 1"
    assert centre.before[1] == {}
    kiosk.inbound.earlier.set_aside(1, "equivocation", 9)
    assert aside(kiosk) == "other_device 1"


def test_a_decision_of_an_earlier_epoch_is_about_the_entry_that_stands_here() -> None:
    centre, _, kiosk = pair()
    kiosk.sell(2)
    kiosk.begin_epoch(centre, 2)
    said = {"kind": "decision", "epoch": 1, "id": "id-1", "status": "rejected", "at_ms": 1}
    known = kiosk.store.journal.hash_at(1, 1) or b""
    centre.items = [{**said, "seq": 1, "entry_hash": known.hex()}, {**said, "seq": 2, "entry_hash": known.hex()}]
    kiosk.settle()
    assert list(kiosk.store._s.decisions) == [(1, 1)]
    assert kiosk.store.fact("alarm") == b"forged 0"


def test_a_no_about_one_epoch_leaves_the_others_alone(party: tuple[Centre, DirectWire, Kiosk]) -> None:
    centre, _, kiosk = party
    kiosk.begin_epoch(centre, 3)
    kiosk.inbound.earlier.refused(2, "equivocation", 1, None)
    assert (aside(kiosk, 1), aside(kiosk, 2)) == (None, "equivocation 1")
    kiosk.settle()
    assert (sorted(centre.before[1]), sorted(centre.before[2])) == ([1, 2, 3], [])
