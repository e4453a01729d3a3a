"""The system's keystore, behind a door that cannot hang and that opens to nothing else.

The backend is chosen here, from a list, by its name. keyring's own choice is not asked: an environment variable,
a settings file or an installed package can turn it to a null backend, a plain file or a chain of both, and the
secrets of the house would lie in the open. There is no fallback of any kind.

On Linux a locked collection with a desktop behind it asks for a password in a window and waits for ever, so each
call runs on a thread of its own and is given up after `timeout_s`.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final, Protocol, TypeVar

from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.program.loop import start_thread
from storage.disk.slow_place import NoAnswer, ask

SECRET_LEN: Final = 32
TIMEOUT_S: Final = 5.0
SERVICE: Final = "manfaz"
BACKENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "linux": ("keyring.backends.SecretService.Keyring", "keyring.backends.libsecret.Keyring"),
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
}
T = TypeVar("T")


class Backend(Protocol):
    """The part of a keyring backend that is used."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def system_backend(platform: str = sys.platform) -> Backend:
    """The first of this platform's backends that works. Raises Unavailable("keystore_absent")."""
    for name in BACKENDS.get(platform, ()):
        module, _, kind = name.rpartition(".")
        try:
            backend = getattr(import_module(module), kind)
            _ = backend.priority  # raises RuntimeError where it cannot work
            made: Backend = backend()
        except (ImportError, RuntimeError, AttributeError, OSError):
            continue
        return made
    raise Unavailable("keystore_absent")


class SystemKeystore:
    """The keystore of the operating system, for `kiosk.ports.store.Keystore`.

    Raises Unavailable: keystore_absent, keystore_locked, keystore_silent, keystore_failed.

    The backend is looked for at the first call, and again after a failure: the session's keystore may start late.
    """

    def __init__(
        self,
        service: str = SERVICE,
        *,
        timeout_s: float = TIMEOUT_S,
        choose: Callable[[], Backend] = system_backend,
    ) -> None:
        self._service = service
        self._timeout_s = timeout_s
        self._choose = choose
        self._backend: Backend | None = None
        self._one_at_a_time = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """Raises Corrupt("keystore_value") for an entry that is not one of ours."""
        found = self._ask(lambda backend: backend.get_password(self._service, name))
        return None if found is None else _decode(found)

    def put(self, name: str, value: bytes) -> None:
        if len(value) != SECRET_LEN:
            raise ValueError(len(value))
        # Base64 of 32 bytes: Windows takes no entry over 1,280 characters, and none of raw bytes.
        text = base64.b64encode(value).decode()
        self._ask(lambda backend: backend.set_password(self._service, name, text))

    def delete(self, name: str) -> None:
        """That there is no such entry is no fault."""

        def forget(backend: Backend) -> None:
            if backend.get_password(self._service, name) is not None:
                backend.delete_password(self._service, name)

        self._ask(forget)

    def probe(self) -> None:
        """Write, read and delete a value: what a keystore says of itself is not enough. Raises Unavailable."""
        name, value = f"probe-{secrets.token_hex(8)}", secrets.token_bytes(SECRET_LEN)
        self.put(name, value)
        found = self.get(name)
        self.delete(name)
        if found != value:
            raise Unavailable("keystore_failed", reason="forgetful")

    def _ask(self, question: Callable[[Backend], T]) -> T:
        if not self._one_at_a_time.acquire(timeout=self._timeout_s):
            raise Unavailable("keystore_silent")  # an earlier question still waits for a window to be answered
        release = self._one_at_a_time.release
        try:
            return ask("keystore", lambda: question(self._found()), self._timeout_s, start_thread, release)
        except Exception as error:  # noqa: BLE001 - whatever a library may raise
            fault = _translate(error)
        if isinstance(fault, Unavailable):
            self._backend = None
        raise fault

    def _found(self) -> Backend:
        if self._backend is None:
            self._backend = self._choose()
        return self._backend


# By name: these classes come from libraries that are there on one system and not on another.
_LOCKED: Final = frozenset({"KeyringLocked", "InitError", "LockedException", "PromptDismissedException"})
_ABSENT: Final = frozenset({"NoKeyringError", "SecretServiceNotAvailableException"})


def _translate(error: Exception) -> KioskError:
    if isinstance(error, KioskError):
        return error
    if isinstance(error, NoAnswer):
        return Unavailable("keystore_silent")
    kinds = {kind.__name__ for one in _causes(error) for kind in type(one).__mro__}
    if kinds & _ABSENT:  # before all: keyring says of a service that is not there that it could not be opened
        return Unavailable("keystore_absent")
    if kinds & _LOCKED:
        return Unavailable("keystore_locked")
    # The kind alone: a library's own words may hold the value it was handed.
    return Unavailable("keystore_failed", reason=type(error).__name__)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _decode(text: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Corrupt("keystore_value") from error
    if len(value) != SECRET_LEN:
        raise Corrupt("keystore_value")
    return value
