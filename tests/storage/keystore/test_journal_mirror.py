"""The mirror: late by a second at most, one write for many sales, and no sale waits for it."""

from __future__ import annotations

import threading
import time
from typing import ClassVar

import pytest

from protocol.errors import Unavailable
from protocol.journal.kj01 import Chain
from protocol.journal.mirror_lag import MOST, MOST_S, Lag
from protocol.override import override
from storage.keystore import journal_mirror
from storage.keystore.journal_mirror import KeystoreMirror
from storage.keystore.store_secrets import StoreSecrets
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import SeededRandomness


def chain(seq: int) -> Chain:
    return Chain(bytes(16), 3, seq, bytes([seq]) * 32)


def secrets(keystore: FakeKeystore) -> StoreSecrets:
    return StoreSecrets(keystore, "instance", SeededRandomness())


def wait_until_written(keystore: FakeKeystore, puts: int, within_s: float) -> None:
    end = time.monotonic() + within_s
    while keystore.puts < puts:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_what_is_noted_is_written_within_a_second() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore))
    keeper.note(chain(1))
    wait_until_written(keystore, 1, within_s=1.0)
    found = journal_mirror.read(secrets(keystore))
    assert found == journal_mirror.Mirrored(3, 1, b"\x01" * 12)
    assert found.is_of(b"\x01" * 32)
    assert not found.is_of(b"\x02" * 32)
    keeper.close()
    assert keystore.puts == 1, "nothing new, nothing written"


def test_many_notes_cost_one_write() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore), late_s=60)
    for seq in range(1, 200):
        keeper.note(chain(seq))
    keeper.settle()
    keeper.settle()
    keeper.close()
    assert keystore.puts == 1
    assert journal_mirror.read(secrets(keystore)) == journal_mirror.Mirrored(3, 199, bytes([199]) * 12)


def test_closing_writes_what_was_noted_last() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore), late_s=60)
    keeper.note(chain(7))
    keeper.close()
    assert journal_mirror.read(secrets(keystore)) == journal_mirror.Mirrored(3, 7, b"\x07" * 12)


def test_nothing_noted_nothing_written() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore))
    keeper.settle()
    keeper.close()
    assert keystore.puts == 0
    assert journal_mirror.read(secrets(keystore)) is None


def test_a_locked_keystore_is_tried_again_and_flush_says_so() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore), late_s=0.02)
    keystore.locked = True
    keeper.note(chain(1))
    time.sleep(0.1)
    with pytest.raises(Unavailable, match="keystore"):
        keeper.settle()
    keystore.locked = False
    wait_until_written(keystore, 1, within_s=1.0)
    keeper.close()


def test_noting_never_waits_for_the_keystore() -> None:
    class Slow(FakeKeystore):
        release = threading.Event()

        @override
        def put(self, name: str, value: bytes) -> None:
            self.release.wait(10)
            super().put(name, value)

    keystore = Slow()
    keeper = KeystoreMirror(secrets(keystore), late_s=0)
    keeper.note(chain(1))
    time.sleep(0.05)
    began = time.monotonic()
    keeper.note(chain(2))
    assert time.monotonic() - began < 1
    keystore.release.set()
    keeper.close()
    assert journal_mirror.read(secrets(keystore)) == journal_mirror.Mirrored(3, 2, b"\x02" * 12)


# ---- how late it may be


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def shut(clock: Clock) -> tuple[FakeKeystore, KeystoreMirror]:
    """A mirror that has been written once, and whose keystore is locked since."""
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore), late_s=0.02, clock=clock)
    keeper.note(chain(1))
    keeper.settle()
    keystore.locked = True
    return keystore, keeper


def late(keeper: KeystoreMirror, money: int = 1) -> dict[str, object]:
    with pytest.raises(Unavailable, match="mirror_late") as caught:
        keeper.allow(money)
    return caught.value.values


