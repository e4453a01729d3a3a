"""Device files and sockets: whole papers over a USB port and a serial line that stop, stall, and vanish."""

from __future__ import annotations

import errno
import os
import select
import socket
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import ifaddr
import pytest

from kiosk.ports.world import PrinterBroke
from kiosk.printing.printer_choice import parse_choice
from protocol.errors import Refused, Unavailable
from ui.paper import escpos, printer_links
from ui.paper.printer_links import DeviceLink
from ui.paper.printer_search import find_here, find_near, neighbours, probe
from ui.paper.printers import FolderPrinter, NoPrinter, WirePrinter, make_device, printer_of, wire

pytestmark = pytest.mark.enable_socket
PAPER = bytes(range(256)) * 300


class Port:
    """A printer on a device file: the other end of a pseudo-terminal. `stop_after` bytes it takes no more."""

    def __init__(self) -> None:
        self.near, far = os.openpty()
        tty.setraw(far)
        self.path = os.ttyname(far)
        self._far = far
        self.got = bytearray()
        self.answers = {escpos.ASK_PRINTER: b"\x12", escpos.ASK_PAPER: b"\x12"}
        self.stop_after: int | None = None
        self._gone, self._leave = os.pipe()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        seen = 0
        while self.stop_after is None or len(self.got) < self.stop_after:
            if self._gone in select.select([self.near, self._gone], [], [])[0]:
                return
            try:
                self.got += os.read(self.near, 4096)
            except OSError:
                return
            for place in range(seen, len(self.got) - 2):
                answer = self.answers.get(bytes(self.got[place : place + 3]))
                if answer is not None:
                    os.write(self.near, answer)
            seen = max(0, len(self.got) - 2)

    def close(self) -> None:
        """The reader leaves first: its file number will be the next printer's."""
        os.write(self._leave, b"x")
        self._thread.join()
        for fd in (self._far, self.near, self._gone, self._leave):
            os.close(fd)

    def printer(self, *, baud: int | None = None, **more: bool) -> WirePrinter:
        return WirePrinter(lambda: DeviceLink(self.path, baud), **more, answer_s=0.5, drain_s=0.5)


@pytest.fixture
def port() -> Iterator[Port]:
    port = Port()
    yield port
    port.close()


def reason(error: pytest.ExceptionInfo[Unavailable]) -> object:
    return error.value.values["reason"]


@pytest.mark.parametrize("baud", [None, 19_200])
def test_a_whole_paper_goes_through_a_device_file(port: Port, baud: int | None) -> None:
    port.printer(baud=baud).send(PAPER)
    assert PAPER in port.got


def test_a_printer_that_says_when_it_is_done_is_waited_for(port: Port) -> None:
    port.answers[escpos.ASK_DONE] = b"\x00"
    port.printer(fence=True).send(PAPER)
    assert bytes(port.got).endswith(escpos.ASK_DONE + escpos.ASK_PRINTER + escpos.ASK_PAPER)


def test_a_printer_that_never_says_it_is_done_leaves_the_paper_uncertain(port: Port) -> None:
    with pytest.raises(PrinterBroke) as caught:
        port.printer(fence=True).send(b"paper")
    assert reason(caught) == "silent"


@pytest.mark.parametrize("baud", [None, 19_200])
def test_a_printer_that_cannot_answer_is_believed_when_it_took_every_byte(port: Port, baud: int | None) -> None:
    port.answers.clear()
    printer = port.printer(baud=baud, answers=False)
    printer.status()
    printer.send(PAPER)
    deadline = threading.Event()
    while len(port.got) < len(PAPER) and not deadline.wait(0.01):
        pass
    assert bytes(port.got) == PAPER


def test_a_port_that_stalls_half_way_leaves_the_paper_uncertain(port: Port) -> None:
    port.stop_after = 1_000
    with pytest.raises(PrinterBroke) as caught:
        port.printer().send(PAPER)
    assert reason(caught) == "silent"


