"""Keystore backends that behave as the system's may: well, locked, broken, or never."""

from __future__ import annotations

import threading

from protocol.override import override


class GoodBackend:
    """Keeps what it is given, in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class ForgetfulBackend(GoodBackend):
    """Says yes to everything and keeps nothing, like keyring's null backend."""

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        return


class FaultyBackend(GoodBackend):
    """Fails with a given error until it is mended."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    @override
    def get_password(self, service: str, username: str) -> str | None:
        if self.error is not None:
            raise self.error
        return super().get_password(service, username)


class HangingBackend(GoodBackend):
    """Waits for a window that nobody answers, until `answered` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    @override
    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(30)
        return super().get_password(service, username)
