"""A database older than its mirror has been put back from a copy, and is noticed."""

from __future__ import annotations

from pathlib import Path

from kiosk.model.facts import PIN_GUESSES
from protocol.journal.mirror_lag import MOST
from storage.opening import DATABASE
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.store_on_disk import cut_off, refuses

# ---- a database behind its mirror


def test_a_deleted_wal_is_noticed(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    enrolled(folder, keystore).close()
    opened = open_house(folder, keystore)
    sell(opened.store)
    sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.mirror.settle()
    cut = cut_off(folder, tmp_path / "cut", without=(f"{DATABASE}-wal", f"{DATABASE}-shm"))
    opened.close()
    error = refuses("rolled_back", lambda: open_house(cut, keystore))
    assert error.values == {"epoch": 1, "seq": 0, "want_epoch": 1, "want_seq": 2}


def test_yesterdays_file_is_noticed(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    opened.close()
    yesterday = cut_off(folder, tmp_path / "yesterday")
    opened = open_house(folder, keystore)
    row = sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.close()
    error = refuses("rolled_back", lambda: open_house(yesterday, keystore))
    assert error.values == {"epoch": 1, "seq": 1, "want_epoch": 1, "want_seq": 2}

    despite = open_house(yesterday, keystore, despite_rollback=True)
    assert despite.rolled_back, "for the export and the new epoch that follow"
    assert despite.store.journal.tail().chain.seq == 1
    despite.close()
    refuses("rolled_back", lambda: open_house(yesterday, keystore))

    today = open_house(folder, keystore)
    assert today.store.requests.get(row.id) is not None
    today.close()


def test_another_history_of_the_same_length_is_noticed(folder: Path, keystore: FakeKeystore, tmp_path: Path) -> None:
    enrolled(folder, keystore).close()
    other = cut_off(folder, tmp_path / "other")
    for place in (other, folder):
        opened = open_house(place, keystore)
        sell(opened.store)
        if place == folder:
            opened.mirror.remember(opened.store.journal.tail().chain)
        opened.close()
    refuses("rolled_back", lambda: open_house(other, keystore))


def test_a_deleted_database_is_noticed_and_no_key_replaced(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.close()
    before = dict(keystore.values)
    for path in folder.glob(f"{DATABASE}*"):
        path.unlink()
    refuses("rolled_back", lambda: open_house(folder, keystore))
    assert keystore.values == before
    fresh = open_house(folder, keystore, despite_rollback=True)
    assert (fresh.rolled_back, fresh.store.enrolment()) == (True, None)
    fresh.store.put_enrolment(enrolled_store.enrolment(2))
    fresh.mirror.remember(fresh.store.journal.tail().chain)
    fresh.close()
    again = open_house(folder, keystore)
    assert not again.rolled_back, "the new epoch has taken over"
    again.close()


def test_a_database_ahead_of_its_mirror_is_in_order(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.mirror.settle()
    sell(opened.store)
    opened.close()
    puts = keystore.puts
    again = open_house(folder, keystore)
    again.mirror.settle()
    assert keystore.puts == puts + 1, "a start brings the mirror up"
    again.close()


def test_a_database_that_knows_of_fewer_guesses_was_put_back(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    opened.mirror.guessed(1)
    opened.mirror.settle()
    opened.close()
    refuses("rolled_back", lambda: open_house(folder, keystore))
    opened = open_house(folder, keystore, despite_rollback=True)
    opened.store.commit([], [PIN_GUESSES.put(1)])
    opened.close()
    open_house(folder, keystore).close()


def test_a_mirror_that_was_taken_away_is_missed_once_money_was_taken(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    opened.close()
    forget_mirror(keystore)
    opened = open_house(folder, keystore)
    sell(opened.store)
    opened.close()
    forget_mirror(keystore)
    error = refuses("mirror_gone", lambda: open_house(folder, keystore))
    assert error.values == {"epoch": 1, "seq": 1, "want_epoch": 1, "want_seq": 1}
    despite = open_house(folder, keystore, despite_rollback=True)
    assert despite.rolled_back
    despite.close()


def test_what_the_mirror_lacks_is_counted_across_starts(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    opened.mirror.remember(opened.store.journal.tail().chain)
    for sold in range(3):
        assert opened.mirror.lag().entries == 0
        sell(opened.store)
        known = dict(keystore.values)
        opened.close()
        keystore.values = known
        keystore.deaf = True
        opened = open_house(folder, keystore)
        assert opened.mirror.lag().entries == 1, sold
        keystore.deaf = False
        opened.mirror.allow(MOST)


def forget_mirror(keystore: FakeKeystore) -> None:
    for name in [name for name in keystore.values if name.endswith("/mirror")]:
        del keystore.values[name]
