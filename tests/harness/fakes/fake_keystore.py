"""A keystore in memory: it can be locked, and it counts what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.ports.store import Keystore
from protocol.errors import Unavailable


class FakeKeystore:
    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.locked = self.deaf = False
        self.puts = 0

    def get(self, name: str) -> bytes | None:
        self._answer()
        return self.values.get(name)

    def put(self, name: str, value: bytes) -> None:
        self._answer()
        if self.deaf:
            raise Unavailable("keystore_failed", reason="deaf")
        assert len(value) == 32
        self.values[name] = value
        self.puts += 1

    def delete(self, name: str) -> None:
        self._answer()
        self.values.pop(name, None)

    def _answer(self) -> None:
        if self.locked:
            raise Unavailable("keystore_locked")


if TYPE_CHECKING:

    def _keeps_the_contract(keystore: FakeKeystore) -> Keystore:
        return keystore
