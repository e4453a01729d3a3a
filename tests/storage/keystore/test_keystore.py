"""The door to the system's keystore: closed, it says why; it never hangs and never opens to anything else."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import keyring.errors
import pytest

from protocol.errors import Corrupt, Unavailable
from storage.keystore.system_keystore import BACKENDS, SystemKeystore, system_backend
from tests.harness.keystore_backends import FaultyBackend, ForgetfulBackend, GoodBackend, HangingBackend

SECRET = bytes(range(32))
ROOT = Path(__file__).parents[3]


def test_what_was_put_is_got_and_after_delete_is_gone() -> None:
    backend = GoodBackend()
    keystore = SystemKeystore("manfaz-test", choose=lambda: backend)
    assert keystore.get("x/database-key") is None
    keystore.put("x/database-key", SECRET)
    assert keystore.get("x/database-key") == SECRET
    assert backend.kept == {("manfaz-test", "x/database-key"): base64.b64encode(SECRET).decode()}
    keystore.delete("x/database-key")
    assert keystore.get("x/database-key") is None


def test_to_delete_what_is_not_there_is_no_fault() -> None:
    backend = GoodBackend()
    SystemKeystore(choose=lambda: backend).delete("nothing")
    assert backend.kept == {}


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_only_secrets_of_32_bytes_are_taken(length: int) -> None:
    backend = GoodBackend()
    with pytest.raises(ValueError, match=str(length)):
        SystemKeystore(choose=lambda: backend).put("x", bytes(length))
    assert backend.kept == {}


@pytest.mark.parametrize("text", ["", "not base64!", "AAAA", "é", base64.b64encode(bytes(33)).decode()])
def test_an_entry_that_is_not_ours_is_corrupt_and_not_a_key(text: str) -> None:
    backend = GoodBackend()
    backend.kept["manfaz", "x"] = text
    with pytest.raises(Corrupt, match="keystore_value"):
        SystemKeystore(choose=lambda: backend).get("x")


class ServiceNotAvailable(Exception):
    """As secretstorage's, which is there on Linux alone."""


ServiceNotAvailable.__name__ = "SecretServiceNotAvailableException"


def because(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (keyring.errors.KeyringLocked("locked"), "keystore_locked"),
        (keyring.errors.InitError("no prompter"), "keystore_locked"),
        (keyring.errors.NoKeyringError("none"), "keystore_absent"),
        (because(keyring.errors.InitError("?"), ServiceNotAvailable()), "keystore_absent"),
        (because(keyring.errors.InitError("?"), OSError()), "keystore_locked"),
        (keyring.errors.KeyringError("?"), "keystore_failed"),
        (OSError("the bus is gone"), "keystore_failed"),
        (Unavailable("keystore_absent"), "keystore_absent"),
    ],
)
def test_each_fault_has_a_word_of_its_own_and_carries_no_value(error: Exception, code: str) -> None:
    with pytest.raises(Unavailable) as caught:
        SystemKeystore(choose=lambda: FaultyBackend(error)).get("x")
    assert caught.value.code == code
    assert "bus" not in str(caught.value)


def test_after_a_fault_the_backend_is_looked_for_again() -> None:
    backends = [FaultyBackend(keyring.errors.KeyringLocked()), GoodBackend()]
    keystore = SystemKeystore(choose=lambda: backends.pop(0))
    with pytest.raises(Unavailable):
        keystore.get("x")
    assert keystore.get("x") is None


def test_a_backend_that_waits_for_a_window_is_given_up() -> None:
    backend = HangingBackend()
    keystore = SystemKeystore(choose=lambda: backend, timeout_s=0.05)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="keystore_silent"):
        keystore.get("x")
    assert time.monotonic() - began < 2
    backend.answered.set()


def test_while_one_question_waits_the_next_is_refused_and_once_answered_all_is_well() -> None:
    backend = HangingBackend()
    keystore = SystemKeystore(choose=lambda: backend, timeout_s=0.05)
    for _ in range(2):
        with pytest.raises(Unavailable, match="keystore_silent"):
            keystore.get("x")
    backend.answered.set()
    assert heard_within(5, keystore)


