"""Small named values of the store: each has one name and one form."""

from __future__ import annotations

from kiosk.model import facts
from kiosk.model.facts import ALARM, CENTRE, EARLIER, LEASE_UNTIL_MS, ORDER, EpochFact, Fact, alarm
from tests.harness.fakes.fake_store import FakeStore


def test_a_fact_is_read_as_it_was_written_until_it_is_forgotten() -> None:
    store = FakeStore()
    assert LEASE_UNTIL_MS.kept(store) is None
    store.commit([], [LEASE_UNTIL_MS.put(7), CENTRE.put("https://x"), EARLIER.put({"1": 2}), alarm("forged", 3)])
    assert (LEASE_UNTIL_MS.kept(store), CENTRE.kept(store), EARLIER.kept(store)) == (7, "https://x", {"1": 2})
    assert ALARM.of(store.facts()) == ("forged", "3")
    store.commit([], [LEASE_UNTIL_MS.forget()])
    assert LEASE_UNTIL_MS.of(store.facts()) is None


def test_what_is_of_an_epoch_ends_with_it() -> None:
    store = FakeStore()
    assert ORDER.kept(store, 1) is None
    store.commit([], [ORDER.put(1, "suspended")])
    assert (ORDER.kept(store, 1), ORDER.of(store.facts(), 2)) == ("suspended", None)
    store.commit([], [ORDER.forget()])
    assert ORDER.kept(store, 1) is None


def test_no_two_facts_have_one_name() -> None:
    names = [one.name for one in vars(facts).values() if isinstance(one, Fact | EpochFact)]
    assert len(names) == len(set(names)) > 20
