"""UPower, which alone knows a UPS on USB: asked over a bus, and done without where it is not there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jeepney import MessageType, message_bus, new_method_return
from jeepney.io.blocking import open_dbus_connection

from kiosk.upkeep.attendance import Charge
from storage.probes.power import LinuxPower


@contextmanager
def upower(monkeypatch: pytest.MonkeyPatch, **supply: tuple[str, object]) -> Iterator[None]:
    """UPower itself, on a bus of the test's own, saying this of what powers the computer."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", os.environ["DBUS_SESSION_BUS_ADDRESS"])
    with open_dbus_connection(bus="SESSION") as service:
        service.send_and_get_reply(message_bus.RequestName("org.freedesktop.UPower"))
        asked = threading.Event()

        def answer() -> None:
            while not asked.is_set():
                message = service.receive()
                if message.header.message_type is MessageType.method_call:
                    service.send(new_method_return(message, "a{sv}", (supply,)))
                    asked.set()

        thread = threading.Thread(target=answer)
        thread.start()
        yield
        thread.join(30)
        assert asked.is_set()


@pytest.mark.parametrize(("state", "draining"), [(1, False), (2, True), (3, True), (4, False)])
def test_a_ups_on_usb_is_known_to_upower_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: int, draining: bool
) -> None:
    with upower(monkeypatch, IsPresent=("b", True), State=("u", state), Percentage=("d", 17.4), Type=("u", 3)):
        assert LinuxPower(tmp_path / "none").charge() == Charge(draining, 17)


def test_where_upower_knows_of_none_or_says_nonsense_the_kernel_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "BAT0").mkdir()
    for name, value in (("type", "Battery"), ("status", "Discharging"), ("capacity", "19")):
        (tmp_path / "BAT0" / name).write_text(value)
    for told in ({"IsPresent": ("b", False), "State": ("u", 2), "Percentage": ("d", 0.0)}, {"Odd": ("u", 1)}):
        with upower(monkeypatch, **told):
            assert LinuxPower(tmp_path).charge() == Charge(draining=True, percent=19)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    assert LinuxPower(tmp_path).charge() == Charge(draining=True, percent=19)