def heard_within(seconds: float, keystore: SystemKeystore) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(Unavailable):
            return keystore.get("x") is None
    return False


def test_the_probe_passes_where_values_are_kept_and_leaves_nothing_behind() -> None:
    backend = GoodBackend()
    SystemKeystore(choose=lambda: backend).probe()
    assert backend.kept == {}


def test_the_probe_finds_out_a_keystore_that_keeps_nothing() -> None:
    with pytest.raises(Unavailable) as caught:
        SystemKeystore(choose=ForgetfulBackend).probe()
    assert caught.value.values == {"reason": "forgetful"}


def test_the_list_holds_the_systems_own_keystores_and_no_other() -> None:
    names = [name for several in BACKENDS.values() for name in several]
    assert names
    assert not [name for name in names if any(bad in name for bad in ("null", "fail", "chainer", "alt", "file"))]


def test_an_unknown_platform_has_no_keystore() -> None:
    with pytest.raises(Unavailable, match="keystore_absent"):
        system_backend("plan9")


def test_a_platform_whose_libraries_are_missing_has_no_keystore() -> None:
    with pytest.raises(Unavailable, match="keystore_absent"):
        system_backend("win32" if sys.platform != "win32" else "linux")


PROBE = """
from protocol.errors import KioskError
from storage.keystore.system_keystore import SystemKeystore, system_backend
try:
    backend = system_backend()
    SystemKeystore("manfaz-probe").probe()
    print(type(backend).__module__)
except KioskError as error:
    print(error.code)
"""


def probe(**environment: str) -> str:
    """What a process of its own finds: the choice must hold in a real environment, not in a patched one."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env={**os.environ, **environment}, capture_output=True, text=True, cwd=ROOT,
        check=True, timeout=30,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.mark.posix
@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.chainer.ChainerBackend"])
def test_a_backend_forced_by_the_environment_is_not_used(backend: str, tmp_path: Path) -> None:
    nowhere = f"unix:path={tmp_path}/no-bus"
    assert probe(PYTHON_KEYRING_BACKEND=backend, DBUS_SESSION_BUS_ADDRESS=nowhere) == "keystore_absent"


@pytest.mark.posix
def test_a_backend_named_in_a_settings_file_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "python_keyring").mkdir()
    (tmp_path / "python_keyring" / "keyringrc.cfg").write_text(
        "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n"
    )
    nowhere = f"unix:path={tmp_path}/no-bus"
    assert probe(XDG_CONFIG_HOME=str(tmp_path), DBUS_SESSION_BUS_ADDRESS=nowhere) == "keystore_absent"


@pytest.mark.keystore
def test_the_real_keystore_keeps_what_it_is_given_although_another_is_forced() -> None:
    assert probe(PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring") == "keyring.backends.SecretService"


@pytest.mark.keystore
def test_two_folders_keep_their_secrets_apart_in_the_real_keystore() -> None:
    keystore = SystemKeystore("manfaz-apart")
    keystore.put("one/database-key", SECRET)
    keystore.put("two/database-key", SECRET[::-1])
    assert keystore.get("one/database-key") == SECRET
    keystore.delete("one/database-key")
    assert keystore.get("one/database-key") is None
    assert keystore.get("two/database-key") == SECRET[::-1]
    keystore.delete("two/database-key")


LOCKED = """
import secretstorage
from protocol.errors import Unavailable
from storage.keystore.system_keystore import SystemKeystore
keystore = SystemKeystore("manfaz-locked")
keystore.put("x", bytes(32))
connection = secretstorage.dbus_init()
secretstorage.get_default_collection(connection).lock()
try:
    keystore.get("x")
except Unavailable as error:
    print(error.code)
"""


@pytest.mark.keystore
def test_a_locked_collection_is_said_to_be_locked() -> None:
    # On a bus of its own: nothing unlocks a collection again without a window, and other tests want theirs open.
    done = subprocess.run(
        ["tests/with_keystore.sh", sys.executable, "-c", LOCKED], capture_output=True, text=True, cwd=ROOT,
        check=True, timeout=30,
    )  # fmt: skip
    assert done.stdout.strip() == "keystore_locked"
