"""The installed program's real window on a display of its own, and hands that type into it."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from protocol.clock import CAIRO
from protocol.override import override
from tests.installer.windows.wine import Windows
from tests.scenarios.demo.stage import Display, KioskProcess, until
from tests.scenarios.demo.story import CITIZENS, Story

KEY_MS: Final = 120
CALM_S: Final = 0.1
CALM_TICKS: Final = 1
"""A cursor that blinks takes no more."""
RESTLESS_S: Final = 5.0
LAYOUT_S: Final = 0.5
PAGE_S: Final = 180.0
"""The first start after an installation reads everything for the first time."""
END_S: Final = 120.0
"""It may still be backing up."""
_CLOSE: Final = """
import ctypes
from ctypes import wintypes

user = ctypes.WinDLL("user32")

@ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
def look(window, _):
    title = ctypes.create_unicode_buffer(200)
    user.GetWindowTextW(window, title, 200)
    if user.IsWindowVisible(window) and "(page" in title.value:
        user.PostMessageW(window, 0x10, 0, 0)
    return True

user.EnumWindows(look, 0)
"""
"""WM_CLOSE, as the cross in the title bar sends it. Not `taskkill`: wine's ends a starter that has no window, and there
it stops, so that the version on trial goes on alone."""


class WineDisplay(Display):
    """Types a letter when the program has done with the one before: wine, and the veil of a new page, lose what comes
    while a machine is busy.
    """

    @override
    def key(self, *names: str) -> None:
        for name in names:
            settle()
            self._xdotool("key", "--delay", str(KEY_MS), name)
        settle()

    @override
    def type(self, text: str) -> None:
        layout = "us,ara" if text.isascii() else "ara,us"
        if layout != self._layout:
            settle()
            subprocess.run(["setxkbmap", "-layout", layout], env=self.env, check=True, stderr=subprocess.DEVNULL)
            self._layout = layout
            time.sleep(LAYOUT_S)
        for letter in text:
            settle()
            self._xdotool("type", "--delay", "0", letter)
        settle()


def settle() -> None:
    """Wait until no counter over there has anything to do, but not for ever."""
    until_s = time.monotonic() + RESTLESS_S
    before = _ticks()
    while time.monotonic() < until_s:
        time.sleep(CALM_S)
        now = _ticks()
        if now - before <= CALM_TICKS:
            return
        before = now


def _ticks() -> int:
    """Processor time of all counters that run under wine, in hundredths of a second."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if b"\\pythonw.exe" in stat.with_name("cmdline").read_bytes():
                words = stat.read_text(errors="replace").rpartition(")")[2].split()
                total += int(words[11]) + int(words[12])
    return total


class WineKiosk(KioskProcess):
    """`manfaz.exe` as it is installed."""

    def __init__(self, windows: Windows, program: str, data: str, log: Path, *options: str) -> None:
        super().__init__(Path(data), log, *options)
        self._windows = windows
        self._command = ["wine", f"{program}\\manfaz.exe", "--data", data, "--no-wizard", *options]

    @override
    def start(self, env: dict[str, str]) -> None:
        shown = {"DISPLAY": env["DISPLAY"], "WINEQT_QPA_PLATFORM": "windows"}
        super().start({**self._windows.env, **shown})

    @override
    def stop(self) -> None:
        """Its window is closed, as a person does it."""
        if self._process is not None:
            self._windows.ask(_CLOSE)
            self._wait_for_the_last()

    @override
    def cut(self) -> None:
        """The start program is ended by force, as from the task manager."""
        if self._process is not None:
            self._windows.run("taskkill", "/f", "/im", "manfaz.exe")
            self._wait_for_the_last()

    def _wait_for_the_last(self) -> None:
        assert self._process is not None
        until("all of it has ended", self._gone, END_S)
        self._process.wait(END_S)
        self._process = None

    def _gone(self) -> bool:
        return "pythonw.exe" not in self._windows.run("tasklist").out


class FirstStart(WineKiosk):
    """The program as its shortcut opens it, in a session that stands in Cairo."""

    def __init__(self, windows: Windows, program: str, data: Path, log: Path) -> None:
        super().__init__(windows, program, str(data), log)
        self._command = ["wine", f"{program}\\manfaz.exe"]

    @override
    def start(self, env: dict[str, str]) -> None:
        ahead = datetime.now(CAIRO).utcoffset()
        assert ahead is not None
        # Read by wine as by Linux, by Python as by Microsoft's library: that one knows no names of towns.
        self._windows.env["TZ"] = f"EET-{ahead.total_seconds() / 3600:g}"
        super().start(env)


class WineStory(Story):
    """One citizen, with line."""

    @override
    def page(self, name: str, patience_s: float = PAGE_S) -> None:
        super().page(name, max(patience_s, PAGE_S))

    def serve_one(self) -> dict[str, Any]:
        """Served, printed and sent; what the centre then holds, field by field."""
        papers, citizen = len(self.roll.papers), CITIZENS[0]
        self.fill(citizen)
        self.picture("form")
        self.pay(pictures=True)
        until("the paper comes out", lambda: len(self.roll.papers) > papers, 60)
        row = until("the request has arrived", lambda: self._arrived(1), 60)[0]
        shown = self.centre.staff("request", "show", str(row["id"]), "--personal", "--staff", "amal")
        fields: dict[str, Any] = shown["fields"]
        return fields

    def sign_in_again(self, pin: str) -> None:
        self.kiosk.start(self.display.env)
        self.page("pageSignIn")
        time.sleep(2)
        self.display.type(pin)
        self.display.key("F10")
        self.page("pageCatalogue")