def test_no_money_before_it_was_written_once() -> None:
    keystore = FakeKeystore()
    keystore.locked = True
    keeper = KeystoreMirror(secrets(keystore), clock=Clock())
    keeper.note(chain(1))
    assert late(keeper) == {"entries": 0, "seconds": 0}
    keystore.locked = False
    keeper.allow(1)
    keeper.close()


def test_twenty_entries_with_money_and_not_one_more() -> None:
    keystore, keeper = shut(Clock())
    for seq in range(2, 2 + MOST):
        keeper.allow(1)
        keeper.note(chain(seq), 1)
    keeper.note(chain(99))
    assert late(keeper) == {"entries": MOST, "seconds": 0}
    assert (keeper.lag().late(), keeper.lag().late(1)) == (False, True)
    keystore.locked = False
    keeper.allow(MOST)
    assert keeper.lag() == Lag(0, 0)
    late(keeper, MOST + 1)
    keeper.close()


def test_a_minute_since_the_first_entry_it_lacks_and_no_longer() -> None:
    clock = Clock()
    keystore, keeper = shut(clock)
    clock.now += 1_000
    keeper.allow(1)
    keeper.note(chain(2), 1)
    clock.now += MOST_S - 1
    keeper.note(chain(3), 1)
    keeper.allow(1)
    clock.now += 1
    assert late(keeper) == {"entries": 2, "seconds": MOST_S}
    keystore.locked = False
    keeper.allow(1)
    keeper.close()


def test_what_was_noted_while_it_was_written_counts_from_the_beginning_of_the_write() -> None:
    class Busy(FakeKeystore):
        during: ClassVar[list[Chain]] = []

        @override
        def put(self, name: str, value: bytes) -> None:
            if self.during:
                keeper.note(self.during.pop(), 1)
                clock.now += 7
                self.locked = True  # from the next one on
                self.values[name] = value
                return
            super().put(name, value)

    clock, keystore = Clock(), Busy()
    keeper = KeystoreMirror(secrets(keystore), late_s=0.02, clock=clock)
    keystore.during.append(chain(2))
    keeper.note(chain(1))
    keeper.settle()
    assert keeper.lag() == Lag(1, 7)
    keeper.close()


def test_a_guess_is_noted_and_settled_or_the_fault_is_said() -> None:
    keystore, keeper = shut(Clock())
    keeper.guessed(1)
    with pytest.raises(Unavailable, match="keystore_locked"):
        keeper.settle()
    keystore.locked = False
    keeper.guessed(2)
    keeper.settle()
    found = journal_mirror.read(secrets(keystore))
    assert found is not None
    assert (found.seq, found.guesses) == (1, 2)
    keeper.close()


def test_before_anything_was_noted_a_guess_waits_for_nothing() -> None:
    keystore = FakeKeystore()
    keystore.locked = True
    keeper = KeystoreMirror(secrets(keystore))
    keeper.guessed(1)
    keeper.settle()
    keeper.close()


def test_a_keystore_that_hangs_holds_up_neither_a_guess_nor_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(FakeKeystore):
        thawed = threading.Event()

        @override
        def put(self, name: str, value: bytes) -> None:
            self.thawed.wait(30)

    monkeypatch.setattr(journal_mirror, "PATIENCE_S", 0.2)
    keystore = Hanging()
    keeper = KeystoreMirror(secrets(keystore), late_s=0)
    keeper.note(chain(1))
    with pytest.raises(Unavailable, match="keystore_silent"):
        keeper.settle()
    began = time.monotonic()
    keeper.close()
    assert time.monotonic() - began < 5
    keystore.thawed.set()


def test_what_the_keystore_has_is_not_written_again() -> None:
    keystore = FakeKeystore()
    known = journal_mirror.Mirrored(3, 7, b"\x07" * 12, 5)
    keeper = KeystoreMirror(secrets(keystore), remembered=known, guesses=5)
    keeper.note(chain(7))
    keeper.settle()
    keeper.close()
    assert keystore.puts == 0
