"""The wire to a printer: a socket, or a device file (USB, serial). Bytes out with patience, bytes in with a deadline.

Every method raises OSError, and its TimeoutError when nothing moved for the time given; the conversation above
says what that means for the paper.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
from typing import Final, Protocol

from protocol.errors import Unavailable

CONNECT_S: Final = 3.0
_CHUNK: Final = 4096
_REASONS: Final = {errno.EACCES: "denied", errno.EPERM: "denied", errno.EBUSY: "busy"}


class Link(Protocol):
    """An open wire."""

    def write(self, data: bytes, stall_s: float) -> None:
        """All of `data`; `stall_s` is how long it may take without a single byte."""

    def read(self, wait_s: float) -> bytes:
        """What has arrived, at least a byte; b"" when the other side is gone."""

    def finish(self, wait_s: float) -> None:
        """Nothing more will be written: returns when what was written has left. Raises when it cannot have."""

    def close(self) -> None: ...


class SocketLink:
    """A printer on the network."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), CONNECT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes, stall_s: float) -> None:
        self._socket.settimeout(stall_s)
        rest = memoryview(data)
        while rest:
            rest = rest[self._socket.send(rest[:_CHUNK]) :]

    def read(self, wait_s: float) -> bytes:
        self._socket.settimeout(wait_s)
        return self._socket.recv(64)

    def finish(self, wait_s: float) -> None:
        self._socket.shutdown(socket.SHUT_WR)
        with contextlib.suppress(TimeoutError):  # a printer may keep its side open; a reset would say it is gone
            while self.read(wait_s):
                pass

    def close(self) -> None:
        self._socket.close()


class DeviceLink:
    """A device file, opened for reading and writing. `baud` makes it a serial line: 8N1, raw, XON/XOFF heeded.

    The status bytes of ESC/POS are never XON or XOFF, and a roll printer at 19,200 baud must be able to say stop.
    """

    def __init__(self, path: str, baud: int | None = None) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        self._serial = baud is not None
        if baud is not None:
            try:
                _make_raw(self._fd, baud)
            except OSError:
                self.close()
                raise

    def write(self, data: bytes, stall_s: float) -> None:
        rest = memoryview(data)
        while rest:
            if not select.select([], [self._fd], [], stall_s)[1]:
                raise TimeoutError
            with contextlib.suppress(BlockingIOError):
                rest = rest[os.write(self._fd, rest[:_CHUNK]) :]

    def read(self, wait_s: float) -> bytes:
        if not select.select([self._fd], [], [], wait_s)[0]:
            raise TimeoutError
        return os.read(self._fd, 64)

    def finish(self, wait_s: float) -> None:  # noqa: ARG002 - the kernel's driver has no deadline to give
        if self._serial:
            import termios  # noqa: PLC0415 - not on Windows, where there is no device file either

            termios.tcdrain(self._fd)

    def close(self) -> None:
        os.close(self._fd)


def _make_raw(fd: int, baud: int) -> None:
    """Raises OSError for a baud rate the line does not have."""
    import termios  # noqa: PLC0415 - as above
    import tty  # noqa: PLC0415 - as above

    speed = getattr(termios, f"B{baud}", None)
    if speed is None:
        raise OSError(errno.EINVAL, "baud")
    try:
        tty.setraw(fd)
        attributes = termios.tcgetattr(fd)
        attributes[0] |= termios.IXON
        attributes[2] |= termios.CLOCAL | termios.CREAD
        attributes[4] = attributes[5] = speed
        termios.tcsetattr(fd, termios.TCSANOW, attributes)
    except termios.error as error:
        raise OSError(*error.args) from error


def refused(error: OSError) -> Unavailable:
    """Why a wire could not be opened."""
    return Unavailable("printer", reason=_REASONS.get(error.errno or 0, "offline"))
