"""The mirror: late by a second at most, one write for many sales, and no sale waits for it."""

from __future__ import annotations

import threading
import time
from typing import ClassVar

import pytest

from kiosk.core.system_world import SystemClock
from protocol.errors import Unavailable
from protocol.journal.kj01 import Chain
from protocol.journal.mirror_lag import MOST, MOST_S, Lag
from protocol.override import override
from protocol.program.loop import start_thread
from storage.keystore import journal_mirror
from storage.keystore.journal_mirror import AGAIN_MS, CROWDED, LATE_MS, KeystoreMirror, Mirrored
from storage.keystore.store_secrets import StoreSecrets
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness
from tests.harness.stepper import Stepper


def chain(seq: int) -> Chain:
    return Chain(bytes(16), 3, seq, bytes([seq]) * 32)


def secrets(keystore: FakeKeystore) -> StoreSecrets:
    return StoreSecrets(keystore, "instance", SeededRandomness())


def made(
    keystore: FakeKeystore, clock: FakeClock | None = None, remembered: Mirrored | None = None, guesses: int = 0
) -> KeystoreMirror:
    """Nobody steps it but the test, and whoever waits."""
    return KeystoreMirror(secrets(keystore), (clock or FakeClock()).mono_ms, remembered=remembered, guesses=guesses)


def end(keeper: KeystoreMirror) -> None:
    """What its thread does at the end of the program."""
    keeper.stop()
    keeper.run()


