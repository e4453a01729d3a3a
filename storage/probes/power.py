"""The computer's power and its sleep: /sys and logind on Linux, kernel32 on Windows."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from kiosk.upkeep.attendance import Charge, Holder, Power

WHAT: Final = "sleep:idle:shutdown:handle-lid-switch"
WHO: Final = "Manfaz"
WHY: Final = "a citizen is being served"
_CONTINUOUS, _SYSTEM, _DISPLAY = 0x80000000, 0x00000001, 0x00000002
_UNKNOWN_PERCENT: Final = 255
ASK_S: Final = 5
_SUPPLY: Final = "org.freedesktop.UPower.Device"
_DRAINING: Final = (2, 3)
"""UPower's states *discharging* and *empty*."""


def ask_upower() -> Charge | None:
    """What the desktop's own service says, which alone knows a UPS on USB; None where there is none."""
    try:
        from jeepney import DBusAddress, Properties  # noqa: PLC0415 - Linux alone has it
        from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - the same

        shown = DBusAddress("/org/freedesktop/UPower/devices/DisplayDevice", "org.freedesktop.UPower", _SUPPLY)
        with open_dbus_connection(bus="SYSTEM") as connection:
            (told,) = connection.send_and_get_reply(Properties(shown).get_all(), timeout=ASK_S).body
        said = {name: value for name, (_signature, value) in told.items()}
        return Charge(said["State"] in _DRAINING, round(said["Percentage"])) if said["IsPresent"] else None
    except Exception:  # noqa: BLE001 - the bus's own errors, and answers of another form: the kernel is asked
        return None


class LinuxPower:
    """Batteries and UPSes as UPower has them, or else as the kernel lists them; a battery in a mouse powers nothing."""

    def __init__(
        self, supplies: Path = Path("/sys/class/power_supply"), ask: Callable[[], Charge | None] = ask_upower
    ) -> None:
        self._supplies = supplies
        self._ask = ask

    def charge(self) -> Charge:
        told = self._ask()
        if told is not None:
            return told
        if not self._supplies.is_dir():
            return Charge(draining=False, percent=None)
        ours = [place for place in sorted(self._supplies.iterdir()) if _read(place / "scope") != "Device"]
        stores = [place for place in ours if _read(place / "type") in ("Battery", "UPS")]
        draining = any(_read(place / "status") == "Discharging" for place in stores)
        percents = [int(text) for place in stores if (text := _read(place / "capacity")).isdigit()]
        return Charge(draining, min(percents, default=None))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


class WindowsPower:  # pragma: no cover - CI has no Windows
    """Battery and mains, as kernel32 tells them."""

    def charge(self) -> Charge:
        import ctypes  # noqa: PLC0415 - Windows alone needs it

        status = (ctypes.c_ubyte * 12)()  # SYSTEM_POWER_STATUS: AC, flags, percent, …
        if not ctypes.windll.kernel32.GetSystemPowerStatus(status):  # type: ignore[attr-defined,unused-ignore]
            raise OSError
        return Charge(status[0] == 0, None if status[2] == _UNKNOWN_PERCENT else int(status[2]))


def ask_logind() -> int:  # pragma: no cover - CI has no logind; `take` is what tests replace
    """A file that holds sleep and restart off as long as it is open. Raises OSError."""
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - Linux alone has it
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415 - the same

    manager = DBusAddress(
        "/org/freedesktop/login1", bus_name="org.freedesktop.login1", interface="org.freedesktop.login1.Manager"
    )
    with open_dbus_connection(bus="SYSTEM", enable_fds=True) as connection:
        call = new_method_call(manager, "Inhibit", "ssss", (WHAT, WHO, WHY, "block"))
        answer: Any = connection.send_and_get_reply(call, timeout=5)
        (held,) = answer.body
        taken: int = held.to_raw_fd()
        return taken


class LogindHolder:
    """The hold on a Linux computer's sleep and restart. `take` opens what holds; closing it lets go. What cannot be
    asked is an OSError, whatever the bus calls it.
    """

    def __init__(self, take: Callable[[], int] = ask_logind) -> None:
        self._take = take
        self._handle: int | None = None

    def hold(self) -> None:
        if self._handle is None:
            try:
                self._handle = self._take()
            except FileNotFoundError:  # no system bus: nothing here puts the computer to sleep
                return
            except OSError:
                raise
            except Exception as error:  # the bus's own errors, of a library that is only there on Linux
                raise OSError(type(error).__name__) from error

    def release(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            with suppress(OSError):
                os.close(handle)


class WindowsHolder:  # pragma: no cover - CI has no Windows
    """Bound to the thread that asks. A restart is held off by the window (`ui.shell.restart_block`)."""

    def hold(self) -> None:
        self._ask(_CONTINUOUS | _SYSTEM | _DISPLAY)

    def release(self) -> None:
        self._ask(_CONTINUOUS)

    def _ask(self, state: int) -> None:
        import ctypes  # noqa: PLC0415 - Windows alone needs it

        if not ctypes.windll.kernel32.SetThreadExecutionState(state):  # type: ignore[attr-defined,unused-ignore]
            raise OSError


def this_power() -> Power:
    return WindowsPower() if sys.platform == "win32" else LinuxPower()


def this_holder() -> Holder:
    return WindowsHolder() if sys.platform == "win32" else LogindHolder()
