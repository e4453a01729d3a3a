"""A keystore that somebody holds up: the backend of one that works, and what stands in its way."""

from __future__ import annotations

import threading
import time
from typing import Final

import keyring.errors

from storage.keystore.system_keystore import Backend

FAULTS: Final = ("none", "frozen", "locked", "slow", "gone", "deaf")
"""*deaf*: it says what it has and takes nothing."""
SLOW_S: Final = 0.4


class Held:
    """`storage.keystore.system_keystore.Backend` with a `fault` of FAULTS."""

    def __init__(self, inner: Backend) -> None:
        self._inner = inner
        self._fault = "none"
        self._thawed = threading.Event()
        self._thawed.set()

    @property
    def fault(self) -> str:
        return self._fault

    @fault.setter
    def fault(self, wanted: str) -> None:
        self._fault = wanted
        (self._thawed.clear if wanted == "frozen" else self._thawed.set)()

    def get_password(self, service: str, username: str) -> str | None:
        self._pass()
        return self._inner.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._pass()
        if self._fault == "deaf":
            raise keyring.errors.PasswordSetError
        self._inner.set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._pass()
        self._inner.delete_password(service, username)

    def _pass(self) -> None:
        if self._fault == "slow":
            time.sleep(SLOW_S)
        if not self._thawed.wait(25):  # what D-Bus waits for an answer
            raise TimeoutError
        if self._fault == "locked":
            raise keyring.errors.KeyringLocked
        if self._fault == "gone":
            raise keyring.errors.NoKeyringError
