"""Lines for the bench: on loopback a relay with rate and delay; as root two TUN devices that lose packets, too."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import random
import select
import socket
import struct
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Final, Self

PIECE: Final = 1_024
WINDOW: Final = 8 * 1_024
"""What the relay's own sockets may hold: more would be a line that takes a body whole, at once."""
TUN: Final = 0x1001
"""IFF_TUN, IFF_NO_PI."""
TUNSETIFF: Final = 0x400454CA
HERE, THERE = "10.99.77.1", "10.99.77.2"
QUEUE: Final = 64
"""Packets that wait for their turn on the line; a router's buffer."""


@dataclass
class Relay:
    """Carries connections to `port` of this machine, so many bytes a second and so late in each direction."""

    port: int
    rate: float = 0.0
    delay_s: float = 0.0
    host: str = "127.0.0.1"
    up: int = 0
    down: int = 0
    _listener: socket.socket = field(default_factory=socket.socket)

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._listener.getsockname()
        return str(host), int(port)

    def __enter__(self) -> Self:
        if self.rate:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        self._listener.bind((self.host, 0))
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.port))
                for source, to, up in ((near, far, True), (far, near, False)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    late: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
                    threading.Thread(target=self._read, args=(source, late, up), daemon=True).start()
                    threading.Thread(target=self._write, args=(to, late), daemon=True).start()

    def _read(self, source: socket.socket, late: SimpleQueue[tuple[float, bytes]], up: bool) -> None:
        free, data = 0.0, b"-"
        while data:
            try:
                data = source.recv(PIECE)
            except OSError:
                data = b""
            if up:
                self.up += len(data)
            else:
                self.down += len(data)
            free = max(free, time.monotonic()) + (len(data) / self.rate if self.rate else 0.0)
            time.sleep(max(0.0, free - time.monotonic()))
            late.put((free + self.delay_s, data))

    def _write(self, to: socket.socket, late: SimpleQueue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while True:
                at, data = late.get()
                time.sleep(max(0.0, at - time.monotonic()))
                if not data:
                    to.shutdown(socket.SHUT_WR)
                    return
                to.sendall(data)


class Tunnel:
    """Two TUN devices, one of them in a network of its own; `inside` is where a client of the line lives."""

    def __init__(self, rate: float, delay_s: float, loss: float) -> None:
        self._rate, self._delay_s, self._loss = rate, delay_s, loss
        self._stack = contextlib.ExitStack()
        self._over = threading.Event()
        self.seed(0)

    def seed(self, seed: int) -> None:
        """From here on the packets of each direction are lost as at any other time under this seed."""
        self._dice = random.Random(seed), random.Random(~seed)

    def __enter__(self) -> Self:
        """Raises OSError or CalledProcessError where the machine does not allow it."""
        self._apart = subprocess.Popen(["unshare", "-n", "sleep", "infinity"])
        self._stack.callback(self._apart.wait)
        self._stack.callback(self._apart.kill)
        with contextlib.ExitStack() as undo:
            undo.callback(self._stack.close)
            self._ends = [self._device(name) for name in (b"manfaz-here", b"manfaz-there")]
            pid = str(self._apart.pid)
            while Path(f"/proc/{pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink():
                time.sleep(0.01)
            enter = ["nsenter", "-t", pid, "-n"]
            for command in (
                ["ip", "addr", "add", HERE, "peer", THERE, "dev", "manfaz-here"],
                ["ip", "link", "set", "manfaz-here", "up"],
                ["ip", "link", "set", "manfaz-there", "netns", pid],
                [*enter, "ip", "addr", "add", THERE, "peer", HERE, "dev", "manfaz-there"],
                [*enter, "ip", "link", "set", "manfaz-there", "up"],
            ):
                subprocess.run(command, check=True, capture_output=True)
            undo.pop_all()
        pump = threading.Thread(target=self._pump, daemon=True)
        pump.start()
        self._stack.callback(pump.join)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._stack.close()

    def _device(self, name: bytes) -> int:
        end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        self._stack.callback(os.close, end)
        fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", name, TUN))
        return end

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What this thread connects in this block goes over the line."""
        with Path("/proc/self/ns/net").open("rb") as home, Path(f"/proc/{self._apart.pid}/ns/net").open("rb") as apart:
            _enter(apart.fileno())
            try:
                yield
            finally:
                _enter(home.fileno())

    def _pump(self) -> None:
        here, there = self._ends
        waiting: dict[int, deque[tuple[float, bytes]]] = {here: deque(), there: deque()}
        free = dict.fromkeys(self._ends, 0.0)
        while not self._over.is_set():
            due = min((queue[0][0] for queue in waiting.values() if queue), default=time.monotonic() + 0.2)
            for end in select.select(self._ends, [], [], max(0.0, due - time.monotonic()))[0]:
                packet, to = os.read(end, 65_536), there if end == here else here
                lost = self._dice[end == here].random() < self._loss
                if not lost and len(waiting[to]) < QUEUE:
                    free[to] = max(free[to], time.monotonic()) + len(packet) / self._rate
                    waiting[to].append((free[to] + self._delay_s, packet))
            for to, queue in waiting.items():
                while queue and queue[0][0] <= time.monotonic():
                    with suppress(OSError):
                        os.write(to, queue.popleft()[1])


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")
