"""What a killed self-test leaves in the keystore goes with the next one, and nothing real goes with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.core.system_world import system_world
from protocol.errors import Unavailable
from storage.disk.folder_lock import instance_lock
from storage.keystore import selftest_leftovers
from storage.keystore.selftest_leftovers import OwnEntries, sweep
from storage.keystore.store_secrets import StoreSecrets
from storage.opening import open_store
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import SeededRandomness

REAL = "0f" * 16


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def killed(own: OwnEntries) -> None:
    """Its process ends: the lock goes with it, its entries stay."""
    assert own._lock is not None
    own._lock.release()


def real(keystore: FakeKeystore) -> dict[str, bytes]:
    secrets = StoreSecrets(keystore, REAL, SeededRandomness())
    secrets.database_key(database_exists=False)
    secrets.pin_pepper()
    secrets.put_signing_seed(1, bytes(32))
    return dict(keystore.values)


def test_the_next_self_test_takes_it_away_and_nothing_real(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    kept = real(keystore)
    own = OwnEntries(keystore, SeededRandomness())
    open_store(tmp_path / "store", own, system_world()).close()
    own.put("probe", bytes(32))
    killed(own)
    left = set(keystore.values) - set(kept)
    assert {name.partition("/")[0] for name in left} == {"selftest-0"}
    assert left >= {"selftest-0/1/database-key", "selftest-0/2/entry"}
    OwnEntries(keystore, SeededRandomness()).forget()
    assert keystore.values == kept


def test_so_does_check_and_fix_and_says_how_many() -> None:
    keystore = FakeKeystore()
    kept = real(keystore)
    own = OwnEntries(keystore, SeededRandomness())
    own.put("probe", bytes(32))
    own.put(f"{REAL}/database-key", bytes(32))
    killed(own)
    assert (sweep(keystore), sweep(keystore)) == (2, 0)
    assert keystore.values == kept, "a real name is written under another"


def test_one_that_runs_loses_nothing_to_another_or_to_a_sweep() -> None:
    keystore = FakeKeystore()
    tests = [OwnEntries(keystore, SeededRandomness()) for _ in range(selftest_leftovers.SLOTS + 1)]
    for number, own in enumerate(tests):
        own.put("probe", bytes([number]) * 32)
    assert sweep(keystore) == 0
    assert [own.get("probe") for own in tests] == [bytes([number]) * 32 for number in range(len(tests))]
    for own in tests:
        own.delete("probe")
        own.forget()
    assert keystore.values == {}


def test_a_locked_keystore_is_said_by_whoever_asks_it() -> None:
    keystore = FakeKeystore()
    keystore.locked = True
    OwnEntries(keystore, SeededRandomness()).forget()
    with pytest.raises(Unavailable, match="keystore_locked"):
        sweep(keystore)


def test_no_name_of_an_installation_is_one_of_a_self_tests() -> None:
    for slot in range(selftest_leftovers.SLOTS):
        for house in range(selftest_leftovers.HOUSES):
            for rest in selftest_leftovers.KNOWN:
                assert not selftest_leftovers._full(str(slot), house, rest).startswith(tuple("0123456789abcdef" * 2))


def test_a_killed_process_holds_no_slot(tmp_path: Path) -> None:
    held = "lock = instance_lock('selftest-0'); print('held', flush=True); input()"
    code = f"from storage.disk.folder_lock import instance_lock; {held}"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert OwnEntries(FakeKeystore(), SeededRandomness())._slot == "1"
        process.kill()
        process.wait()
    instance_lock("selftest-0").release()
