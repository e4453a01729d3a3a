"""Which printers are there: asked for in the settings, never while a citizen waits."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv4Network, ip_address, ip_network
from pathlib import Path
from typing import Final

from kiosk.printing.printer_choice import PORT, PrinterChoice
from ui.paper import escpos
from ui.paper.device_probe import known_printers
from ui.paper.printer_links import Link, refused
from ui.paper.printers import wire

KNOCK_S: Final = 0.4
PROBE_S: Final = 1.5
_AT_ONCE: Final = 64
_SMALLEST_PREFIX: Final = 24
_SERIAL: Final = ("ttyUSB*", "ttyACM*", "ttyS[0-3]")


def find_here(
    devices: Path = Path("/dev"), system: Callable[[], Sequence[str]] = known_printers
) -> list[PrinterChoice]:
    """Printers on this machine: USB, serial lines, and those the system knows; Windows reaches all through itself."""
    known = [PrinterChoice("system", name, "A4") for name in system()]
    return known if sys.platform == "win32" else [*_on_wires(devices), *known]


def _on_wires(devices: Path) -> list[PrinterChoice]:
    found = [PrinterChoice("usb", str(path)) for path in sorted(devices.glob("usb/lp*"))]
    return found + [PrinterChoice("serial", str(path)) for kind in _SERIAL for path in sorted(devices.glob(kind))]


def find_near(hosts: Iterable[str] | None = None, port: int = PORT) -> list[PrinterChoice]:
    """Roll printers in the shop's own network: whoever listens on `port`. At most a few seconds; nothing is printed."""
    asked = list(neighbours() if hosts is None else hosts)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(lambda host: _listens(host, port), asked))
    at = "" if port == PORT else f":{port}"
    return [PrinterChoice("tcp", f"{host}{at}") for host, listens in zip(asked, answers, strict=True) if listens]


def neighbours() -> Iterator[str]:
    """Every address of the small networks (256 at most) this machine is in, but its own."""
    import ifaddr  # noqa: PLC0415 - it loads ctypes, and few look for a printer

    try:
        adapters = list(ifaddr.get_adapters())
    except (OSError, AssertionError):  # it asserts what systems say
        return
    for adapter in adapters:
        for own in adapter.ips:
            if isinstance(own.ip, str) and not ip_address(own.ip).is_loopback:
                yield from _others(own.ip, own.network_prefix)


def _others(own: str, prefix: int) -> list[str]:
    network = ip_network(f"{own}/{max(prefix, _SMALLEST_PREFIX)}", strict=False)
    hosts = network.hosts() if isinstance(network, IPv4Network) else ()
    return [str(host) for host in hosts if str(host) != own]


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), KNOCK_S).close()
    except OSError:
        return False
    return True


def probe(choice: PrinterChoice, wait_s: float = PROBE_S) -> PrinterChoice:
    """The same choice, knowing whether the printer answers and whether it tells the end of a paper. Prints nothing.

    Raises Unavailable("printer", reason=…) where it cannot be reached, Refused("printer_unknown") where there is none.
    """
    open_link = wire(choice)
    if open_link is None:
        return choice
    try:
        link = open_link()
    except OSError as error:
        raise refused(error) from error
    try:
        answers = _replies(link, escpos.ASK_PRINTER, wait_s)
        fence = answers and _replies(link, escpos.ASK_DONE, wait_s)
    finally:
        link.close()
    return replace(choice, answers=answers, fence=fence)


def _replies(link: Link, question: bytes, wait_s: float) -> bool:
    with contextlib.suppress(OSError):
        link.write(question, wait_s)
        return bool(link.read(wait_s))
    return False