def test_what_is_noted_is_written_within_a_second() -> None:
    keystore, clock = FakeKeystore(), FakeClock()
    keeper = made(keystore, clock)
    steps = Stepper(keeper, clock)
    keeper.remember(chain(1))
    steps.run(LATE_MS // 2 - 1)
    assert keystore.puts == 0
    steps.run(LATE_MS // 2)
    assert keystore.puts == 1
    found = journal_mirror.read(secrets(keystore))
    assert found == Mirrored(3, 1, b"\x01" * 12)
    assert found.is_of(b"\x01" * 32)
    assert not found.is_of(b"\x02" * 32)
    end(keeper)
    assert keystore.puts == 1, "nothing new, nothing written"


def test_on_its_thread_it_writes_in_time_and_once_more_at_the_end() -> None:
    keystore, came = FakeKeystore(), threading.Event()
    keeper = KeystoreMirror(secrets(keystore), SystemClock().mono_ms, late_ms=20)
    keeper.start(start_thread)
    keeper.remember(chain(1))
    until = time.monotonic() + 20
    while keystore.puts < 1:
        assert not came.wait(0.005)
        assert time.monotonic() < until
    keeper.allow(1)
    keeper.remember(chain(2))
    keeper.settle()
    keeper.remember(chain(3))
    keeper.stop()
    assert journal_mirror.read(secrets(keystore)) == Mirrored(3, 3, b"\x03" * 12)


def test_money_enough_for_four_of_the_most_is_written_at_once() -> None:
    keystore, clock = FakeKeystore(), FakeClock()
    keeper = made(keystore, clock)
    steps = Stepper(keeper, clock)
    for seq in range(1, CROWDED):
        keeper.remember(chain(seq), 1)
    assert (steps.run(), keystore.puts) == (1, 0)
    keeper.remember(chain(CROWDED), 1)
    assert (steps.run(), keystore.puts) == (1, 1)


def test_many_notes_cost_one_write() -> None:
    keystore = FakeKeystore()
    keeper = made(keystore)
    for seq in range(1, 200):
        keeper.remember(chain(seq))
    keeper.settle()
    keeper.settle()
    end(keeper)
    assert keystore.puts == 1
    assert journal_mirror.read(secrets(keystore)) == Mirrored(3, 199, bytes([199]) * 12)


def test_closing_writes_what_was_noted_last() -> None:
    keystore = FakeKeystore()
    keeper = made(keystore)
    keeper.remember(chain(7))
    end(keeper)
    assert journal_mirror.read(secrets(keystore)) == Mirrored(3, 7, b"\x07" * 12)


def test_nothing_noted_nothing_written() -> None:
    keystore = FakeKeystore()
    keeper = made(keystore)
    keeper.settle()
    end(keeper)
    assert keystore.puts == 0
    assert journal_mirror.read(secrets(keystore)) is None


def test_a_locked_keystore_is_tried_again_and_settling_says_so() -> None:
    keystore, clock = FakeKeystore(), FakeClock()
    keeper = made(keystore, clock)
    steps = Stepper(keeper, clock)
    keystore.locked = True
    keeper.remember(chain(1))
    steps.run(LATE_MS)
    with pytest.raises(Unavailable, match="keystore"):
        keeper.settle()
    keystore.locked = False
    assert steps.run(AGAIN_MS - 1) == 1
    assert keystore.puts == 0, "a locked keystore may show a window at each try"
    steps.run(1)
    assert keystore.puts == 1


def test_noting_never_waits_for_the_keystore() -> None:
    class Slow(FakeKeystore):
        begun, release = threading.Event(), threading.Event()

        @override
        def put(self, name: str, value: bytes) -> None:
            self.begun.set()
            self.release.wait(10)
            super().put(name, value)

    keystore = Slow()
    keeper = KeystoreMirror(secrets(keystore), SystemClock().mono_ms, late_ms=0)
    keeper.start(start_thread)
    keeper.remember(chain(1))
    assert keystore.begun.wait(20)
    began = time.monotonic()
    keeper.remember(chain(2))
    assert time.monotonic() - began < 1
    keystore.release.set()
    keeper.stop()
    assert journal_mirror.read(secrets(keystore)) == Mirrored(3, 2, b"\x02" * 12)


# ---- how late it may be


def shut(clock: FakeClock) -> tuple[FakeKeystore, KeystoreMirror]:
    """A mirror that has been written once, and whose keystore is locked since."""
    keystore = FakeKeystore()
    keeper = made(keystore, clock)
    keeper.remember(chain(1))
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
    keeper = made(keystore)
    keeper.remember(chain(1))
    assert late(keeper) == {"entries": 0, "seconds": 0}
    keystore.locked = False
    keeper.allow(1)
    end(keeper)


def test_twenty_entries_with_money_and_not_one_more() -> None:
    keystore, keeper = shut(FakeClock())
    for seq in range(2, 2 + MOST):
        keeper.allow(1)
        keeper.remember(chain(seq), 1)
    keeper.remember(chain(99))
    assert late(keeper) == {"entries": MOST, "seconds": 0}
    assert (keeper.lag().late(), keeper.lag().late(1)) == (False, True)
    keystore.locked = False
    keeper.allow(MOST)
    assert keeper.lag() == Lag(0, 0)
    late(keeper, MOST + 1)
    end(keeper)


def test_a_minute_since_the_first_entry_it_lacks_and_no_longer() -> None:
    clock = FakeClock()
    keystore, keeper = shut(clock)
    clock.mono += 1_000_000
    keeper.allow(1)
    keeper.remember(chain(2), 1)
    clock.mono += 1000 * MOST_S - 1
    keeper.remember(chain(3), 1)
    keeper.allow(1)
    clock.mono += 1
    assert late(keeper) == {"entries": 2, "seconds": MOST_S}
    keystore.locked = False
    keeper.allow(1)
    end(keeper)


def test_what_was_noted_while_it_was_written_counts_from_the_beginning_of_the_write() -> None:
    class Busy(FakeKeystore):
        during: ClassVar[list[Chain]] = []

        @override
        def put(self, name: str, value: bytes) -> None:
            if self.during:
                keeper.remember(self.during.pop(), 1)
                clock.mono += 7_000
                self.locked = True  # from the next one on
                self.values[name] = value
                return
            super().put(name, value)

    clock, keystore = FakeClock(), Busy()
    keeper = made(keystore, clock)
    keystore.during.append(chain(2))
    keeper.remember(chain(1))
    keeper.settle()
    assert keeper.lag() == Lag(1, 7)
    end(keeper)


def test_a_guess_is_noted_and_settled_or_the_fault_is_said() -> None:
    keystore, keeper = shut(FakeClock())
    keeper.guessed(1)
    with pytest.raises(Unavailable, match="keystore_locked"):
        keeper.settle()
    keystore.locked = False
    keeper.guessed(2)
    keeper.settle()
    found = journal_mirror.read(secrets(keystore))
    assert found is not None
    assert (found.seq, found.guesses) == (1, 2)
    end(keeper)


def test_before_anything_was_noted_a_guess_waits_for_nothing() -> None:
    keystore = FakeKeystore()
    keystore.locked = True
    keeper = made(keystore)
    keeper.guessed(1)
    keeper.settle()
    end(keeper)


def test_a_keystore_that_hangs_holds_up_neither_a_guess_nor_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging(FakeKeystore):
        thawed = threading.Event()

        @override
        def put(self, name: str, value: bytes) -> None:
            self.thawed.wait(30)

    monkeypatch.setattr(journal_mirror, "PATIENCE_S", 0.2)
    keystore = Hanging()
    keeper = KeystoreMirror(secrets(keystore), SystemClock().mono_ms, late_ms=0)
    keeper.start(start_thread)
    keeper.remember(chain(1))
    with pytest.raises(Unavailable, match="keystore_silent"):
        keeper.settle()
    began = time.monotonic()
    keeper.stop()
    assert time.monotonic() - began < 5
    keystore.thawed.set()


def test_what_the_keystore_has_is_not_written_again() -> None:
    keystore = FakeKeystore()
    known = Mirrored(3, 7, b"\x07" * 12, 5)
    keeper = made(keystore, remembered=known, guesses=5)
    keeper.remember(chain(7))
    keeper.settle()
    end(keeper)
    assert keystore.puts == 0
