"""The mirror: late by a second at most, one write for many sales, and no sale waits for it."""

from __future__ import annotations

import threading
import time

import pytest

from kiosk.errors import Unavailable
from kiosk.override import override
from kiosk.signed.journal import Chain
from storage import mirror
from storage.mirror import KeystoreMirror
from storage.secrets import Secrets
from tests.fakes.keystore import FakeKeystore
from tests.fakes.world import SeededRandomness


def chain(seq: int) -> Chain:
    return Chain(bytes(16), 3, seq, bytes([seq]) * 32)


def secrets(keystore: FakeKeystore) -> Secrets:
    return Secrets(keystore, "instance", SeededRandomness())


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
    found = mirror.read(secrets(keystore))
    assert found == mirror.Mirrored(3, 1, b"\x01" * 20)
    assert found.is_of(b"\x01" * 32)
    assert not found.is_of(b"\x02" * 32)
    keeper.close()
    assert keystore.puts == 1, "nothing new, nothing written"


def test_many_notes_cost_one_write() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore), late_s=60)
    for seq in range(1, 200):
        keeper.note(chain(seq))
    keeper.flush()
    keeper.flush()
    keeper.close()
    assert keystore.puts == 1
    assert mirror.read(secrets(keystore)) == mirror.Mirrored(3, 199, bytes([199]) * 20)


def test_closing_writes_what_was_noted_last() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore), late_s=60)
    keeper.note(chain(7))
    keeper.close()
    assert mirror.read(secrets(keystore)) == mirror.Mirrored(3, 7, b"\x07" * 20)


def test_nothing_noted_nothing_written() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore))
    keeper.flush()
    keeper.close()
    assert keystore.puts == 0
    assert mirror.read(secrets(keystore)) is None


def test_a_locked_keystore_is_tried_again_and_flush_says_so() -> None:
    keystore = FakeKeystore()
    keeper = KeystoreMirror(secrets(keystore), late_s=0.02)
    keystore.locked = True
    keeper.note(chain(1))
    time.sleep(0.1)
    with pytest.raises(Unavailable, match="keystore"):
        keeper.flush()
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
    assert mirror.read(secrets(keystore)) == mirror.Mirrored(3, 2, b"\x02" * 20)
