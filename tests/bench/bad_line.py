"""Draining a day's work over bad lines, beside a bare transfer of the same bytes: `python -m tests.bench.bad_line`.

600 ms there and back and 64 kbit/s, on loopback; and where the machine allows TUN devices and networks of their own (it
takes root) 60 ms, 1 Mbit/s, three packets of ten lost, each try of both under the same seed.
"""

from __future__ import annotations

import argparse
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from kiosk.core.journal_writer import Writing
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.wire.bundle import BundleHead, seal_bundle
from sync.http_transport import Transport
from sync.line import Base, Raw
from tests.bench.line import HERE, Relay, Tunnel
from tests.harness.centre_process import CentreProcess
from tests.harness.sync_party import Kiosk
from tests.harness.wire_device import centre_with_shop, request_members
from tests.sync.test_real_centre import TrueClock, enrol

ANSWER = bytes(140)
NOTES = 140
"""With so many bytes that do not compress an entry costs what the fullest forms cost."""
PATIENCE_S = 1_200.0


class Line:
    """The kiosk's way to the centre, which can be led over another line, with a connection of its own."""

    def __init__(self, authority: str) -> None:
        self.authority = authority
        self._transport: Transport | None = None

    def over(self, address: tuple[str, int]) -> None:
        self.close()
        self._transport = Transport(Base(f"http://{address[0]}:{address[1]}", self.authority))

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        assert self._transport is not None
        return self._transport.send(method, target, headers, body)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Bench:
    """One kiosk, its centre, and somebody who takes bytes and says that they are there."""

    def __init__(self, centre: CentreProcess, count: int) -> None:
        signer, enrolled = enrol(centre)
        self.line, self.count = Line(centre.authority), count
        self.near = ("127.0.0.1", centre.port)
        self.line.over(self.near)
        self.kiosk = Kiosk(self.line, TrueClock(), time.time_ns(), enrolled, signer)
        self.settle()

    def settle(self) -> None:
        self.line.over(self.near)
        while (pause := self.kiosk.cycle.step()).seconds < 200:
            self.kiosk.clock.mono += int(pause.seconds * 1000)

    def sell(self) -> int:
        """The bytes of all that is new in one bundle."""
        self.settle()
        for _ in range(self.count):
            members = request_members()
            frame = {"fields": {"name": "تجربة", "notes": secrets.token_hex(NOTES)}}
            self.kiosk.journal.write([Writing(Unknown(EntryType.REQUEST, members), frame, members["total_pt"])])
        hwm = self.kiosk.hwm
        items = self.kiosk.store.journal.unsent(hwm, 10_000, 1 << 30)
        head = BundleHead(self.kiosk.in_force.statement().device, 1, hwm + 1, hwm + len(items))
        return len(seal_bundle(head, b"".join(item.pack() for item in items), self.kiosk.in_force.keyset().seal_x25519))

    def drain(self, address: tuple[str, int]) -> float:
        """Seconds until everything is acknowledged; waits are waited."""
        self.line.over(address)
        begun = time.monotonic()
        while self.kiosk.hwm < self.kiosk.store.journal.tail().chain.seq:
            pause = self.kiosk.cycle.step()
            if self.kiosk.hwm < self.kiosk.store.journal.tail().chain.seq:
                time.sleep(pause.seconds)
            if time.monotonic() - begun > PATIENCE_S:
                raise TimeoutError(self.kiosk.cycle.status())
        return time.monotonic() - begun


@contextmanager
def sink() -> Iterator[int]:
    """The port of somebody who takes a length, so many bytes, and answers."""
    listener = socket.create_server(("127.0.0.1", 0))

    def take(line: socket.socket) -> None:
        with line, line.makefile("rb") as read:
            read.read(int.from_bytes(read.read(8), "big"))
            line.sendall(ANSWER)

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=take, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    with listener:
        yield listener.getsockname()[1]


def bare(address: tuple[str, int], size: int) -> float:
    begun = time.monotonic()
    with socket.create_connection(address) as line:
        line.sendall(size.to_bytes(8, "big") + bytes(size))
        got = 0
        while got < len(ANSWER):
            got += len(line.recv(4096))
    return time.monotonic() - begun


def compare(
    bench: Bench, ours: Relay, other: Relay, rounds: int, around: Callable[[int], AbstractContextManager[None]]
) -> tuple[float, float]:
    """Medians over `rounds`, alternated: bytes up for each byte that had to, seconds for each of the bare transfer."""
    bytes_, seconds, others = [], [], []
    for number in range(rounds):
        size, before = bench.sell(), ours.up
        with around(number):
            others.append(bare(other.address, size))
        with around(number):
            seconds.append(bench.drain(ours.address))
        bytes_.append((ours.up - before) / size)
        print(
            f"    {size:,} bytes: {seconds[-1]:.1f} s, bare {others[-1]:.1f} s, {bytes_[-1]:.2f} x the bytes",
            flush=True,
        )
    return median(bytes_), median(seconds) / median(others)


def slow(bench: Bench, rounds: int, port: int) -> tuple[float, float]:
    """600 ms there and back, 64 kbit/s, without rights."""
    with Relay(bench.near[1], 8_000, 0.3) as ours, Relay(port, 8_000, 0.3) as other:
        return compare(bench, ours, other, rounds, lambda _: nullcontext())


def tunnelled(bench: Bench, rounds: int, port: int, line: Tunnel) -> tuple[float, float]:
    """Raises OSError or CalledProcessError where the machine does not allow it."""
    with line, Relay(bench.near[1], host=HERE) as ours, Relay(port, host=HERE) as other:

        @contextmanager
        def seeded(number: int) -> Iterator[None]:
            line.seed(number)
            with line.inside():
                yield

        return compare(bench, ours, other, rounds, seeded)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument(
        "--rounds", type=int, default=0, help="of each line; otherwise five of the slow, nine of the lossy"
    )
    parser.add_argument("--only", type=int, default=0, help="the first, second or third line alone")
    asked = parser.parse_args()
    missed = 0
    with TemporaryDirectory() as folder, centre_with_shop(Path(folder)) as centre, sink() as port:
        bench = Bench(centre, asked.entries)
        lines: list[tuple[str, int, float, Callable[[int], tuple[float, float]]]] = [
            ("600 ms, 64 kbit/s, on loopback", 5, 1.5, lambda rounds: slow(bench, rounds, port)),
            ("600 ms, 64 kbit/s, TUN", 5, 1.5, lambda n: tunnelled(bench, n, port, Tunnel(8_000, 0.3, 0.0))),
            (
                "60 ms, 1 Mbit/s, 30 % lost, TUN",
                9,
                2.0,
                lambda n: tunnelled(bench, n, port, Tunnel(125_000, 0.03, 0.3)),
            ),
        ]
        for number, (name, rounds, limit, run) in enumerate(lines, 1):
            if asked.only in (0, number):
                print(f"  {name}", flush=True)
                try:
                    more, longer = run(asked.rounds or rounds)
                except (OSError, subprocess.CalledProcessError) as error:
                    print(f"  not measured: {error}")
                    continue
                print(f"  {more:.2f} x the bytes (1.3), {longer:.2f} x the time ({limit})", flush=True)
                missed += (more > 1.3) + (longer > limit)
    return missed > 0


if __name__ == "__main__":
    sys.exit(main())