def test_a_port_that_vanishes_half_way_leaves_the_paper_uncertain(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write

    def pulled_out(fd: int, data: bytes) -> int:
        if fd != port.near and len(port.got) > 5_000:
            raise OSError(errno.ENODEV, "gone")
        return write(fd, data)

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", pulled_out)
        with pytest.raises(PrinterBroke) as caught:
            port.printer().send(PAPER)
    assert reason(caught) == "offline"


@pytest.mark.parametrize(
    ("code", "word"), [(errno.ENOENT, "offline"), (errno.EACCES, "denied"), (errno.EBUSY, "busy"), (None, "offline")]
)
def test_why_a_port_cannot_be_opened_is_said(code: int | None, word: str) -> None:
    error = OSError() if code is None else OSError(code, "x")
    assert printer_links.refused(error).values["reason"] == word


def test_a_port_that_is_not_there_costs_no_byte(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        printer_of(parse_choice(f"usb:{tmp_path}/lp0")).send(PAPER)
    assert not isinstance(caught.value, PrinterBroke)


def test_a_baud_rate_that_the_line_does_not_have_is_no_printer(port: Port) -> None:
    with pytest.raises(Unavailable):
        port.printer(baud=12_345).status()


def test_a_file_that_is_no_serial_line_is_no_printer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable):
        printer_of(parse_choice(f"serial:{tmp_path}/file")).status()


def test_a_serial_line_may_say_stop(port: Port) -> None:
    link = DeviceLink(port.path, 9_600)
    flags, _, control, _, speed, *_ = termios.tcgetattr(link._fd)
    link.close()
    assert (bool(flags & termios.IXON), bool(control & termios.CLOCAL), speed) == (True, True, termios.B9600)


# ---- choosing and finding


def test_a_choice_becomes_its_printer_and_its_rendering(tmp_path: Path) -> None:
    kinds = {
        "none": NoPrinter, f"file:{tmp_path}": FolderPrinter, "tcp:h": WirePrinter, "usb:/dev/x": WirePrinter,
    }  # fmt: skip
    for text, kind in kinds.items():
        assert isinstance(make_device(parse_choice(text), "ar")[0], kind)


def test_device_files_are_refused_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_NONBLOCK")
    with pytest.raises(Refused, match="printer_unknown"):
        wire(parse_choice("usb:/dev/usb/lp0"))


def test_ports_and_the_systems_printers_are_found(tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    for name in ("usb/lp1", "usb/lp0", "ttyUSB0", "ttyS1", "tty1"):
        (tmp_path / name).touch()
    found = [choice.text for choice in find_here(tmp_path, lambda: ["Office HP"])]
    base = str(tmp_path)
    assert found == [
        f"usb:{base}/usb/lp0", f"usb:{base}/usb/lp1", f"serial:{base}/ttyUSB0", f"serial:{base}/ttyS1",
        "system:Office HP?paper=A4",
    ]  # fmt: skip
    assert all(parse_choice(text).text == text for text in found)


def test_on_windows_only_those_of_the_system_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ttyUSB0").touch()
    monkeypatch.setattr(sys, "platform", "win32")
    assert [choice.text for choice in find_here(tmp_path, lambda: ["Office HP"])] == ["system:Office HP?paper=A4"]


def test_without_a_spooler_the_system_knows_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.paper.system_printers.system_printers", list)
    assert find_here(tmp_path) == []


def test_a_printer_that_hangs_up_instead_of_saying_it_is_done_is_a_question() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            link, _ = server.accept()
            with link:
                for _ in range(2):
                    link.recv(3)
                    link.sendall(b"\x12")
                while link.recv(4096)[-3:] != escpos.ASK_DONE:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        choice = parse_choice(f"tcp:127.0.0.1:{server.getsockname()[1]}?fence=yes")
        with pytest.raises(PrinterBroke) as caught:
            printer_of(choice, 1, 1).send(b"paper")
    assert reason(caught) == "offline"


def test_listeners_in_the_network_are_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert [choice.text for choice in find_near(["127.0.0.1"], port)] == [f"tcp:127.0.0.1:{port}"]
    assert find_near(["127.0.0.1"], port) == []


def test_the_network_is_never_larger_than_256_addresses_and_never_ourselves() -> None:
    from ui.paper.printer_search import _others

    near = _others("10.1.2.3", 8)
    assert (len(near), "10.1.2.3" in near, near[0]) == (253, False, "10.1.2.1")
    assert not any(host.startswith("127.") for host in neighbours())


def test_nobody_outside_of_the_networks_of_this_machine_is_knocked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, line = ifaddr.IP("127.0.0.1", 8, "lo"), ifaddr.IP("203.0.113.5", 30, "modem")
    sixth = ifaddr.IP(("fd00::2", 0, 0), 120, "modem")
    found = [ifaddr.Adapter("lo", "lo", [loop]), ifaddr.Adapter("modem", "modem", [sixth, line])]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: found)
    assert list(neighbours()) == ["203.0.113.6"]


def test_a_system_that_does_not_tell_its_networks_has_no_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise OSError

    monkeypatch.setattr(ifaddr, "get_adapters", silent)
    assert list(neighbours()) == []


def test_probing_learns_how_a_printer_answers(port: Port) -> None:
    choice = parse_choice(f"usb:{port.path}?answers=no")
    assert (probe(choice, 0.3).answers, probe(choice, 0.3).fence) == (True, False)
    port.answers[escpos.ASK_DONE] = b"\x00"
    assert probe(choice, 0.3).fence
    port.answers.clear()
    assert probe(choice, 0.3) == choice
    assert probe(parse_choice("none")) == parse_choice("none")


def test_probing_what_cannot_be_reached_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        probe(parse_choice(f"usb:{tmp_path}/lp0"))
