"""The contract of `kiosk.ports.store.Store` for evidence: tied to a draft, then to the request that came of it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from kiosk.model import store_changes
from kiosk.model.evidence_file import Evidence, RecordedEvidence
from kiosk.model.service_request import Draft
from kiosk.ports.store import Store
from tests.harness.enrolled_store import acknowledge, new_id, sell
from tests.harness.fakes.fake_world import NOON_MS


def taken(request: str, kind: str = "card", number: int = 1) -> Evidence:
    sha256 = hashlib.sha256(bytes([number])).digest()
    return Evidence(request, kind, sha256, 70_000, "image/jpeg", f"{number:032x}", bytes([number]) * 32, NOON_MS)


def put(store: Store, *evidence: Evidence) -> None:
    store.commit([], evidence)


def test_it_stands_in_the_order_in_which_it_was_taken(store: Store) -> None:
    draft, other = new_id(), new_id()
    mine = [taken(draft, "deed", 3), taken(draft, "card", 1)]
    put(store, mine[0], taken(other, number=2), mine[1])
    assert store.evidence.of_request(draft) == mine
    assert store.evidence.of_request("nobody's") == []
    assert store.evidence.files() == {f"{n:032x}" for n in (1, 2, 3)}


def test_one_or_all_of_a_draft_are_dropped(store: Store) -> None:
    draft, other = new_id(), new_id()
    first, second, third = (taken(draft, number=n) for n in (1, 2, 3))
    put(store, first, second, third, taken(other, number=4))
    store.commit([], [store_changes.DropEvidence(draft, second.file)])
    assert store.evidence.of_request(draft) == [first, third]
    store.commit([], [store_changes.DropEvidence(draft)])
    assert store.evidence.of_request(draft) == []
    assert len(store.evidence.of_request(other)) == 1


def test_it_is_sent_after_its_entry_and_the_oldest_first(store: Store) -> None:
    draft = new_id()
    put(store, taken(draft, number=9))
    rows = [sell(store) for _ in range(3)]
    for number, row in enumerate(reversed(rows), 1):
        put(store, taken(row.id, number=number))
    assert store.evidence.in_state("", 10) == []
    acknowledge(store, rows[1].seq)
    waiting = [
        RecordedEvidence(taken(rows[0].id, number=3), 1, rows[0].seq),
        RecordedEvidence(taken(rows[1].id, number=2), 1, rows[1].seq),
    ]
    assert store.evidence.in_state("", 10) == waiting
    assert store.evidence.in_state("", 1) == waiting[:1]
    assert store.evidence.in_state("stored", 10) == []


def test_the_centres_word_is_kept(store: Store) -> None:
    row = sell(store)
    one, two = taken(row.id, number=1), taken(row.id, number=2)
    put(store, one, two)
    acknowledge(store, row.seq)
    store.commit([], [store_changes.SetEvidence(1, row.seq, one.sha256, "stored")])
    store.commit([], [store_changes.SetEvidence(1, row.seq, two.sha256, "durable")])
    store.commit(
        [],
        [
            store_changes.SetEvidence(1, 99, one.sha256, "durable"),
            store_changes.SetEvidence(2, row.seq, one.sha256, ""),
        ],
    )
    assert store.evidence.of_request(row.id) == [replace(one, state="stored"), replace(two, state="durable")]
    assert [found.evidence for found in store.evidence.in_state("durable", 9)] == [replace(two, state="durable")]
    newest = RecordedEvidence(replace(two, state="durable"), 1, row.seq)
    assert store.evidence.newest_held() == newest
    store.commit([], [store_changes.UnstoreEvidence()])
    assert [found.state for found in store.evidence.of_request(row.id)] == ["", ""]
    assert store.evidence.newest_held() is None


def test_astray_is_what_no_draft_and_no_request_owns(store: Store) -> None:
    row, draft, lost = sell(store), new_id(), new_id()
    store.commit([], [Draft(draft, "op-1", "s", 1, {}, NOON_MS)])
    put(store, taken(row.id, number=1), taken(draft, number=2), taken(lost, number=3))
    assert store.evidence.astray(NOON_MS) == []
    assert store.evidence.astray(NOON_MS + 1) == [taken(lost, number=3)]


def test_erasing_a_citizen_takes_their_papers(store: Store) -> None:
    row, other = sell(store), sell(store)
    put(store, taken(row.id, number=1), taken(other.id, number=2))
    store.commit([], [store_changes.Erase(row.epoch, row.seq)])
    assert store.evidence.of_request(row.id) == []
    assert len(store.evidence.of_request(other.id)) == 1
